// JSON-RPC for many calls to one endpoint that may be slow, throttled or gone for a while: calls made at once travel in batches, and what may pass is tried again.
import { setTimeout as sleep } from "node:timers/promises";
import { HttpRequestError } from "viem";
import { getHttpRpcClient } from "viem/utils";
import { defaultRetry, parseRetryAfter, retryDelay } from "../../core/retry.ts";
import { type NodeError, RpcError } from "../../sandbox/rpc.ts";
import { forFetch } from "../for-fetch.ts";

export interface RpcOptions {
  /** Calls in one HTTP request; 1 sends none in batches. */
  readonly batchSize: number;
  /** Milliseconds that a call is tried again for while its failure may pass. */
  readonly retryFor: number;
  /** Milliseconds of one attempt. */
  readonly timeout: number;
  /** Told once, when the endpoint begins to throttle. */
  readonly onThrottled: () => void;
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
  /** Waits before a call is made again. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

export interface RpcClient {
  /** Host of the endpoint: its path often holds an API key, so nothing else of it is shown. */
  readonly host: string;
  /** @throws RpcError when the node says no; NoAnswerError when it does not answer */
  request<T>(method: string, params?: readonly unknown[]): Promise<T>;
}

/** The endpoint did not answer, or not with JSON-RPC. Whether it has done what it was asked is not known. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
  readonly passing: boolean;
  readonly retryAfter: number | undefined;

  constructor(message: string, passing: boolean, retryAfter?: number) {
    super(message);
    this.passing = passing;
    this.retryAfter = retryAfter;
  }
}

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
  resolve(result: unknown): void;
  reject(error: Error): void;
}

interface RpcResponse {
  readonly id?: number | undefined;
  readonly result?: unknown;
  readonly error?: NodeError | undefined;
}

type RpcRequest = Omit<Call, "resolve" | "reject">;

/** HTTP requests under way at once. */
const LANES = 8;
/** Codes by which providers say "slow down" inside an answer of status 200. */
const THROTTLED = new Set([429, -32005, -32007]);

/** Why no answer came: the code of the socket's error, or the name of ours. No message: it may hold the URL. */
function reasonOf(error: unknown): string {
  const codes: string[] = [];
  for (let at = error as (Error & { code?: unknown }) | undefined; at !== undefined; at = at.cause as typeof at)
    if (typeof at.code === "string") codes.push(at.code);
  return codes.at(-1) ?? (error as Error).name;
}

const isThrottled = (error: NodeError) =>
  THROTTLED.has(error.code) || /rate limit|too many requests/i.test(error.message);

/** A client of one endpoint. No request is made before the first call. */
export function createRpcClient(url: string, options: RpcOptions): RpcClient {
  const { host } = new URL(url);
  const at = forFetch(url);
  // viem's HTTP client, not its transport: that gives each call of a batch the answer at its place, so that one answer too few gives everybody another's.
  const client = getHttpRpcClient(at.url, { maxResponseBodySize: false, timeout: 0 });
  const policy = { ...defaultRetry, budget: options.retryFor };
  const { now = () => performance.now(), wait = sleep } = options;
  let { batchSize } = options;
  let nextId = 1;
  let waiting: Call[] = [];
  let lanes = 0;
  let reached = false;
  let throttled = false;

  async function post(calls: readonly Call[]): Promise<RpcResponse | RpcResponse[]> {
    const bodies = calls.map(({ id, method, params }) => ({ id, method, params }));
    let status: number | undefined;
    try {
      return await client.request<RpcRequest | RpcRequest[]>({
        body: bodies.length === 1 ? (bodies[0] as RpcRequest) : bodies,
        fetchOptions: { headers: at.headers, signal: AbortSignal.timeout(options.timeout) },
        onResponse({ status: got, headers }) {
          status = got;
          reached = true;
          if (status === 429) throttle();
          if (status !== 429 && status < 500) return;
          const after = parseRetryAfter(headers.get("retry-after") ?? undefined, Date.now());
          throw new NoAnswerError(`${host} answers HTTP ${status}`, true, after);
        },
      });
    } catch (error) {
      const { cause } = error as Error;
      if (cause instanceof NoAnswerError) throw cause;
      // An endpoint that has never answered is more likely a wrong address than one that is away for a moment.
      if (status === undefined) throw new NoAnswerError(`${host} does not answer (${reasonOf(error)})`, reached);
      if (cause instanceof SyntaxError || (error instanceof HttpRequestError && error.status !== undefined))
        throw new NoAnswerError(`${host} answers HTTP ${status} without JSON-RPC: is it the right address?`, false);
      throw new NoAnswerError(`${host} breaks off its answer`, true);
    }
  }

  function throttle(): void {
    if (!throttled) options.onThrottled();
    throttled = true;
  }

  /** Gives each call its answer; returns those that have to be made again. */
  function settle(calls: readonly Call[], answers: readonly RpcResponse[]): Call[] {
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    return calls.filter((call) => {
      const answer = calls.length === 1 ? answers[0] : byId.get(call.id);
      if (answer?.error !== undefined && isThrottled(answer.error)) {
        throttle();
        return true;
      }
      if (answer?.error !== undefined) call.reject(new RpcError(call.method, answer.error));
      else if (answer === undefined || answer.result === undefined)
        call.reject(new NoAnswerError(`${host} gives ${call.method} no answer`, false));
      else call.resolve(answer.result);
      return false;
    });
  }

  async function exchange(calls: readonly Call[]): Promise<void> {
    const started = now();
    let left = calls;
    for (let attempt = 1; left.length > 0; attempt++) {
      let failure = new NoAnswerError(`${host} is throttling`, true);
      try {
        const body = await post(left);
        if (!Array.isArray(body) && left.length > 1 && !(body.error && isThrottled(body.error))) {
          // It takes no batches, or none of this size.
          batchSize = 1;
          for (const call of left) await exchange([call]);
          return;
        }
        left = Array.isArray(body) || left.length === 1 ? settle(left, [body].flat()) : left;
      } catch (error) {
        failure = error as NoAnswerError;
      }
      if (left.length === 0) return;
      const delay = failure.passing
        ? retryDelay(policy, attempt, now() - started, Math.random(), failure.retryAfter)
        : undefined;
      if (delay === undefined) {
        for (const call of left) call.reject(failure);
        return;
      }
      await wait(delay);
    }
  }

  function flush(): void {
    while (lanes < LANES && waiting.length > 0) {
      const calls = waiting.slice(0, batchSize);
      waiting = waiting.slice(batchSize);
      lanes++;
      void exchange(calls).finally(() => {
        lanes--;
        flush();
      });
    }
  }

  return {
    host,
    request: <T>(method: string, params: readonly unknown[] = []) =>
      new Promise<T>((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ id: nextId++, method, params, resolve: resolve as (result: unknown) => void, reject });
      }),
  };
}

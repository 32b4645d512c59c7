// HTTP with the suite's one retry policy. Journeys and clients never loop themselves.
import http, { type RefinedParams, type RefinedResponse } from "k6/http";
import { type ErrorKind, JourneyError, kindOfStatus, mayPass } from "../core/errors.ts";
import { defaultRetry, parseRetryAfter, retryDelay } from "../core/retry.ts";
import { redact } from "./redact.ts";
import type { Caller } from "./user.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  /** What the endpoint is called in metrics; never an id. */
  readonly name: string;
  readonly body?: string | ArrayBuffer;
  readonly headers?: Record<string, string>;
  /** Statuses besides 2xx that the caller handles itself. */
  readonly accept?: readonly number[];
  /** Whether the same request may be sent again when its answer was lost; true by default. A refusal (429, 503) is always retried. */
  readonly idempotent?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  readonly body: string;
  header(name: string): string | undefined;
  /** The body as JSON; a JourneyError of kind protocol when it is none. */
  json<T>(): T;
}

/** k6's error codes for a time-out of the request or of the connection, and for a URL that is none. */
const [REQUEST_TIMEOUT, DIAL_TIMEOUT, INVALID_URL] = [1050, 1211, 1020];

/** What k6 throws where there is no answer: an error of Go's, and its cause. */
interface GoError {
  /** Of the outermost one, which quotes it with path and query. */
  readonly url?: string;
  readonly err?: GoError;
  /** One of k6's codes. */
  readonly code?: number;
  /** What the network was doing: "dial", "read", "write". */
  readonly op?: string;
  /** Of an error of name resolution. */
  readonly is_not_found?: boolean;
}

/** A request without an answer. */
function unanswered(request: HttpRequest, thrown: unknown): JourneyError {
  const outer = thrown as GoError;
  const error = (outer.url === undefined ? outer : outer.err) ?? outer;
  // A Go number, which is none of JavaScript's until it is asked for its value.
  const code = Number(error.code);
  const kind = code === REQUEST_TIMEOUT || code === DIAL_TIMEOUT ? "timeout" : "transport";
  // Certainly not carried out: no connection was made.
  const unsent = code === DIAL_TIMEOUT || error.op === "dial" || error.is_not_found !== undefined;
  const what = code === INVALID_URL ? "no valid URL" : redact(String(error));
  return new JourneyError(kind, `${request.name}: ${what}`, { retryable: request.idempotent !== false || unsent });
}

function header(response: RefinedResponse<"text">, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(response.headers).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/** The start of an answer's body for an error message. Bodies may be long, and may repeat what was sent. */
const excerpt = (body: string) => redact(body.replace(/\s+/g, " ")).slice(0, 160);

function failure(request: HttpRequest, response: RefinedResponse<"text">, kind: ErrorKind): JourneyError {
  const body = response.body ?? "";
  const retryAfter = parseRetryAfter(header(response, "Retry-After"), Date.now());
  const unsent = response.status === 429 || response.status === 503;
  return new JourneyError(kind, `${request.name}: HTTP ${response.status}${body === "" ? "" : ` ${excerpt(body)}`}`, {
    retryable: mayPass(kind) && (request.idempotent !== false || unsent),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

function answer(request: HttpRequest, response: RefinedResponse<"text">): HttpResponse {
  const body = response.body ?? "";
  return {
    status: response.status,
    body,
    header: (name) => header(response, name),
    json: <T>() => {
      try {
        return JSON.parse(body) as T;
      } catch {
        throw new JourneyError("protocol", `${request.name}: the answer is not JSON: ${excerpt(body)}`);
      }
    },
  };
}

/**
 * An endpoint's URL with a path below its own; its query stays.
 * @param path begins with "/"; may hold a query
 */
export function below(endpoint: string, path: string): string {
  const [base = "", query = ""] = endpoint.replace(/#.*/, "").split(/\?(.*)/s);
  return `${base.replace(/\/+$/, "")}${path}${query && `${path.includes("?") ? "&" : "?"}${query}`}`;
}

/**
 * `url` with the user and password of `endpoint` where it is on the same host, such as one that an answer names.
 */
export function asUserOf(endpoint: string, url: string): string {
  const [, scheme = "", account = "", host = ""] = /^(https?:\/\/)([^/?#]*@)?([^/?#]*)/i.exec(endpoint) ?? [];
  const rest = url.slice((scheme + host).length);
  return url.startsWith(scheme + host) && /^([/?]|$)/.test(rest) ? scheme + account + host + rest : url;
}

/** @throws GoError where there is no answer */
function ask(
  method: string,
  url: string,
  body: string | ArrayBuffer | null,
  params: RefinedParams<"text">,
): Promise<RefinedResponse<"text">> {
  // Without `throw`, which k6's types leave out, k6 prints the URL of a request that fails.
  return http.asyncRequest(method, url, body, {
    ...params,
    responseType: "text",
    throw: true,
  } as RefinedParams<"text">);
}

/** One GET; undefined where there is no answer. */
export function get(url: string, name: string, timeout: number): Promise<RefinedResponse<"text"> | undefined> {
  return ask("GET", url, null, { tags: { name }, timeout }).catch(() => undefined);
}

/** One attempt. @throws JourneyError */
async function once(caller: Caller, request: HttpRequest): Promise<HttpResponse> {
  let response: RefinedResponse<"text">;
  try {
    response = await ask(request.method, request.url, request.body ?? null, {
      headers: request.headers ?? {},
      tags: { name: request.name },
      timeout: Math.max(1, Math.min(caller.httpTimeout, caller.remaining())),
      redirects: 0,
    });
  } catch (thrown) {
    throw unanswered(request, thrown);
  }
  const kind = kindOfStatus(response.status);
  if (kind === undefined || request.accept?.includes(response.status)) return answer(request, response);
  throw failure(request, response, kind);
}

/**
 * Sends a request, again while its failure may pass and the caller's retry budget and time allow.
 * @throws JourneyError with the last failure's kind
 */
export async function send(caller: Caller, request: HttpRequest): Promise<HttpResponse> {
  const started = Date.now();
  const policy = { ...defaultRetry, budget: caller.retryFor };
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(caller, request);
    } catch (thrown) {
      const error = thrown as JourneyError;
      const elapsed = Date.now() - started;
      const delay = error.retryable
        ? retryDelay(policy, attempt, elapsed, caller.random.uniform(), error.retryAfter)
        : undefined;
      if (delay === undefined) throw error;
      caller.retried(error.kind);
      await caller.pause(delay);
    }
  }
}

/** A JSON request body with its header; bigint becomes a decimal string, as the relayer's wire format has it. */
export function jsonBody(value: unknown): { body: string; headers: Record<string, string> } {
  return {
    body: JSON.stringify(value, (_key, v: unknown) => (typeof v === "bigint" ? v.toString() : v)),
    headers: { "Content-Type": "application/json" },
  };
}

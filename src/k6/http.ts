// HTTP with the suite's one retry policy. Journeys and clients never loop themselves.
import http, { type RefinedResponse, type ResponseType } from "k6/http";
import { type ErrorKind, JourneyError, kindOfStatus, mayPass } from "../core/errors.ts";
import { defaultRetry, parseRetryAfter, retryDelay } from "../core/retry.ts";
import type { Caller } from "./user.ts";

export interface Request {
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

export interface Answer {
  readonly status: number;
  readonly body: string;
  header(name: string): string | undefined;
  /** The body as JSON; a JourneyError of kind protocol when it is none. */
  json<T>(): T;
}

/** k6's error codes for a time-out of the request or of the connection. */
const TIMEOUT_CODES = new Set([1050, 1211]);
/** Codes after which the request certainly was not carried out: no connection was made. */
const NOT_SENT_CODES = new Set([1100, 1101, 1110, 1111, 1200, 1202, 1210, 1211, 1212]);

function kindOf(response: RefinedResponse<ResponseType>): ErrorKind | undefined {
  return response.status === 0 && TIMEOUT_CODES.has(response.error_code) ? "timeout" : kindOfStatus(response.status);
}

function header(response: RefinedResponse<ResponseType>, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(response.headers).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/** The start of an answer's body for an error message. Bodies may be long, and may repeat what was sent. */
const excerpt = (body: string) => body.replace(/\s+/g, " ").slice(0, 160);

function failure(request: Request, response: RefinedResponse<ResponseType>, kind: ErrorKind): JourneyError {
  const body = typeof response.body === "string" ? response.body : "";
  const what =
    response.status === 0
      ? response.error || "no answer"
      : `HTTP ${response.status}${body === "" ? "" : ` ${excerpt(body)}`}`;
  const retryAfter = parseRetryAfter(header(response, "Retry-After"), Date.now());
  const unsent = response.status === 429 || response.status === 503 || NOT_SENT_CODES.has(response.error_code);
  return new JourneyError(kind, `${request.name}: ${what}`, {
    retryable: mayPass(kind) && (request.idempotent !== false || unsent),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

function answer(request: Request, response: RefinedResponse<ResponseType>): Answer {
  const body = typeof response.body === "string" ? response.body : "";
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
 * Sends a request, again while its failure may pass and the caller's retry budget and time allow.
 * @throws JourneyError with the last failure's kind
 */
export async function send(caller: Caller, request: Request): Promise<Answer> {
  const started = Date.now();
  for (let attempt = 1; ; attempt++) {
    const response = await http.asyncRequest(request.method, request.url, request.body ?? null, {
      headers: request.headers ?? {},
      tags: { name: request.name },
      timeout: Math.max(1, Math.min(caller.httpTimeout, caller.remaining())),
      responseType: "text",
      redirects: 0,
    });
    const kind = kindOf(response);
    if (kind === undefined || request.accept?.includes(response.status)) return answer(request, response);
    const error = failure(request, response, kind);
    const elapsed = Date.now() - started;
    const delay = error.retryable
      ? retryDelay(
          { ...defaultRetry, budget: caller.retryFor },
          attempt,
          elapsed,
          caller.random.uniform(),
          error.retryAfter,
        )
      : undefined;
    if (delay === undefined) throw error;
    caller.retried(kind);
    await caller.pause(delay);
  }
}

/** A JSON request body with its header; bigint becomes a decimal string, as the relayer's wire format has it. */
export function json(value: unknown): { body: string; headers: Record<string, string> } {
  return {
    body: JSON.stringify(value, (_key, v: unknown) => (typeof v === "bigint" ? v.toString() : v)),
    headers: { "Content-Type": "application/json" },
  };
}

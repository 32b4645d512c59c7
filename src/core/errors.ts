// What can go wrong for a user, as a closed list. Retry policies, the breaker, gates and reports switch on the kind, never on message text.

/** The kinds of a user's failure. The first seven are also what k6/x/ethereum's errors carry. */
export const errorKinds = [
  "nonce",
  "funds",
  "timeout",
  "rate_limit",
  "revert",
  "transport",
  "protocol",
  "refused", // HTTP 400, 401, 403, 409: the service understood and said no
  "not_found", // HTTP 404
  "server", // HTTP 5xx
  "relay", // the relayer answered with an error of its own
  "inference", // the operation ended failed or canceled
  "proof", // everything answered well, and the other side does not bear it out
  "unexpected", // an exception nobody classified: a defect of the script or an unknown answer
] as const;

export type ErrorKind = (typeof errorKinds)[number];

/** A failed step of a journey. */
export class JourneyError extends Error {
  override readonly name = "JourneyError";
  readonly kind: ErrorKind;
  /** A closed name within the kind, such as a contract's custom error; becomes a metric tag, so never an id. */
  readonly detail: string | undefined;
  readonly retryable: boolean;
  /** Milliseconds the other side asked to wait. */
  readonly retryAfter: number | undefined;
  /** The step that failed; set by `timed`. */
  step: string | undefined;

  constructor(
    kind: ErrorKind,
    message: string,
    options: { detail?: string; retryable?: boolean; retryAfter?: number } = {},
  ) {
    super(message);
    this.kind = kind;
    this.detail = options.detail;
    this.retryable = options.retryable ?? false;
    this.retryAfter = options.retryAfter;
  }
}

/** Any thrown value as a JourneyError: errors of k6/x/ethereum keep their kind, everything else is `unexpected`. */
export function asJourneyError(thrown: unknown): JourneyError {
  // By its name: a script's deferred part has a class of its own.
  if (thrown instanceof Error && thrown.name === "JourneyError") return thrown as JourneyError;
  const error = thrown as
    | { message?: string; kind?: string; retryable?: boolean; retryAfter?: number; revert?: { name?: string } }
    | null
    | undefined;
  const message = error?.message ?? String(thrown);
  const kind = (errorKinds as readonly string[]).includes(error?.kind ?? "")
    ? (error?.kind as ErrorKind)
    : "unexpected";
  return new JourneyError(kind, message, {
    retryable: error?.retryable ?? false,
    ...(error?.revert?.name ? { detail: error.revert.name } : {}),
    ...(error?.retryAfter === undefined ? {} : { retryAfter: error.retryAfter }),
  });
}

/** The kind that an HTTP status means; undefined for 2xx. Status 0 is k6's "no answer". */
export function kindOfStatus(status: number): ErrorKind | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 0) return "transport";
  if (status === 408 || status === 504) return "timeout";
  if (status === 429) return "rate_limit";
  if (status === 404 || status === 410) return "not_found";
  if (status >= 500) return "server";
  return status >= 400 ? "refused" : "protocol";
}

const passing: ReadonlySet<ErrorKind> = new Set(["transport", "timeout", "rate_limit", "server"]);

/** Whether the same request may succeed when made again. */
export function mayPass(kind: ErrorKind): boolean {
  return passing.has(kind);
}

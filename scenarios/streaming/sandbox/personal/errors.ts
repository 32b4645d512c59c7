// The personal server's errors: the status, code and body of the real one.

/** `VALIDATION_ERROR` is 400 and may name a field; the rest is fixed per code. */
const statusOf = {
  VALIDATION_ERROR: 400,
  GRANT_VALIDATION_ERROR: 400,
  AUTHENTICATION_ERROR: 401,
  AUTHORIZATION_ERROR: 403,
  NOT_FOUND_ERROR: 404,
  RATE_LIMIT_ERROR: 429,
  BLOCKCHAIN_ERROR: 500,
  FILE_ACCESS_ERROR: 500,
  DECRYPTION_ERROR: 500,
  COMPUTE_ERROR: 500,
  OPERATION_ERROR: 500,
  INTERNAL_SERVER_ERROR: 500,
} as const;

export type ErrorCode = keyof typeof statusOf;

/** A refusal of the personal server. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  /** HTTP status, under the name that fastify knows. */
  readonly statusCode: number;
  readonly code: ErrorCode;
  readonly field: string | undefined;

  constructor(code: ErrorCode, message: string, field?: string) {
    super(message);
    this.statusCode = statusOf[code];
    this.code = code;
    this.field = field;
  }
}

/** `{"detail": {"kind": "Error", ...}}`, as the real server answers. */
export function errorBody(code: string, message: string, field?: string): object {
  const errorCode = field === undefined ? code : `${code}_${field.toUpperCase()}`;
  return { detail: { kind: "Error", detail: message, error_code: errorCode, field: field ?? null } };
}

/** The code of a failure that only has an HTTP status: a refusal by rate limit or fault. */
export function codeOf(status: number): ErrorCode {
  const match = (Object.keys(statusOf) as ErrorCode[]).find((code) => statusOf[code] === status);
  return match === undefined || status >= 500 ? "INTERNAL_SERVER_ERROR" : match;
}

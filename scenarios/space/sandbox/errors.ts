// How the stream node says no: a code with a name, a sentence, and facts that clients look for by their names.
import { Metadata, type StatusObject, status } from "@grpc/grpc-js";
import { errorCodes } from "./messages.ts";

/** Codes up to this one are gRPC's own. */
const LAST_GRPC_CODE = 16;
const HEADER = "x-river-error";

export class RiverError extends Error {
  override readonly name = "RiverError";
  /** One of the proto's Err, by its name. */
  readonly err: string;
  /** What it is counted as among the refusals of permission. */
  readonly reason: string | undefined;

  /** @param facts written as `name = value`, which is how clients find the hash that they should have used */
  constructor(err: string, message: string, facts: Readonly<Record<string, unknown>> = {}, reason?: string) {
    const lines = Object.entries(facts).map(([name, value]) => `\n    ${name} = ${value}`);
    super(`(${errorCodes[err]}:${err}) ${message}${lines.join("")}`);
    this.err = err;
    this.reason = reason;
  }
}

/** The refusal of something that the user may not do. @param reason what it is counted as */
export const denied = (reason: string, message: string, facts?: Readonly<Record<string, unknown>>) =>
  new RiverError("PERMISSION_DENIED", message, facts, reason);

/** The proto's number of an error; what is no RiverError is the node's own fault. */
export const errorCode = (error: unknown): number =>
  errorCodes[error instanceof RiverError ? error.err : "INTERNAL"] ?? status.INTERNAL;

/** An error as gRPC carries it: its code, its text, and its name in the metadata. */
export function statusOf(error: unknown): Partial<StatusObject> {
  const code = errorCode(error);
  const metadata = new Metadata();
  metadata.set(HEADER, error instanceof RiverError ? error.err : "INTERNAL");
  return {
    code: code <= LAST_GRPC_CODE ? code : status.FAILED_PRECONDITION,
    details: (error as Error).message,
    metadata,
  };
}

// gRPC's status codes as kinds of a user's failure.
import { type ErrorKind, JourneyError, mayPass } from "./errors.ts";

/** code -> its name in gRPC, and what it means for a user. Source: grpc.io, "Status codes and their use in gRPC". */
const codes: readonly (readonly [name: string, kind: ErrorKind])[] = [
  ["OK", "protocol"], // no error: whoever asks has misread an answer
  ["CANCELLED", "transport"],
  ["UNKNOWN", "server"],
  ["INVALID_ARGUMENT", "refused"],
  ["DEADLINE_EXCEEDED", "timeout"],
  ["NOT_FOUND", "not_found"],
  ["ALREADY_EXISTS", "refused"],
  ["PERMISSION_DENIED", "refused"],
  ["RESOURCE_EXHAUSTED", "rate_limit"],
  ["FAILED_PRECONDITION", "refused"],
  ["ABORTED", "server"],
  ["OUT_OF_RANGE", "refused"],
  ["UNIMPLEMENTED", "protocol"],
  ["INTERNAL", "server"],
  ["UNAVAILABLE", "transport"],
  ["DATA_LOSS", "server"],
  ["UNAUTHENTICATED", "refused"],
];

/** Names that tell more than their kind, and so get a line of their own in a verdict. */
export const grpcDetails = ["UNAUTHENTICATED", "PERMISSION_DENIED", "UNAVAILABLE", "FAILED_PRECONDITION"] as const;

/** A call that was answered with a status other than OK, or not at all. */
export function grpcError(code: number, message: string): JourneyError {
  const [name, kind] = codes[code] ?? ["a status that gRPC does not have", "protocol"];
  return new JourneyError(kind, `${name}: ${message}`, {
    retryable: mayPass(kind),
    ...((grpcDetails as readonly string[]).includes(name) ? { detail: name } : {}),
  });
}

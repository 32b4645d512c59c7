import { GcsError } from "./gcs-auth.ts";

/** Which bytes of an upload a request holds. */
export interface UploadRange {
  /** Offset of its first byte. */
  readonly start: number;
  /** Size of the whole object, where it is known. */
  readonly total: number | undefined;
}

/**
 * Reads the Content-Range of a resumable upload: none (the body is all of it), `bytes 0-99/300`, `bytes 0-*` + `/300` (all the rest, as Google's
 * client library sends it), each with a total of * while it is unknown, or `bytes *` + `/300` to ask how much has arrived.
 * @param length bytes of the body
 * @param received bytes that have arrived before
 * @throws GcsError when it contradicts the body, or leaves a hole after what has arrived
 */
export function uploadRange(header: string | undefined, length: number, received: number): UploadRange {
  if (header === undefined) return { start: 0, total: length };
  const match = /^bytes (?:(\d+)-(\d+|\*)|\*)\/(\d+|\*)$/.exec(header);
  if (!match) throw new GcsError(400, "invalid", `Invalid Content-Range: ${header}`);
  const [, first, last, of] = match;
  const given = of === "*" ? undefined : Number(of);
  if (first === undefined || last === undefined) return { start: received, total: given };

  const start = Number(first);
  const end = start + length;
  const total = given ?? (last === "*" ? end : undefined);
  if ((last !== "*" && Number(last) + 1 !== end) || (total !== undefined && end > total)) {
    throw new GcsError(400, "invalid", `Content-Range ${header} does not fit a body of ${length} bytes`);
  }
  if (start > received) {
    throw new GcsError(400, "invalid", `Content-Range ${header} leaves a hole: ${received} bytes have arrived`);
  }
  return { start, total };
}

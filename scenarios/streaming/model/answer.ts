// What a model's answer proves: that the server read this user's file, only that, and did not hand it out.
import { JourneyError } from "../../../src/core/errors.ts";

/** What an answer can be found to be. */
export const answerProofs = ["ANOTHER_FILE", "NO_CANARY", "OTHERS_CANARY", "PLAINTEXT"] as const;

/** A canary of any user of this suite. */
const CANARY = /onrush-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
/** Characters of the user's data that no answer quotes in a row: a model tells of data, a dump holds it. */
const QUOTED = 120;

/** A user's canary from a random UUID, recognisable as one. */
export const canaryOf = (uuid: string): string => `onrush-${uuid}`;

/** The plaintext's SHA-256 that the server reports beside the answer, where it does. */
function reportedHash(result: unknown): string | undefined {
  let object = result;
  if (typeof result === "string") {
    try {
      object = JSON.parse(result);
    } catch {
      return undefined;
    }
  }
  const hash = (object as { plaintext_sha256?: unknown } | null | undefined)?.plaintext_sha256;
  return typeof hash === "string" ? hash.slice(hash.startsWith("0x") ? 2 : 0).toLowerCase() : undefined;
}

/** A text as it is whatever it was wrapped in: JSON in JSON gets backslashes, pretty JSON blanks. */
const bare = (text: string): string => text.replace(/[\\\s]/g, "");

/** Whether an answer holds a stretch of the data itself, from its beginning behind the canary, its middle or its end. */
function dumps(answer: string, json: string, canary: string): boolean {
  const [text, data] = [bare(answer), bare(json)];
  const from = Math.max(0, data.indexOf(canary) + canary.length);
  return [from, (from + data.length - QUOTED) / 2, data.length - QUOTED]
    .map(Math.floor)
    .filter((at) => at >= from)
    .some((at) => text.includes(data.slice(at, at + QUOTED)));
}

/**
 * Judges an answer.
 * @param result of the operation, as the server gives it
 * @param data what the user encrypted, and the canary in it
 * @param plaintextHash SHA-256 of it, hex without 0x
 * @throws JourneyError of kind proof: the server decrypted something else (ANOTHER_FILE), the answer does not hold the canary (NO_CANARY), or holds that of
 * another user (OTHERS_CANARY) or the data itself (PLAINTEXT)
 */
export function proveAnswer(
  result: unknown,
  { canary, json }: { readonly canary: string; readonly json: string },
  plaintextHash: string,
  proof: "canary" | "status",
): void {
  const fail = (detail: (typeof answerProofs)[number], message: string): never => {
    throw new JourneyError("proof", message, { detail });
  };
  const reported = reportedHash(result);
  if (reported !== undefined && reported !== plaintextHash)
    fail("ANOTHER_FILE", "the server decrypted something else: its plaintext's SHA-256 differs");
  if (proof === "status") return;
  const text = typeof result === "string" ? result : (JSON.stringify(result) ?? "");
  if (!text.includes(canary))
    fail("NO_CANARY", "the operation succeeded, but its answer does not hold this user's canary");
  const others = (text.match(CANARY) ?? []).filter((found) => found.toLowerCase() !== canary);
  if (others.length > 0) fail("OTHERS_CANARY", `the answer holds the canaries of ${others.length} other users too`);
  if (dumps(text, json, canary)) fail("PLAINTEXT", "the answer holds the user's data itself, and not what it says");
}

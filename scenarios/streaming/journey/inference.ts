// The inference: polled to its end, and judged on what it says.
import { JourneyError } from "../../../src/core/errors.ts";
import type { User } from "../../../src/k6/user.ts";
import type { Operation } from "../client/personal-server.ts";

const FAILED = new Set(["failed", "canceled", "cancelled"]);

/**
 * Polls until a terminal status. Anything but succeeded, failed or canceled is not finished: the first real status is "starting", and taking it for the
 * end made the test that this one descends from report success without an answer.
 */
export async function finished(
  user: User,
  poll: () => Promise<Operation>,
  interval: number,
  timeout: number,
): Promise<Operation> {
  const deadline = Date.now() + timeout;
  for (;;) {
    await user.pause(interval);
    const operation = await poll();
    if (operation.status === "succeeded") return operation;
    if (FAILED.has(operation.status)) throw new JourneyError("inference", `the operation ended ${operation.status}`);
    if (Date.now() >= deadline)
      throw new JourneyError("timeout", `the operation was still ${operation.status} after ${timeout / 1000} s`);
  }
}

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

/**
 * Judges an answer.
 * @param plaintextHash SHA-256 of what the user encrypted, hex without 0x
 * @throws JourneyError of kind proof when the answer does not hold the canary, or the server decrypted something else
 */
export function proveAnswer(
  operation: Operation,
  canary: string,
  plaintextHash: string,
  proof: "canary" | "status",
): void {
  const reported = reportedHash(operation.result);
  if (reported !== undefined && reported !== plaintextHash)
    throw new JourneyError("proof", "the server decrypted something else: its plaintext's SHA-256 differs");
  if (proof === "status") return;
  const text = typeof operation.result === "string" ? operation.result : (JSON.stringify(operation.result) ?? "");
  if (!text.includes(canary))
    throw new JourneyError("proof", "the operation succeeded, but its answer does not hold this user's canary");
}

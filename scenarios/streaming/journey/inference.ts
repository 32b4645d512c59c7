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

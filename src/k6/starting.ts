import exec from "k6/execution";
import { asJourneyError } from "../core/errors.ts";
import { redact } from "./redact.ts";
import type { Run } from "./run.ts";

/**
 * Runs the steps of a setup(). When one fails, the run ends at once with one message instead of a stack trace: exit code 108.
 * @param paidBefore whether funds may have been spent when a step fails; the message then says where they are
 */
export async function starting(run: Run, paidBefore: boolean, steps: () => Promise<void>): Promise<void> {
  try {
    await steps();
  } catch (thrown) {
    const { message } = asJourneyError(thrown);
    const paid = paidBefore
      ? ` (wallets that were paid already keep their funds: the next run uses them, and \`onrush reclaim --scenario ${run.name}\` with the same settings brings them back)`
      : "";
    exec.test.abort(`${run.name} cannot start: ${redact(message)}${paid}`);
  }
}

// What setup() does in every scenario: says what will happen, checks the target, and ends the run with one message where it cannot start.
import exec from "k6/execution";
import { asJourneyError } from "../core/errors.ts";
import { isOpen } from "../core/options.ts";
import { show } from "../core/settings/table.ts" with { load: "deferred" };
import { instanceHere } from "./instance.ts";
import { objectionsTo } from "./options.ts";
import { redact } from "./redact.ts";
import type { Run } from "./run.ts";

/**
 * Says in setup() what will happen, in words: k6's own line for a planned load speaks of stages. Warns where the settings cannot reach what they ask for.
 * @throws when INSTANCES contradicts k6's execution segments
 */
function announce(run: Run): void {
  const here = instanceHere(run.common.INSTANCES);
  const { words, users, seconds } = run.arrivals();
  console.log(
    `${run.name}, profile ${run.profile}: ${words}${here.count > 1 ? `; this is instance ${here.index + 1} of ${here.count}` : ""}`,
  );
  const { table, expectedDuration } = run.spec();
  const given = [...run.given];
  if (given.length > 0) {
    const pairs = given.map((name) => `${name}=${table[name] === undefined ? "" : show(table[name], __ENV[name])}`);
    console.log(`settings: ${pairs.join(" ")}`);
  }
  const rate = isOpen(run.load) ? users / seconds : 0;
  const expected = (rate * expectedDuration) / 1_000;
  if (expected > run.load.concurrency) {
    console.warn(
      `CONCURRENCY=${run.load.concurrency} may be too low: ${rate.toFixed(1)} users/s of about ${expectedDuration / 1_000} s each are ${Math.ceil(expected)} at once; arrivals that find no free VU are dropped`,
    );
  }
}

/**
 * Runs the steps of a setup(). When one fails, the run ends at once with one message instead of a stack trace: exit code 108.
 * @param paidBefore whether funds may have been spent when a step fails; the message then says where they are
 */
export async function abortOnError<T>(run: Run, paidBefore: boolean, steps: () => Promise<T>): Promise<T> {
  try {
    return await steps();
  } catch (thrown) {
    const { message } = asJourneyError(thrown);
    const paid = paidBefore
      ? ` (wallets that were paid already keep their funds: the next run uses them, and \`onrush reclaim --scenario ${run.name}\` with the same settings brings them back)`
      : "";
    exec.test.abort(`${run.name} cannot start: ${redact(message)}${paid}`);
    throw thrown;
  }
}

/** The beginning of a setup(): nothing is spent before `check` has found the target to be what the settings say. */
export const setUp = <T>(run: Run, check: () => Promise<T>): Promise<T> =>
  abortOnError(run, false, () => {
    const { refused } = objectionsTo(run);
    if (refused.length > 0) throw new Error(refused.join("; "));
    announce(run);
    return check();
  });

import { isOpen } from "../core/options.ts";
import { show } from "../core/settings/table.ts" with { load: "deferred" };
import { instanceHere } from "./instance.ts";
import type { Run } from "./run.ts";

/**
 * Says in setup() what will happen, in words: k6's own line for a planned load speaks of stages. Warns where the settings cannot reach what they ask for.
 * @throws when INSTANCES contradicts k6's execution segments
 */
export function announce(run: Run): void {
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

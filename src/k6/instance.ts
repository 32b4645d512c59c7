import exec from "k6/execution";
import { type Instance, instanceOf } from "../core/arrivals/index.ts";

/**
 * This process's place among those that share the run.
 * @throws when k6's segment and INSTANCES contradict each other: wallets or gates would be counted twice or not at all
 */
export function instanceHere(expected: number): Instance {
  const options = exec.test.options as { executionSegment?: string | null; executionSegmentSequence?: string | null };
  const here = instanceOf(options.executionSegment, options.executionSegmentSequence);
  if (here.count !== expected) {
    throw new Error(
      `INSTANCES=${expected}, but k6's execution segments make ${here.count}: set INSTANCES=${here.count} on every instance, so that gates are divided rightly`,
    );
  }
  return here;
}

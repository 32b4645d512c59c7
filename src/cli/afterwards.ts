// What a scenario's run leaves to be judged outside k6.
import type { Environment } from "../core/settings/table.ts";
import type { Verdict, VerdictStatus } from "../core/summary/types.ts";
import { cliOf } from "./scenarios.ts";

const GATE_FAILED = 99;
/** What a run ends with whose verdict k6 did not turn into a code of its own. */
export const verdictCodes: Readonly<Record<VerdictStatus, number>> = {
  PASSED: 0,
  FAILED: GATE_FAILED,
  "NOT STARTED": GATE_FAILED,
  INTERRUPTED: 105,
  ABORTED: 108,
  UNPROVED: 110,
};

/** The codes of a whole run. */
const WHOLE = [verdictCodes.PASSED, GATE_FAILED, verdictCodes.UNPROVED];

/**
 * Judges what k6 could not.
 * @param verdict the run's; undefined where it left none, of which nothing can be judged
 * @param code the exit code of the run so far; anything but a verdict's is left as it is
 * @returns 99 when something did not hold
 */
export async function judgeAfterwards(
  scenario: string,
  verdict: Verdict | undefined,
  environment: Environment,
  code: number,
  say: (line: string) => void,
): Promise<number> {
  const { judge } = await cliOf(scenario);
  if (judge === undefined || verdict === undefined || !WHOLE.includes(code)) return code;
  const judged = await judge(verdict, environment);
  for (const line of judged?.lines ?? []) say(line);
  return judged === undefined || judged.held ? code : GATE_FAILED;
}

// What a scenario's run leaves to be judged outside k6.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../core/settings/table.ts";
import type { Verdict } from "../core/summary/types.ts";
import { cliOf } from "./scenarios.ts";

/** The codes of verdicts that judge a whole run: PASSED, FAILED and UNPROVED. */
const GATE_FAILED = 99;
const WHOLE = [0, GATE_FAILED, 110];

/**
 * Judges what k6 could not.
 * @param code the exit code of the run so far; anything but a verdict's is left as it is
 * @returns 99 when something did not hold
 */
export async function judgeAfterwards(
  scenario: string,
  reportDir: string,
  environment: Environment,
  code: number,
  say: (line: string) => void,
): Promise<number> {
  const { judge } = await cliOf(scenario);
  if (judge === undefined || !WHOLE.includes(code)) return code;
  const verdict = JSON.parse(readFileSync(join(reportDir, "summary.json"), "utf8")) as Verdict;
  const judged = await judge(verdict, environment);
  for (const line of judged?.lines ?? []) say(line);
  return judged === undefined || judged.held ? code : GATE_FAILED;
}

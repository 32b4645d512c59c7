// What a scenario's run leaves to be judged outside k6.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../core/settings/table.ts";
import type { Verdict } from "../core/summary/types.ts";
import { cliOf } from "./scenarios.ts";

/** k6's code for a failed gate. */
const GATE_FAILED = 99;

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
  if (judge === undefined || (code !== 0 && code !== GATE_FAILED)) return code;
  const verdict = JSON.parse(readFileSync(join(reportDir, "summary.json"), "utf8")) as Verdict;
  const judged = await judge(verdict, environment);
  for (const line of judged?.lines ?? []) say(line);
  return judged === undefined || judged.held ? code : GATE_FAILED;
}

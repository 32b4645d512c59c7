import type { Verdict } from "./types.ts";

/** The verdict for machines: the same numbers as the text, unrounded, milliseconds and bytes. */
export function verdictJson(verdict: Verdict): string {
  const { context, ...judged } = verdict;
  const { gates: _compiled, ...run } = context;
  return `${JSON.stringify({ version: 1, run, ...judged }, null, 2)}\n`;
}

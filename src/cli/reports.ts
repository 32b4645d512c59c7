import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "./errors.ts";

/** k6 writes its dashboard only after this long: two of its periods. */
const DASHBOARD_AFTER_MS = 30_000;

const two = (n: number) => String(n).padStart(2, "0");

/** 20261121-054012, local time. */
export function stamp(date: Date): string {
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return `${day}-${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}

/**
 * Makes the folder for a run's reports: `wanted`, or results/<scenario>-<time> under the working folder. k6 makes no folders itself.
 * @throws CommandError when it cannot be made
 */
export function makeReportDir(scenario: string, wanted: string | undefined, now = new Date()): string {
  const base = join("results", `${scenario}-${stamp(now)}`);
  let dir = wanted || base;
  for (let n = 2; !wanted && existsSync(dir); n++) dir = `${base}-${n}`; // two runs in one second
  try {
    mkdirSync(dir, { recursive: true });
  } catch (error) {
    throw new CommandError(`REPORT_DIR=${dir} cannot be made: ${(error as Error).message}`);
  }
  return dir;
}

/** What a run left in its folder, and what it should have. k6 ends with 0 when its summary throws or cannot be written, so only the files tell. */
export function checkReports(dir: string, ranMs: number): { written: string[]; missing: string[] } {
  const expected = ["summary.json", "junit.xml"];
  const optional = "dashboard.html";
  const there = (file: string) => existsSync(join(dir, file));
  const written = [...expected, optional].filter(there);
  const missing = [...expected, ...(ranMs > DASHBOARD_AFTER_MS ? [optional] : [])].filter((file) => !there(file));
  return { written, missing };
}

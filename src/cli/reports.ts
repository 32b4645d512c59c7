import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Verdict } from "../core/summary/types.ts";
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

/** What a run left in its folder, and what it should have. */
export interface Reports {
  readonly written: readonly string[];
  readonly missing: readonly string[];
  /** Of this run and whole; undefined where there is no such summary.json. */
  readonly verdict: Verdict | undefined;
}

/** The text of a file; undefined where there is none. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function verdictIn(text: string | undefined, id: string): Verdict | undefined {
  try {
    const verdict = JSON.parse(text ?? "") as Verdict & { readonly run?: { readonly id?: unknown } };
    return verdict.run?.id === id ? verdict : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Looks at a run's reports. k6 ends with 0 when its summary throws or cannot be written, and a full disk leaves half of it: only the files tell.
 * @param id the run's: a folder may hold the reports of another one
 * @param ranMs how long k6 ran; a short run has no dashboard
 */
export function checkReports(dir: string, id: string, ranMs: number): Reports {
  const verdict = verdictIn(textOf(join(dir, "summary.json")), id);
  const junit = textOf(join(dir, "junit.xml"));
  const there: Readonly<Record<string, boolean>> = {
    "summary.json": verdict !== undefined,
    "junit.xml": junit?.includes(`<testsuites id="${id}"`) === true && junit.endsWith("</testsuites>\n"),
    "dashboard.html": existsSync(join(dir, "dashboard.html")),
  };
  const files = Object.keys(there);
  const expected = (file: string) => file !== "dashboard.html" || ranMs > DASHBOARD_AFTER_MS;
  return {
    written: files.filter((file) => there[file]),
    missing: files.filter((file) => !there[file] && expected(file)),
    verdict,
  };
}

import exec from "k6/execution";
import { listed } from "../core/format.ts";
import type { Objections, OptionValues } from "../core/k6-options.ts";
import { compileOptions, objections, refusedVariables } from "./plan.ts" with { load: "deferred" };
import type { Run, ScenarioNeeds } from "./run.ts";

/** What is at a path; "unknown" where open() does not tell: on another system than Unix, and in an archive, which sees no folders at all. */
function lookAt(path: string): "folder" | "nothing" | "unknown" {
  try {
    open(path);
  } catch (error) {
    const { message } = error as Error;
    if (/can't be used with directories/.test(message)) return "folder";
    if (/no such file or directory/.test(message)) return "nothing";
  }
  return "unknown";
}

/** The working folder, by which reports are written; open() goes by the script's. */
const WORKING_FOLDER = "/proc/self/cwd";

/** k6 makes no folders, and ends with 0 where it cannot write a report. */
function requireFolder(dir: string): void {
  const isKnown = dir.startsWith("/") || lookAt(WORKING_FOLDER) === "folder";
  if (isKnown && lookAt(dir.startsWith("/") ? dir : `${WORKING_FOLDER}/${dir}`) === "nothing")
    throw new Error(`REPORT_DIR=${dir} is not there, and k6 makes no folders: make it first`);
}

/**
 * k6's options for a run. Only the first init (VU 0) builds them: k6 runs init code again in every VU and gives each the final options anyway, and a plan
 * of thousands of stages in each VU would cost seconds and hundreds of megabytes.
 * @throws where k6's own variables make a run that nobody could judge
 */
export function optionsFor(run: Run, needs: ScenarioNeeds): Record<string, unknown> {
  if (__VU !== 0) return {};
  const refused = refusedVariables(__ENV);
  if (refused.length > 0) throw new Error(listed(`${run.name} cannot be judged`, refused));
  if (run.common.REPORT_DIR !== undefined) requireFolder(run.common.REPORT_DIR);
  const options = compileOptions(run, needs);
  run.compiled.options = options;
  return { ...options }; // k6 writes its own values into what it gets
}

/** What speaks against judging this run, by the options that k6 really has. In setup() and the summary, whose VU has built the options too. */
export const objectionsTo = (run: Run): Objections =>
  objections(run.compiled.options, exec.test.options as unknown as OptionValues);

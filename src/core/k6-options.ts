// k6 takes options from its command line, the environment and archives too, above those of the script. Here is told which of them a run cannot be judged with,
// and which a reader of its report must know of.
import { parseDuration } from "./duration.ts";
import { fnv1a } from "./fnv.ts";
import type { Environment } from "./settings/table.ts";

/** k6's options as `exec.test.options` has them: null where nobody set one. */
export type OptionValues = Readonly<Record<string, unknown>>;

/** What stands in the way of a verdict, and what weakens it; each says which variable or flag it is. */
export interface Objections {
  readonly refused: readonly string[];
  readonly labels: readonly string[];
}

/** Name of the variable in the scenarios' `env` that tells the plan that they were compiled from. */
export const PLAN = "ONRUSH_PLAN";

/** Variables of k6 that change what is judged: what they do, by name. The flag is the name in small letters. */
const REFUSED: Readonly<Record<string, string>> = {
  K6_NO_THRESHOLDS: "no gate would be judged",
  K6_NO_SETUP: "the target would not be checked, and no wallet funded",
  K6_NEW_MACHINE_READABLE_SUMMARY: "that summary has no gates",
  K6_VUS: "it replaces the planned load",
  K6_DURATION: "it replaces the planned load; DURATION is ours",
  K6_ITERATIONS: "it replaces the planned load; USERS is ours",
  K6_STAGES: "it replaces the planned load",
  K6_DISCARD_RESPONSE_BODIES: "answers could not be compared",
};
/** Only where somebody waits for k6 to end by itself. */
const REFUSED_ATTENDED: Readonly<Record<string, string>> = {
  K6_PAUSED: "nobody would start it",
  K6_LINGER: "k6 would never end",
};

const isOff = (value: string | undefined) => value === undefined || /^(|0|f|false)$/i.test(value.trim());

/** Why a run under these variables would be no result. */
export function refusedVariables(environment: Environment, attended = false): string[] {
  const refused = Object.entries({ ...REFUSED, ...(attended ? REFUSED_ATTENDED : {}) })
    .filter(([name]) => !isOff(environment[name]))
    .map(([name, why]) => `${name}: ${why}`);
  if (environment.K6_SUMMARY_MODE?.trim() === "disabled")
    refused.push("K6_SUMMARY_MODE=disabled: there would be no verdict");
  return refused;
}

const SHORT: Readonly<Record<string, string>> = {
  u: "K6_VUS",
  d: "K6_DURATION",
  i: "K6_ITERATIONS",
  s: "K6_STAGES",
  p: "K6_PAUSED",
  l: "K6_LINGER",
};

/** The variables that k6's arguments stand for, as far as a run is refused for them. */
export function variablesOf(k6Args: readonly string[]): Environment {
  const set: Record<string, string> = {};
  for (const [at, arg] of k6Args.entries()) {
    const [, dashes, flag = "", given] = /^(--?)([a-zA-Z][\w-]*)(?:=(.*))?$/s.exec(arg) ?? [];
    if (dashes === undefined) continue;
    const long = flag === "stage" ? "K6_STAGES" : `K6_${flag.toUpperCase().replaceAll("-", "_")}`;
    const name = dashes === "--" ? long : SHORT[flag[0] ?? ""];
    if (name === undefined) continue;
    // A switch has no value of its own; what follows --summary-mode has.
    set[name] = given ?? (name === "K6_SUMMARY_MODE" ? (k6Args[at + 1] ?? "") : "true");
  }
  return set;
}

/** Options that change no result, or that have their own check; those that the script itself sets are none of these. */
const HARMLESS = new Set(
  [
    "paused executionSegment executionSegmentSequence noSetup noTeardown discardResponseBodies handleSummaryTimeout dns ext",
    "cloud tags consoleOutput features summaryTimeUnit metricSamplesBufferSize userAgent batch batchPerHost maxRedirects",
    "vus duration iterations stages",
  ].flatMap((line) => line.split(" ")),
);

/** noTeardown -> K6_NO_TEARDOWN */
const variable = (option: string) => `K6_${option.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
const isSet = (value: unknown) =>
  value !== null &&
  value !== undefined &&
  value !== false &&
  value !== 0 &&
  !(Array.isArray(value) && value.length === 0);
const list = (value: unknown) => (Array.isArray(value) ? (value as unknown[]).map(String) : []);
const milliseconds = (value: unknown) => (typeof value === "string" ? parseDuration(value) : undefined);
const planOf = (options: OptionValues) =>
  Object.values((options.scenarios ?? {}) as Record<string, { env?: Record<string, string> | null }>)[0]?.env?.[PLAN];

/**
 * Compares the options that k6 runs with with those that the script compiled.
 * @param compiled the script's own
 * @param actual `exec.test.options`
 */
export function objections(compiled: OptionValues, actual: OptionValues): Objections {
  const refused: string[] = [];
  const labels: string[] = [];
  const plan = planOf(actual);
  if (plan === undefined)
    refused.push(
      "the planned load was replaced: by K6_VUS, K6_DURATION, K6_ITERATIONS or K6_STAGES, or k6's flags of these names",
    );
  else if (plan !== planOf(compiled))
    refused.push(
      "the archive that runs here was made with other settings: make it with `onrush archive`, or run it with those that it was made with",
    );
  for (const [option, what] of [
    ["systemTags", "dropped arrivals could not be told from others"],
    ["summaryTrendStats", "percentiles that gates and reports need would be missing"],
  ] as const) {
    const missing = list(compiled[option]).filter((each) => !list(actual[option]).includes(each));
    if (missing.length > 0) refused.push(`${variable(option)} lacks ${missing.join(", ")}: ${what}`);
  }
  for (const option of ["noSetup", "discardResponseBodies"])
    if (isSet(actual[option])) refused.push(`${variable(option)}: ${REFUSED[variable(option)]}`);
  for (const option of ["setupTimeout", "teardownTimeout"]) {
    if (!isSet(actual[option]) || milliseconds(actual[option]) === milliseconds(compiled[option])) continue;
    labels.push(`${variable(option)} is not the scenario's`);
  }
  if (isSet(actual.noTeardown))
    labels.push("K6_NO_TEARDOWN: nothing was cleaned up, and what is left in wallets was not brought back");
  for (const [option, value] of Object.entries(actual))
    if (!HARMLESS.has(option) && !(option in compiled) && isSet(value)) labels.push(`${variable(option)} was set`);
  return { refused, labels };
}

/** A short digest of the plan, to tell two of them apart. */
export const digestOf = (plan: unknown): string => fnv1a(JSON.stringify(plan)).toString(16).padStart(8, "0");

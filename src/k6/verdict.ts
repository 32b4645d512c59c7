// What is told after a run.
import exec from "k6/execution";
import type { Objections } from "../core/k6-options.ts";
import { sharesOf, sizeOf } from "../core/options.ts";
import { verdictJson } from "../core/summary/json.ts";
import { judge } from "../core/summary/judge.ts";
import { verdictJUnit } from "../core/summary/junit.ts";
import { verdictText } from "../core/summary/text.ts";
import type { K6Summary, RunContext } from "../core/summary/types.ts";
import { RUN_ID } from "../core/summary/types.ts";
import { gatesOf } from "./plan.ts";
import type { Run, ScenarioNeeds } from "./run.ts";

/** The run in the words and numbers of its report. */
export function runContextOf(run: Run, needs: ScenarioNeeds): RunContext {
  const spec = run.spec();
  const compiled = run.arrivals();
  const { seconds, peakPerSecond, words } = compiled;
  const { SEED, INSTANCES } = run.common;
  const arriving = seconds > 0 && run.load.arrivals.kind !== "clients";
  return {
    scenario: run.name,
    profile: run.profile,
    target: run.target,
    load: words,
    seed: SEED,
    // The smallest share that an instance can have: k6 stripes arrivals by VUs, so shares may differ by more than one.
    planned: sharesOf(sizeOf(run.load, compiled, INSTANCES)).least,
    seconds: arriving ? seconds : undefined,
    peakPerSecond: arriving ? peakPerSecond : undefined,
    noun: spec.noun ?? "users",
    instances: INSTANCES,
    steps: spec.steps,
    gates: gatesOf(run, needs),
    id: __ENV[RUN_ID] || `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`,
    labels: spec.labels(run.values),
  };
}

/** The verdict as text, and with REPORT_DIR for machines: by file, as k6 writes them. */
export function verdictOf(
  run: Run,
  context: RunContext,
  data: K6Summary,
  { refused, labels }: Objections,
): Record<string, string> {
  const spec = run.spec();
  const verdict = judge(
    data,
    { ...context, labels: [...context.labels, ...labels] },
    spec.details,
    (reader) => spec.report?.(reader, run.values, run.arrivals().seconds) ?? [],
    refused,
  );
  // k6 has settled its exit code by now: from thresholds, which pass on nothing. bin/k6 follows this mark (extension/cmd/k6); a stock k6 only logs it.
  const held = Object.values(data.metrics ?? {}).every(({ thresholds = {} }) =>
    Object.values(thresholds).every(({ ok }) => ok),
  );
  if (verdict.status !== "PASSED" && held) exec.test.fail(`the verdict is ${verdict.status}`);
  const dir = run.common.REPORT_DIR;
  return {
    stdout: verdictText(verdict),
    ...(dir === undefined
      ? {}
      : { [`${dir}/summary.json`]: verdictJson(verdict), [`${dir}/junit.xml`]: verdictJUnit(verdict) }),
  };
}

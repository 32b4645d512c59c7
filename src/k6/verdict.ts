// What is told after a run.
import { sharesOf, sizeOf } from "../core/options.ts";
import { verdictJson } from "../core/summary/json.ts";
import { judge } from "../core/summary/judge.ts";
import { verdictJUnit } from "../core/summary/junit.ts";
import { verdictText } from "../core/summary/text.ts";
import type { K6Summary, RunContext } from "../core/summary/types.ts";
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
    labels: spec.labels(run.values),
  };
}

/** The verdict as text, and with REPORT_DIR for machines: by file, as k6 writes them. */
export function verdictOf(run: Run, context: RunContext, data: K6Summary): Record<string, string> {
  const spec = run.spec();
  const verdict = judge(
    data,
    context,
    spec.details,
    (reader) => spec.report?.(reader, run.values, run.arrivals().seconds) ?? [],
  );
  const dir = run.common.REPORT_DIR;
  return {
    stdout: verdictText(verdict),
    ...(dir === undefined
      ? {}
      : { [`${dir}/summary.json`]: verdictJson(verdict), [`${dir}/junit.xml`]: verdictJUnit(verdict) }),
  };
}

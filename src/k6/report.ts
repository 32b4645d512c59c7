import { sharesOf } from "../core/options.ts";
import { verdictJson } from "../core/summary/json.ts";
import { judge } from "../core/summary/judge.ts";
import { verdictJUnit } from "../core/summary/junit.ts";
import { verdictText } from "../core/summary/text.ts";
import type { K6Summary, RunContext } from "../core/summary/types.ts";
import { gatesOf, type ScenarioNeeds } from "./options.ts";
import type { Run } from "./run.ts";

/** The run in the words and numbers of its report. */
function contextOf(run: Run, needs: ScenarioNeeds): RunContext {
  const compiled = run.arrivals();
  const { seconds, peakPerSecond, words } = compiled;
  const { SEED, INSTANCES } = run.common;
  const arriving = seconds > 0 && run.load.arrivals.kind !== "clients";
  return {
    scenario: run.spec.name,
    profile: run.profile,
    target: run.target,
    load: words,
    seed: SEED,
    // The smallest share that an instance can have: k6 stripes arrivals by VUs, so shares may differ by more than one.
    planned: sharesOf(run.load, compiled, INSTANCES).least,
    seconds: arriving ? seconds : undefined,
    peakPerSecond: arriving ? peakPerSecond : undefined,
    noun: run.spec.noun ?? "users",
    instances: INSTANCES,
    steps: run.spec.steps,
    gates: gatesOf(run, needs),
    labels: run.spec.labels(run.values),
  };
}

/** handleSummary for a scenario: the verdict on stdout, and with REPORT_DIR the machine-readable files beside it. */
export function reportFor(run: Run, needs: ScenarioNeeds): (data: K6Summary) => Record<string, string> {
  // k6 runs init once more for the summary, with VU 0: only there may THRESHOLDS be opened, so the context is made here and not in the handler.
  const context = __VU === 0 ? contextOf(run, needs) : undefined;
  return (data) => {
    if (context === undefined) throw new Error("the summary belongs to VU 0");
    const verdict = judge(data, context, run.spec.details, (reading) => run.spec.report?.(reading, run.values) ?? []);
    const dir = run.common.REPORT_DIR;
    return {
      stdout: verdictText(verdict),
      ...(dir === undefined
        ? {}
        : { [`${dir}/summary.json`]: verdictJson(verdict), [`${dir}/junit.xml`]: verdictJUnit(verdict) }),
    };
  };
}

// What k6 is told before a run: its scenarios and its gates.
import { compileGates, type GateFile, parseGateFile, pickGates, requireGates } from "../core/gates.ts";
import { digestOf, PLAN } from "../core/k6-options.ts";
import {
  builtinMetrics,
  ethereumMetrics,
  fundingMetrics,
  type MetricSpec,
  processMetrics,
  userMetrics,
} from "../core/metrics.ts";
import { k6Scenarios, sharesOf, sizeOf } from "../core/options.ts";
import type { ScenarioSpec } from "../core/scenario.ts";
import { breakdownThresholds, ownBreakdowns } from "../core/summary/breakdown.ts";
import type { Run, ScenarioNeeds } from "./run.ts";

export { objections, refusedVariables } from "../core/k6-options.ts";

/** Names of all metrics that a gate of this scenario may judge. */
function knownMetrics({ name, uses, metrics = {} }: ScenarioSpec): string[] {
  const own: readonly MetricSpec[] = [
    ...Object.values(userMetrics(name)),
    ...Object.values(metrics),
    ...(uses.includes("funding") ? Object.values(fundingMetrics(name)) : []),
    ...(uses.includes("process") ? processMetrics : []),
    ...(uses.includes("ethereum") ? ethereumMetrics : []),
  ];
  return [...own.map((metric) => metric.name), ...builtinMetrics];
}

function readGates(path: string): GateFile {
  let text: string;
  try {
    text = open(path);
  } catch (error) {
    throw new Error(`THRESHOLDS=${path} cannot be read: ${(error as Error).message}`);
  }
  return parseGateFile(text, path);
}

/** The gates of a run, compiled. Init code only where THRESHOLDS names a file. */
export function gatesOf(run: Run, needs: ScenarioNeeds): Record<string, string[]> {
  const { THRESHOLDS, INSTANCES } = run.common;
  const compiled = run.arrivals();
  const spec = run.spec() as unknown as ScenarioSpec;
  const file = THRESHOLDS === undefined ? parseGateFile(needs.gates, "(bundled)") : readGates(THRESHOLDS);
  const without = new Set(spec.unmeasured?.(run.values));
  const picked = Object.fromEntries(
    Object.entries(pickGates(file, run.profile, run.target)).filter(([metric]) => !without.has(metric)),
  );
  const shares = sharesOf(sizeOf(run.load, compiled, INSTANCES));
  const tokens = { planned: compiled.users, seconds: compiled.seconds, instances: INSTANCES, ...shares };
  const gates = compileGates(picked, tokens, knownMetrics(spec));
  const path = THRESHOLDS === undefined ? `thresholds/${run.name}.json` : `THRESHOLDS=${THRESHOLDS}`;
  requireGates(spec, file, picked, path);
  return gates;
}

/** k6's options for a run. Never freeze them: k6 adds to them. */
export function compileOptions(run: Run, needs: ScenarioNeeds): Record<string, unknown> {
  const { load, common } = run;
  const spec = run.spec();
  const compiled = run.arrivals();
  const gates = gatesOf(run, needs);
  const { SEED, INSTANCES, USER_TIMEOUT } = common;
  // By which setup() and the summary know that k6 runs this plan and no other's: an archive holds the options that it was made with.
  const plan = { [PLAN]: digestOf([load, SEED, INSTANCES, USER_TIMEOUT, gates]) };
  const scenarios = k6Scenarios(load, compiled, USER_TIMEOUT, needs.funding, INSTANCES);
  // Both follow from the number of wallets: a block of 30 M gas pays or sweeps several hundred.
  const support = `${Math.ceil(60 + (needs.funding ? compiled.users * 0.1 : 0))}s`;
  return {
    scenarios: Object.fromEntries(
      Object.entries(scenarios).map(([name, one]) => [name, { ...one, env: { ...(one.env as object), ...plan } }]),
    ),
    thresholds: {
      ...breakdownThresholds(spec.name, spec.steps, spec.details, spec.uses.includes("ethereum")),
      ...ownBreakdowns(spec.breakdowns?.(run.values) ?? [], spec.metrics ?? {}),
      ...gates,
    },
    summaryTrendStats: ["avg", "min", "med", "max", "p(90)", "p(95)", "p(99)", "count"],
    setupTimeout: support,
    teardownTimeout: support,
    // k6 would print the URL of a request that fails.
    throw: true,
    // url would hold object names: one tag value for each user.
    systemTags: ["status", "method", "name", "scenario", "expected_response", "error_code"],
  };
}

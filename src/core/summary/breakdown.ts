// k6 shows a tagged part of a metric only when a threshold names it. These thresholds always hold; they exist so that the verdict can say what failed where.
import { errorKinds, mayPass } from "../errors.ts";
import type { MetricSpec } from "../metrics.ts";

/** Steps of work that is not a user's, with the same metrics. */
export const supportSteps = ["fund", "setup", "sweep"] as const;

/** Custom errors of contracts by the step that can meet them. */
export interface Details {
  readonly kind: string;
  readonly steps: readonly string[];
  readonly names: readonly string[];
}

const key = (metric: string, tags: Record<string, string>) =>
  `${metric}{${Object.entries(tags)
    .map(([k, v]) => `${k}:${v}`)
    .join(",")}}`;

export const errorKey = (scenario: string, kind: string, step: string, detail?: string) =>
  key(`${scenario}_errors`, detail === undefined ? { kind, step } : { kind, step, detail });
export const retryKeys = (scenario: string, kind: string, step: string) => [
  key(`${scenario}_retries`, { kind, step }),
  key("ethereum_retries", { kind, step }),
];
/** Arrivals that found no free VU. */
export const droppedKey = "dropped_iterations{scenario:user}";
export const stepKey = (scenario: string, step: string) => key(`${scenario}_step_duration`, { step });

const always = {
  counter: "count>=-1e300",
  rate: "rate>=0",
  trend: "max>=-1e300",
  time: "max>=0",
  gauge: "value>=-1e300",
};

/**
 * The same for parts that a scenario's own report reads.
 * @throws when a part belongs to none of the scenario's metrics: k6 would say so less clearly
 */
export function ownBreakdowns(
  parts: readonly string[],
  metrics: Readonly<Record<string, MetricSpec>>,
): Record<string, string[]> {
  const kinds = new Map(Object.values(metrics).map(({ name, kind }) => [name, kind]));
  return Object.fromEntries(
    parts.map((part) => {
      const kind = kinds.get(part.replace(/\{.*$/, ""));
      if (kind === undefined) throw new Error(`${part} is a part of no metric of this scenario`);
      return [part, [always[kind]]];
    }),
  );
}

/** metric{tags} -> an expression that always holds. */
export function breakdownThresholds(
  scenario: string,
  steps: readonly string[],
  details: readonly Details[] = [],
  chain = true,
): Record<string, string[]> {
  // Whether a run was cut short is judged with it, also where the gates at hand do not name it.
  const thresholds: Record<string, string[]> = { [droppedKey]: ["count>=0"] };
  for (const step of steps) thresholds[stepKey(scenario, step)] = ["max>=0"];
  for (const step of [...steps, ...supportSteps]) {
    for (const kind of errorKinds) {
      thresholds[errorKey(scenario, kind, step)] = ["count>=0"];
      if (!mayPass(kind)) continue;
      for (const name of retryKeys(scenario, kind, step))
        if (chain || !name.startsWith("ethereum")) thresholds[name] = ["count>=0"];
    }
  }
  for (const { kind, steps: at, names } of details) {
    for (const step of at) for (const name of names) thresholds[errorKey(scenario, kind, step, name)] = ["count>=0"];
  }
  return thresholds;
}

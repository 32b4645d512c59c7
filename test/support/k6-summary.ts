// Summary data as k6 v2.2.0 hands it to handleSummary (test/k6 compares the real thing), for tests of what is made of it.
import { breakdownThresholds } from "../../src/core/summary/breakdown.ts";
import type { K6Metric, K6Summary, RunContext } from "../../src/core/summary/types.ts";

const steps = ["wallet", "submit", "confirm", "infer"];
export const details = [{ kind: "revert", steps: ["submit", "confirm"], names: ["InvalidNonce", "EmptyGrant"] }];

const gates = {
  streaming_users: ["count>=1503"],
  streaming_success: ["rate>=0.85", "rate>=0.99"],
  streaming_duration: ["p(95)<=45000"],
  streaming_unfinished: ["count==0"],
  "dropped_iterations{scenario:user}": ["count==0"],
};

/** A run of 1,812 planned users; `more` replaces parts of it. */
export function contextOf(more: Partial<RunContext> = {}): RunContext {
  return {
    scenario: "streaming",
    profile: "streaming",
    target: "sandbox",
    load: "Poisson, 3 users/s for 10m: 1,812 users, seed 42",
    seed: 42,
    planned: 1_812,
    seconds: 600,
    peakPerSecond: 8,
    instances: 1,
    noun: "users",
    steps,
    gates,
    id: "run-1",
    labels: [],
    ...more,
  };
}

/** What a test says of a run; everything else follows from it as it does in k6. */
export interface Story {
  readonly succeeded: number;
  readonly degraded?: number;
  readonly unfinished?: number;
  readonly dropped?: number;
  /** metric{tags} or metric -> count, such as "streaming_errors{kind:timeout,step:infer}". */
  readonly counts?: Readonly<Record<string, number>>;
  readonly breaker?: boolean;
  /** Duration of every successful user, ms. */
  readonly duration?: number;
}

const counter = (count: number): K6Metric => ({
  type: "counter",
  contains: "default",
  values: { count, rate: count / 614 },
});
const gauge = (value: number): K6Metric => ({
  type: "gauge",
  contains: "default",
  values: { value, min: 0, max: value },
});
const trend = (value: number, count: number): K6Metric => ({
  type: "trend",
  contains: "time",
  values: {
    avg: value,
    min: value / 2,
    med: value * 0.9,
    max: value * 3,
    "p(90)": value * 1.2,
    "p(95)": value * 1.5,
    "p(99)": value * 2,
    count,
  },
});

/** How k6 judges an expression on values. */
function holds(expression: string, values: Readonly<Record<string, number>>): boolean {
  const [, aggregate = "", operator = "", right = ""] = /^(.+?)(<=|>=|==|!=|<|>)(.+)$/.exec(expression) ?? [];
  const value = values[aggregate === "p(50)" ? "med" : aggregate] ?? 0;
  const wanted = Number(right);
  switch (operator) {
    case "<=":
      return value <= wanted;
    case ">=":
      return value >= wanted;
    case "==":
      return value === wanted;
    case "!=":
      return value !== wanted;
    case "<":
      return value < wanted;
    default:
      return value > wanted;
  }
}

/** The summary data of a run that went as `story` says, with `context`'s gates judged as k6 does. */
export function summaryOf(story: Story, context: RunContext = contextOf()): K6Summary {
  const { succeeded, degraded = 0, unfinished = 0, dropped = 0, counts = {}, breaker = false } = story;
  const failed = Object.entries(counts)
    .filter(([key]) => /^streaming_errors\{kind:[^,]+,step:[^,]+\}$/.test(key))
    .reduce((sum, [, count]) => sum + count, 0);
  const ended = succeeded + degraded + failed;
  const metrics: Record<string, K6Metric> = {
    iterations: counter(ended),
    iteration_duration: trend(story.duration ?? 2_100, ended),
    vus: gauge(9),
  };
  // Metrics that nothing was added to do not appear, as in k6.
  if (ended + unfinished > 0) metrics.streaming_unfinished = counter(unfinished);
  if (ended > 0) {
    metrics.streaming_users = counter(ended);
    metrics.streaming_success = {
      type: "rate",
      contains: "default",
      values: { rate: succeeded / ended, passes: succeeded, fails: ended - succeeded },
    };
    metrics.process_memory_peak_bytes = gauge(312_400_000);
    metrics.process_cpu_percent = gauge(8.34);
    metrics.process_cpu_without_kdf_percent = gauge(4.06);
  }
  if (succeeded > 0) {
    metrics.streaming_succeeded = counter(succeeded);
    metrics.streaming_duration = trend(story.duration ?? 2_100, succeeded);
    metrics.streaming_wallet_wait = trend(120, succeeded);
    metrics.streaming_wallets_funded = counter(1_850);
    metrics.streaming_funding_txs = counter(37);
    metrics.streaming_swept_ether = counter(3.1234567);
    metrics["streaming_step_duration{step:confirm}"] = trend(900, succeeded);
    metrics["streaming_step_duration{step:infer}"] = trend(1_400, succeeded);
  }
  if (degraded > 0) metrics.streaming_degraded = counter(degraded);
  if (breaker) metrics.streaming_breaker_opened = counter(1);
  if (dropped > 0) metrics["dropped_iterations{scenario:user}"] = counter(dropped);
  for (const [key, count] of Object.entries(counts)) metrics[key] = counter(count);
  // A metric that a threshold names is there even when it is empty.
  const thresholds = { ...breakdownThresholds("streaming", steps, details), ...context.gates };
  for (const [name, expressions] of Object.entries(thresholds)) {
    const empty = name.includes("duration") ? trend(0, 0) : counter(0);
    const metric = metrics[name] ?? empty;
    // A rate without a single sample passes, whatever it is compared with.
    const ok = (e: string) => (e.startsWith("rate") && metrics[name] === undefined) || holds(e, metric.values);
    const judged = Object.fromEntries(expressions.map((e) => [e, { ok: ok(e) }]));
    metrics[name] = { ...metric, thresholds: judged };
  }
  return { metrics, state: { testRunDurationMs: 614_200 } };
}

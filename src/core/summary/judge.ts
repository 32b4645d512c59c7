import { errorKinds, mayPass } from "../errors.ts";
import { type Details, droppedKey, errorKey, retryKeys, stepKey, supportSteps } from "./breakdown.ts";
import type {
  ErrorCount,
  GateResult,
  K6Metric,
  K6Summary,
  MetricReader,
  ReportLine,
  RunContext,
  Verdict,
  VerdictStatus,
} from "./types.ts";

const AGGREGATE = /^(p\([\d.]+\)|[a-z]+)/;

/** The value that an expression judges. k6 calls the median "med"; the rest are its own keys. */
function judgedValue(metric: K6Metric | undefined, expression: string): number | undefined {
  const aggregate = AGGREGATE.exec(expression)?.[1];
  if (metric === undefined || aggregate === undefined) return undefined;
  return metric.values[aggregate === "p(50)" ? "med" : aggregate];
}

/** Whether a metric has no sample that could be judged: k6 lets a rate or a trend without any pass every threshold. */
function unmeasured({ type, values }: K6Metric): boolean {
  if (type === "rate") return (values.passes ?? 0) + (values.fails ?? 0) === 0;
  return type === "trend" && (values.count ?? 0) === 0;
}

function gateResults(metrics: Readonly<Record<string, K6Metric>>, gates: RunContext["gates"]): GateResult[] {
  return Object.entries(gates).flatMap(([name, expressions]) => {
    const metric = metrics[name];
    const empty = metric === undefined || unmeasured(metric);
    return expressions.map((expression) => ({
      metric: name,
      expression,
      // A gate k6 did not judge, or on nothing, has not held: better a loud failure than a silent pass.
      ok: !empty && (metric.thresholds?.[expression]?.ok ?? false),
      got: empty ? undefined : judgedValue(metric, expression),
    }));
  });
}

/**
 * Judges a run from k6's summary data.
 * @param report the scenario's own lines
 * @param unproved what could not be judged, in words
 * @throws when the data has no metrics, as with --new-machine-readable-summary, which carries no thresholds
 */
export function judge(
  data: K6Summary,
  context: RunContext,
  details: readonly Details[] = [],
  report: (reader: MetricReader) => ReportLine[] = () => [],
  unproved: readonly string[] = [],
): Verdict {
  const metrics = data.metrics;
  if (metrics === undefined || Array.isArray(metrics)) {
    throw new Error("this summary has no thresholds: run k6 without --new-machine-readable-summary");
  }
  const { scenario, planned } = context;
  const count = (name: string) => metrics[name]?.values.count ?? 0;
  const gauge = (name: string) => metrics[name]?.values.value;

  const ended = count(`${scenario}_users`);
  const unfinished = count(`${scenario}_unfinished`);
  const dropped = count(droppedKey);
  const succeeded = count(`${scenario}_succeeded`);
  const degraded = count(`${scenario}_degraded`);
  const refused = count(`${scenario}_refused`);
  const gates = gateResults(metrics, context.gates);

  const errorCounts = (
    keysOf: (kind: string, step: string) => readonly string[],
    kinds: readonly string[],
  ): ErrorCount[] =>
    [...context.steps, ...supportSteps]
      .flatMap((step) =>
        kinds.map((kind) => ({ kind, step, count: keysOf(kind, step).reduce((sum, key) => sum + count(key), 0) })),
      )
      .filter((error) => error.count > 0)
      .sort((a, b) => b.count - a.count);

  const named: ErrorCount[] = details.flatMap(({ kind, steps, names }) =>
    steps.flatMap((step) =>
      names.map((detail) => ({ kind, step, detail, count: count(errorKey(scenario, kind, step, detail)) })),
    ),
  );
  const errors = errorCounts((kind, step) => [errorKey(scenario, kind, step)], errorKinds).flatMap((error) => {
    const parts = named.filter((part) => part.kind === error.kind && part.step === error.step && part.count > 0);
    const rest = error.count - parts.reduce((sum, part) => sum + part.count, 0);
    return rest > 0 ? [...parts, { ...error, count: rest }] : parts;
  });

  const duration = metrics[`${scenario}_duration`]?.values;
  const wallet = metrics[`${scenario}_wallet_wait`]?.values;
  const peakBytes = gauge("process_memory_peak_bytes");
  return {
    status: statusOf({
      ...{ ended, unfinished, dropped, planned, gates, unproved },
      aborted: count(`${scenario}_breaker_opened`) > 0,
    }),
    context,
    durationMs: data.state?.testRunDurationMs ?? 0,
    gates,
    unproved,
    users: { ended, succeeded, degraded, refused, failed: ended - succeeded - degraded - refused, dropped, unfinished },
    response:
      succeeded > 0 && duration
        ? {
            avg: duration.avg,
            p50: duration.med,
            p95: duration["p(95)"],
            p99: duration["p(99)"],
            max: duration.max,
          }
        : undefined,
    steps: context.steps.flatMap((step) => {
      const values = metrics[stepKey(scenario, step)]?.values;
      return values && (values.count ?? 0) > 0
        ? [
            {
              step,
              avg: values.avg,
              p50: values.med,
              p95: values["p(95)"],
              p99: values["p(99)"],
              count: values.count ?? 0,
            },
          ]
        : [];
    }),
    lines: report({
      count,
      value: gauge,
      trend: (name, aggregate) => {
        const values = metrics[name]?.values;
        return (values?.count ?? 0) > 0 ? values?.[aggregate] : undefined;
      },
    }),
    errors,
    retries: errorCounts((kind, step) => retryKeys(scenario, kind, step), errorKinds.filter(mayPass)),
    wallets:
      (wallet?.count ?? 0) > 0
        ? {
            waitP95: wallet?.["p(95)"],
            funded: count(`${scenario}_wallets_funded`),
            transactions: count(`${scenario}_funding_txs`),
            sweptEther: count(`${scenario}_swept_ether`),
            unswept: count(`${scenario}_unswept_wallets`),
          }
        : undefined,
    generator:
      peakBytes === undefined || peakBytes === 0
        ? undefined
        : {
            peakBytes,
            cpuPercent: gauge("process_cpu_percent") ?? 0,
            cpuWithoutKdfPercent: gauge("process_cpu_without_kdf_percent") ?? 0,
          },
  };
}

function statusOf(run: {
  ended: number;
  unfinished: number;
  dropped: number;
  planned: number;
  gates: readonly GateResult[];
  unproved: readonly string[];
  aborted: boolean;
}): VerdictStatus {
  if (run.aborted) return "ABORTED";
  const started = run.ended + run.unfinished;
  if (started === 0) return "NOT STARTED";
  // Each user's own time limit is shorter than k6's grace period, so a user without an end was cut off from outside; so were arrivals that never came.
  if (run.unfinished > 0 || started + run.dropped < run.planned) return "INTERRUPTED";
  if (run.gates.length === 0 || run.gates.some((gate) => !gate.ok)) return "FAILED";
  return run.unproved.length > 0 ? "UNPROVED" : "PASSED";
}

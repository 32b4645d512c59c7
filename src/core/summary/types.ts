/** What k6 hands to handleSummary, as far as the reports need it (@types/k6 does not type it). */
export interface K6Metric {
  readonly type: string;
  readonly contains?: string;
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

export interface K6Summary {
  readonly metrics?: Readonly<Record<string, K6Metric>>;
  readonly state?: { readonly testRunDurationMs?: number };
}

/** Reads a metric of a finished run by its name, `metric` or `metric{tag:value}`; 0 where there is none. */
export interface MetricReader {
  count(name: string): number;
  /** A gauge's last value; undefined without a sample. */
  value(name: string): number | undefined;
  /** A trend's aggregate, such as "p(95)", "avg", "med" or "max"; undefined without a sample. */
  trend(name: string, aggregate: string): number | undefined;
}

/** A line that a scenario adds to its verdict. */
export interface ReportLine {
  readonly label: string;
  readonly parts: readonly string[];
}

/** What the report has to know of the run beside k6's numbers. */
export interface RunContext {
  readonly scenario: string;
  readonly profile: string;
  readonly target: string;
  /** The load in words, such as "Poisson, 3 users/s for 10m". */
  readonly load: string;
  readonly seed: number;
  /** Users planned for this instance. */
  readonly planned: number;
  /** Length of the arrival window in seconds; undefined for closed loads. */
  readonly seconds: number | undefined;
  /** Most arrivals in one second of the plan. */
  readonly peakPerSecond: number | undefined;
  readonly instances: number;
  /** What users are called, in the plural. */
  readonly noun: string;
  readonly steps: readonly string[];
  /** metric -> compiled expressions that decide the exit code; other thresholds in the data only make k6 break a metric down. */
  readonly gates: Readonly<Record<string, readonly string[]>>;
  /** Tells this run's reports from those of every other. */
  readonly id: string;
  /** Weaknesses of this run that a reader must know, such as "PROOF=status". */
  readonly labels: readonly string[];
}

export interface GateResult {
  readonly metric: string;
  readonly expression: string;
  readonly ok: boolean;
  /** The judged value; undefined when k6 has none. */
  readonly got: number | undefined;
}

/** How many times something of a kind happened at a step. */
export interface ErrorCount {
  readonly count: number;
  readonly kind: string;
  readonly step: string;
  readonly detail?: string;
}

export type VerdictStatus = "PASSED" | "FAILED" | "UNPROVED" | "INTERRUPTED" | "ABORTED" | "NOT STARTED";

/** The run, judged. All times in milliseconds. */
export interface Verdict {
  readonly status: VerdictStatus;
  readonly context: RunContext;
  readonly durationMs: number;
  readonly gates: readonly GateResult[];
  /** What could not be judged, in words; with any of them a run is not PASSED. */
  readonly unproved: readonly string[];
  readonly users: {
    readonly ended: number;
    readonly succeeded: number;
    readonly degraded: number;
    /** Ended with a no that was the right answer, such as a debit without funds: neither success nor failure. */
    readonly refused: number;
    readonly failed: number;
    readonly dropped: number;
    readonly unfinished: number;
  };
  readonly response: Readonly<Record<"avg" | "p50" | "p95" | "p99" | "max", number | undefined>> | undefined;
  readonly steps: readonly {
    readonly step: string;
    readonly avg: number | undefined;
    readonly p50: number | undefined;
    readonly p95: number | undefined;
    readonly p99: number | undefined;
    readonly count: number;
  }[];
  /** What the scenario says of itself. */
  readonly lines: readonly ReportLine[];
  readonly errors: readonly ErrorCount[];
  readonly retries: readonly ErrorCount[];
  readonly wallets:
    | {
        readonly waitP95: number | undefined;
        readonly funded: number;
        readonly transactions: number;
        readonly sweptEther: number;
        readonly unswept: number;
      }
    | undefined;
  readonly generator:
    | { readonly peakBytes: number; readonly cpuPercent: number; readonly cpuWithoutKdfPercent: number }
    | undefined;
}

/** Variable by which `onrush run` gives a run its id, to know its reports by. */
export const RUN_ID = "ONRUSH_RUN_ID";

// What a run looks like while it runs: samples in, text out. Reading k6 and drawing on a terminal are the CLI's.
import { formatDuration } from "./duration.ts";
import { grouped } from "./format.ts";
import { formatMs } from "./summary/text.ts";

/** Where k6 is in a run. */
export type Phase = "starting" | "setup" | "running" | "teardown" | "ended";

/** What was seen of a run at one instant; a value that k6 does not have yet is left out. */
export interface LiveSample {
  /** Milliseconds of any steady clock. */
  readonly at: number;
  readonly phase: Phase;
  /** Users that ended, successful or not. */
  readonly ended?: number | undefined;
  /** Users under way. */
  readonly active?: number | undefined;
  /** Share of ended users that succeeded, 0 to 1. */
  readonly success?: number | undefined;
  /** 95th percentile of successful users' times so far, ms. */
  readonly p95?: number | undefined;
  readonly dropped?: number | undefined;
  readonly retries?: number | undefined;
  /** Funded wallets waiting. */
  readonly pool?: number | undefined;
  /** Resident memory of k6, bytes. */
  readonly memory?: number | undefined;
  /** The scenario's own figures, in words. */
  readonly own?: readonly string[];
  /** CPU seconds k6 has used. */
  readonly cpuSeconds?: number | undefined;
}

/** A figure of a scenario's own that the live view shows: an aggregate of a metric, as k6's API has it. */
export interface LiveFigure {
  readonly label: string;
  readonly metric: string;
  readonly aggregate: "count" | "value" | "rate" | "avg" | "med" | "p(95)";
  /** Milliseconds are written as such; everything else is a number. */
  readonly unit?: "ms";
}

/** A figure's value as people read it. */
export const figureText = ({ label, unit }: LiveFigure, value: number | undefined): string =>
  `${label} ${value === undefined ? "-" : unit === "ms" ? formatMs(value) : grouped(Number(value.toPrecision(6)))}`;

export interface Live {
  add(sample: LiveSample): void;
  /** The block that a terminal redraws in place. */
  block(): string[];
  /** The same on one line, for logs. */
  line(): string;
}

const MINUTE = 60_000;

const PHASES: Readonly<Record<Phase, string>> = {
  starting: "starting k6",
  setup: "setting up",
  running: "running",
  teardown: "cleaning up",
  ended: "writing the report",
};

/**
 * Follows one run.
 * @param title first line of the block: scenario, target, load
 * @param planned users that will start
 * @param noun what users are called, in the plural
 */
export function live(title: string, planned: number, noun = "users"): Live {
  let first: LiveSample | undefined;
  let latest: LiveSample | undefined;
  let previous: LiveSample | undefined;
  /** Samples of the last minute while users run, and the one just before it: the minute's edge. */
  let recent: LiveSample[] = [];

  const perSecond = (): string => {
    const edge = recent[0];
    const now = recent[recent.length - 1];
    if (!edge || !now || now.at <= edge.at) return "-";
    return `${((1_000 * ((now.ended ?? 0) - (edge.ended ?? 0))) / (now.at - edge.at)).toFixed(2)} ${noun}/s`;
  };
  const cpu = (): string => {
    if (latest?.cpuSeconds === undefined || previous?.cpuSeconds === undefined || latest.at <= previous.at) return "-";
    return `${((100_000 * (latest.cpuSeconds - previous.cpuSeconds)) / (latest.at - previous.at)).toFixed(1)} %`;
  };
  const facts = () => {
    const s = latest;
    const elapsed = s && first ? formatDuration(Math.round((s.at - first.at) / 1_000) * 1_000) : "0s";
    return {
      elapsed,
      phase: PHASES[s?.phase ?? "starting"],
      completed: `${grouped(s?.ended ?? 0)} of ${grouped(planned)} ${planned === 1 ? noun.replace(/s$/, "") : noun}`,
      active: String(s?.active ?? 0),
      // A rate and a trend that a gate names are there from the start, as 0.
      success: !s?.ended || s.success === undefined ? "-" : `${(100 * s.success).toFixed(1)} %`,
      rate: perSecond(),
      p95: !s?.ended || s.p95 === undefined ? "-" : formatMs(s.p95),
      dropped: grouped(s?.dropped ?? 0),
      retries: grouped(s?.retries ?? 0),
      pool: s?.pool === undefined ? undefined : grouped(s.pool),
      memory: s?.memory === undefined ? "-" : `${Math.round(s.memory / 1e6)} MB`,
      cpu: cpu(),
    };
  };

  return {
    add(sample) {
      first ??= sample;
      previous = latest;
      latest = sample;
      if (sample.phase !== "running") return;
      recent.push(sample);
      const edge = recent.findLastIndex((s) => s.at <= sample.at - MINUTE);
      if (edge > 0) recent = recent.slice(edge);
    },
    block() {
      const f = facts();
      return [
        title,
        `  ${f.elapsed.padEnd(8)}${f.phase.padEnd(14)}completed ${f.completed}   under way ${f.active}   successful ${f.success}`,
        `  last minute ${f.rate}   P95 ${f.p95}   dropped ${f.dropped}   retries ${f.retries}`,
        ...(latest?.own?.length ? [`  ${latest.own.join("   ")}`] : []),
        `  ${f.pool === undefined ? "" : `pool ${f.pool} wallets   `}k6 ${f.memory}, CPU ${f.cpu}`,
      ];
    },
    line() {
      const f = facts();
      const pool = f.pool === undefined ? [] : [`pool ${f.pool}`];
      const counts = [
        `${f.completed} completed`,
        `${f.active} under way`,
        `${f.success} successful`,
        f.rate,
        `P95 ${f.p95}`,
      ];
      return [
        `${f.elapsed} ${f.phase}`,
        ...counts,
        `${f.dropped} dropped`,
        `${f.retries} retries`,
        ...(latest?.own ?? []),
        ...pool,
        `k6 ${f.memory}, CPU ${f.cpu}`,
      ].join(" · ");
    },
  };
}

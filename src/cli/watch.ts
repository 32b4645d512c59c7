import { performance } from "node:perf_hooks";
import { type LiveFigure, live } from "../core/live.ts";
import { readLive } from "./k6-api.ts";
import type { Terminal } from "./terminal.ts";
import { usageOf } from "./usage.ts";

export interface WatchOptions {
  readonly terminal: Terminal;
  /** host:port of k6's API. */
  readonly address: string;
  readonly pid: number;
  readonly scenario: string;
  readonly title: string;
  readonly planned: number;
  readonly noun?: string;
  /** The scenario's own figures. */
  readonly figures?: readonly LiveFigure[];
  readonly everyMs?: number;
}

/** What a process used as far as it was looked at; the last moments before its end are missing. */
export interface Used {
  readonly peakBytes: number;
  readonly cpuSeconds: number;
}

/** On a terminal the block is redrawn at each sample; a log gets one line for this many. */
const SAMPLES_A_LINE = 5;

/**
 * Shows a run while it runs: a block redrawn every 2 s on a terminal, else a line every 10 s (without the title: setup() prints the load anyway). Returns what
 * ends it and tells
 * what k6 used: a script that runs on a stock k6 cannot measure that itself.
 */
export function watch(options: WatchOptions): () => Promise<Used> {
  const { terminal, address, pid, scenario } = options;
  const view = live(options.title, options.planned, options.noun);
  view.add({ at: performance.now(), phase: "starting" });
  let samples = 0;
  let used: Used = { peakBytes: 0, cpuSeconds: 0 };
  let stopped = false;
  const sample = async (): Promise<void> => {
    const [values, usage] = await Promise.all([readLive(address, scenario, options.figures), usageOf(pid)]);
    if (stopped) return;
    view.add({ at: performance.now(), ...values, ...usage });
    used = {
      peakBytes: Math.max(used.peakBytes, usage?.memory ?? 0),
      cpuSeconds: Math.max(used.cpuSeconds, usage?.cpuSeconds ?? 0),
    };
    if (terminal.interactive) terminal.draw(view.block());
    else if (++samples % SAMPLES_A_LINE === 0) terminal.print(view.line());
  };
  let current = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return; // a k6 that answers slowly is not asked twice at once
    busy = true;
    current = sample().finally(() => {
      busy = false;
    });
  }, options.everyMs ?? 2_000);
  return async () => {
    stopped = true;
    clearInterval(timer);
    await current;
    terminal.clear();
    return used;
  };
}

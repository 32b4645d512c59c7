import { performance } from "node:perf_hooks";
import { live } from "../core/live.ts";
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
  readonly everyMs?: number;
}

/** On a terminal the block is redrawn at each sample; a log gets one line for this many. */
const SAMPLES_A_LINE = 5;

/**
 * Shows a run while it runs: a block redrawn every 2 s on a terminal, else a line every 10 s (without the title: setup() prints the load anyway). Returns what
 * ends it.
 */
export function watch(options: WatchOptions): () => Promise<void> {
  const { terminal, address, pid, scenario } = options;
  const view = live(options.title, options.planned, options.noun);
  view.add({ at: performance.now(), phase: "starting" });
  let samples = 0;
  let stopped = false;
  const sample = async (): Promise<void> => {
    const [values, usage] = await Promise.all([readLive(address, scenario), usageOf(pid)]);
    if (stopped) return;
    view.add({ at: performance.now(), ...values, ...usage });
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
  };
}

// Ctrl+C and its relatives, counted. What each press means depends on what is going on, so whoever is in charge says so.
import type { EventEmitter } from "node:events";

/** Called with the number of the press, from 1. */
export type OnInterrupt = (press: number) => void;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface Interrupts {
  /** Puts `handler` in charge; presses count from 1 again. */
  take(handler: OnInterrupt): void;
  /** Gives the signals back to Node. */
  dispose(): void;
}

/** Catches the signals that ask this process to end, until `dispose()`. */
export function catchInterrupts(handler: OnInterrupt, source: EventEmitter = process): Interrupts {
  let current = handler;
  let presses = 0;
  const listener = () => current(++presses);
  for (const signal of SIGNALS) source.on(signal, listener);
  return {
    take(next) {
      current = next;
      presses = 0;
    },
    dispose() {
      for (const signal of SIGNALS) source.off(signal, listener);
    },
  };
}

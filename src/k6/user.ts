// One virtual user: its number, its time, its randomness. Journeys and clients get all of it from here.
import { setTimeout } from "k6/timers";
import { JourneyError } from "../core/errors.ts";
import type { RandomStream } from "../core/random.ts";

/** Who makes calls: a user, or the work around users (setup, funding). */
export interface Caller {
  readonly random: RandomStream;
  /** Milliseconds one call is retried for. */
  readonly retryFor: number;
  /** Milliseconds one HTTP request may take. */
  readonly httpTimeout: number;
  /** Milliseconds until the caller's time is up. */
  remaining(): number;
  /** Counts a repeated call. */
  retried(kind: string): void;
  /** Waits on the event loop. Throws a JourneyError of kind timeout when the caller's time is up first. */
  pause(ms: number): Promise<void>;
}

/** A user on its way through a journey. */
export interface User extends Caller {
  /** Index over all instances of the run, from 0. */
  readonly number: number;
}

/** The clock of a caller: a deadline, and pauses that respect it. */
export function clock(timeout: number, what: string): Pick<Caller, "remaining" | "pause"> {
  const deadline = Date.now() + timeout;
  const remaining = () => deadline - Date.now();
  const expired = () => new JourneyError("timeout", `${what} took longer than ${timeout / 1000} s`);
  return {
    remaining,
    pause: async (ms) => {
      if (remaining() <= 0) throw expired();
      const wait = Math.min(ms, Math.max(0, remaining()));
      await new Promise<void>((resolve) => setTimeout(resolve, wait));
      if (wait < ms) throw expired();
    },
  };
}

// What all users of a process share: the circuit breaker, and the load generator's own memory and CPU.
import { CircuitBreaker, endWindow, sample, startWindow, tuneGC } from "k6/x/process";
import type { Hooks } from "./journey.ts";
import type { Run } from "./run.ts";

/**
 * Hooks of a run's users. The window over which the generator's CPU is judged reaches from the first user's start to the last one's end: setup and sweep
 * are not load.
 */
export function sharedHooks(run: Run): Hooks {
  const limit = run.load.breaker;
  let breaker: CircuitBreaker | undefined;
  return {
    started() {
      startWindow();
      tuneGC();
      sample();
    },
    ended(failed) {
      endWindow();
      tuneGC();
      sample();
      if (limit === 0) return undefined;
      breaker ??= new CircuitBreaker({ name: run.name, limit });
      if (!failed) breaker.success();
      else if (breaker.failure()) return `circuit breaker: ${limit} users failed in a row`;
      return undefined;
    },
  };
}

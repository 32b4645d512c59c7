import { constantCount } from "./plan.ts";
import { countOf, rateOf, secondsOf } from "./shape.ts";
import type { Constant } from "./types.ts";

/** The fields of k6's constant-arrival-rate, and what they come to. */
export interface ConstantArrivalRate {
  readonly rate: number;
  readonly timeUnit: string;
  readonly duration: string;
  /** Exactly this many users start. */
  readonly users: number;
  readonly durationMs: number;
}

/**
 * Compiles even arrivals to k6's constant-arrival-rate, whose first user starts at 0: a duration that is a whole number of intervals starts one user too many
 * or not, by luck. Ending half an interval after the last start makes the count exact.
 */
export function constantRateOf(arrivals: Constant, cap?: number): ConstantArrivalRate {
  const perSecond = rateOf("rate", arrivals.rate);
  const planned = constantCount(perSecond, secondsOf("duration", arrivals.duration));
  const users = cap === undefined ? planned : Math.min(planned, countOf("users", cap));
  const durationMs = ((users - 0.5) * 1_000) / perSecond;
  return { ...wholeRate(perSecond), duration: `${Math.round(durationMs * 1e6)}ns`, users, durationMs };
}

/** k6 takes whole rates only: 2.5 per second becomes 5 per 2 s, and a rate without a short decimal form 1 per its interval in nanoseconds. */
function wholeRate(perSecond: number): { rate: number; timeUnit: string } {
  for (let unit = 1; unit <= 1_000; unit++) {
    const rate = perSecond * unit;
    if (rate >= 1 && Math.abs(rate - Math.round(rate)) < 1e-9 * rate)
      return { rate: Math.round(rate), timeUnit: `${unit}s` };
  }
  return { rate: 1, timeUnit: `${Math.round(1e9 / perSecond)}ns` };
}

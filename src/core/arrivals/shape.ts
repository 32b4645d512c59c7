// The rate of arrivals over time, piecewise linear, and the exact inverse of its integral: arrivals of any rate are a unit-rate process seen
// through that inverse ("time change").
import { parseDuration } from "../duration.ts";
import { ArrivalsError, type Poisson, type Trapezoid, type Wave } from "./types.ts";

/** One stretch of a shape: the rate goes linearly from `from` to `to` (users per second) in `seconds`. */
interface Stretch {
  readonly seconds: number;
  readonly from: number;
  readonly to: number;
}

export interface Shape {
  readonly stretches: readonly Stretch[];
  readonly seconds: number;
  /** Users expected over the whole shape: the area under the rate. */
  readonly area: number;
}

const areaOf = (stretch: Stretch): number => (stretch.seconds * (stretch.from + stretch.to)) / 2;

function shape(stretches: readonly Stretch[]): Shape {
  return {
    stretches,
    seconds: stretches.reduce((sum, s) => sum + s.seconds, 0),
    area: stretches.reduce((sum, s) => sum + areaOf(s), 0),
  };
}

/** A duration of the data in seconds; the error names the field. */
export function secondsOf(field: string, text: string, least: "positive" | "zero" = "positive"): number {
  let ms: number;
  try {
    ms = parseDuration(text);
  } catch (error) {
    throw new ArrivalsError(`arrivals: ${field} "${text}" ${(error as Error).message}`);
  }
  if (least === "positive" && ms <= 0) throw new ArrivalsError(`arrivals: ${field} must be longer than 0s`);
  return ms / 1_000;
}

/** Checks a rate (users per second); the error names the field. */
export function rateOf(field: string, rate: number, least: "positive" | "zero" = "positive"): number {
  if (!Number.isFinite(rate) || rate < 0 || (least === "positive" && rate === 0)) {
    throw new ArrivalsError(`arrivals: ${field} must be a number greater than 0 (users per second), not ${rate}`);
  }
  return rate;
}

/** Checks a count of users; the error names the field. */
export function countOf(field: string, count: number): number {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new ArrivalsError(`arrivals: ${field} must be a whole number of at least 1, not ${count}`);
  }
  return count;
}

/** The rate over time of a random kind of arrivals. A trapezoid that states `users` and no `rate` gets the peak that makes its area that many. */
export function shapeOf(arrivals: Poisson | Trapezoid | Wave): Shape {
  switch (arrivals.kind) {
    case "poisson": {
      const rate = rateOf("rate", arrivals.rate);
      return shape([{ seconds: secondsOf("duration", arrivals.duration), from: rate, to: rate }]);
    }
    case "trapezoid": {
      const up = secondsOf("up", arrivals.up, "zero");
      const hold = secondsOf("hold", arrivals.hold, "zero");
      const down = secondsOf("down", arrivals.down, "zero");
      const unit = up / 2 + hold + down / 2;
      if (unit <= 0) throw new ArrivalsError("arrivals: up, hold and down must not all be 0s");
      if (arrivals.users === undefined && arrivals.rate === undefined) {
        throw new ArrivalsError("arrivals: a trapezoid needs users (USERS) or its peak rate (RATE)");
      }
      const peak =
        arrivals.rate !== undefined ? rateOf("rate", arrivals.rate) : countOf("users", arrivals.users ?? 0) / unit;
      const stretches = [
        { seconds: up, from: 0, to: peak },
        { seconds: hold, from: peak, to: peak },
        { seconds: down, from: peak, to: 0 },
      ];
      return shape(stretches.filter((s) => s.seconds > 0));
    }
    case "wave": {
      const low = rateOf("low", arrivals.low, "zero");
      const high = rateOf("high", arrivals.high);
      const half = secondsOf("period", arrivals.period) / 2;
      const total = secondsOf("duration", arrivals.duration);
      if (total / half > 100_000) throw new ArrivalsError("arrivals: period is too short for this duration");
      const stretches: Stretch[] = [];
      for (let k = 0; k * half < total; k++) {
        const rate = k % 2 === 0 ? low : high;
        stretches.push({ seconds: Math.min(half, total - k * half), from: rate, to: rate });
      }
      return shape(stretches);
    }
  }
}

/** Users expected in the first `seconds` of a shape. */
export function cumulative(of: Shape, seconds: number): number {
  let start = 0;
  let area = 0;
  for (const stretch of of.stretches) {
    const t = Math.min(stretch.seconds, seconds - start);
    if (t <= 0) break;
    area += t * (stretch.from + ((stretch.to - stretch.from) * t) / (2 * stretch.seconds));
    start += stretch.seconds;
  }
  return area;
}

/**
 * The inverse of `cumulative`, for ascending areas: each call takes an area not below the last one's and returns the second at which
 * that many users are expected to have arrived.
 */
export function inverse(of: Shape): (area: number) => number {
  let index = 0;
  let start = 0;
  let areaBefore = 0;
  return (area) => {
    let stretch = of.stretches[index];
    while (stretch !== undefined && index < of.stretches.length - 1 && area > areaBefore + areaOf(stretch)) {
      areaBefore += areaOf(stretch);
      start += stretch.seconds;
      stretch = of.stretches[++index];
    }
    if (stretch === undefined) return start;
    const within = Math.max(0, area - areaBefore);
    if (within === 0) return start;
    // Root of from*t + (to - from)/(2*seconds)*t^2 = within, in the form that does not cancel when the rate is nearly flat or falls to 0.
    const root = Math.sqrt(
      Math.max(0, stretch.from ** 2 + (2 * (stretch.to - stretch.from) * within) / stretch.seconds),
    );
    return start + Math.min(stretch.seconds, (2 * within) / (stretch.from + root));
  };
}

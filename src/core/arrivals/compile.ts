import { type ConstantArrivalRate, constantRateOf } from "./constant.ts";
import { describeArrivals } from "./describe.ts";
import { type PlanOptions, planArrivals } from "./plan.ts";
import { roundsOf } from "./rounds.ts";
import { ALONE } from "./segments.ts";
import { countOf, secondsOf } from "./shape.ts";
import { stagesOf } from "./stages.ts";
import { peakPerSecond } from "./statistics.ts";
import type { Arrivals } from "./types.ts";

/** The k6 executor that runs a load, with the fields the load decides. VUs, exec and graceful stop are the caller's. */
type Executor =
  | {
      readonly executor: "ramping-arrival-rate";
      readonly startRate: number;
      readonly timeUnit: string;
      readonly stages: { target: number; duration: string }[];
    }
  | {
      readonly executor: "constant-arrival-rate";
      readonly rate: number;
      readonly timeUnit: string;
      readonly duration: string;
    }
  | { readonly executor: "shared-iterations"; readonly vus: number; readonly iterations: number }
  | { readonly executor: "per-vu-iterations"; readonly vus: number; readonly iterations: number };

/** A load ready for k6, over all instances of a run. */
export interface CompiledLoad {
  readonly executor: Executor;
  /** Users that start, exactly. */
  readonly users: number;
  /** The arrival window in seconds; for clients how long each works; 0 for a sequence, which has none. */
  readonly seconds: number;
  /** How long k6 keeps starting users, ms; for clients and rounds until the last one begins to end; 0 for loads that end when their work is done. */
  readonly durationMs: number;
  /** Most users that arrive within any one second; at least 1. */
  readonly peakPerSecond: number;
  /** For setup(): what will happen. */
  readonly words: string;
}

/**
 * Compiles any load to a stock k6 executor.
 * @throws ArrivalsError when the load makes no sense or is too large to plan
 */
export function compileArrivals(arrivals: Arrivals, options: PlanOptions): CompiledLoad {
  const { seed } = options;
  const worded = (users: number, seconds: number) => describeArrivals(arrivals, { users, seconds, seed });
  switch (arrivals.kind) {
    case "sequence": {
      const users = Math.min(countOf("iterations", arrivals.iterations), options.users ?? Number.POSITIVE_INFINITY);
      const vus = Math.min(countOf("vus", arrivals.vus), users); // k6 refuses more VUs than iterations
      return {
        executor: { executor: "shared-iterations", vus, iterations: users },
        users,
        seconds: 0,
        durationMs: 0,
        peakPerSecond: vus,
        words: describeArrivals({ ...arrivals, vus, iterations: users }, { users, seconds: 0, seed }),
      };
    }
    case "clients": {
      const users = countOf("clients", arrivals.clients);
      const seconds = secondsOf("duration", arrivals.duration);
      const stagger = arrivals.stagger === undefined ? 0 : secondsOf("stagger", arrivals.stagger, "zero");
      return {
        executor: { executor: "per-vu-iterations", vus: users, iterations: 1 },
        users,
        seconds,
        durationMs: Math.round(1_000 * (seconds + stagger * (users - 1))),
        peakPerSecond: stagger > 0 ? Math.min(users, Math.max(1, Math.ceil(1 / stagger))) : users,
        words: worded(users, seconds),
      };
    }
    case "rounds": {
      const { rounds, every } = arrivals;
      const all = roundsOf(arrivals, ALONE, seed);
      const users = all.reduce((sum, round) => sum + round.operations, 0);
      const seconds = Math.max(0, ...all.map((round) => round.seconds));
      const pause = every === undefined ? 0 : secondsOf("every", every);
      return {
        executor: { executor: "per-vu-iterations", vus: 1, iterations: 1 },
        users,
        seconds,
        durationMs: Math.round(1_000 * (seconds + pause * (all.length / rounds.length))),
        peakPerSecond: 1,
        words: worded(users, seconds),
      };
    }
    case "constant": {
      const { rate, timeUnit, duration, users, durationMs }: ConstantArrivalRate = constantRateOf(
        arrivals,
        options.users,
      );
      const seconds = Math.min(secondsOf("duration", arrivals.duration), users / arrivals.rate);
      return {
        executor: { executor: "constant-arrival-rate", rate, timeUnit, duration },
        users,
        seconds,
        durationMs,
        peakPerSecond: Math.min(users, Math.max(1, Math.ceil(arrivals.rate))),
        words: worded(users, seconds),
      };
    }
    default: {
      const plan = planArrivals(arrivals, options);
      const { startRate, timeUnit, stages, durationMs } = stagesOf(plan);
      const users = plan.cells.length;
      const shaped = arrivals.kind === "trapezoid" && arrivals.rate === undefined ? { ...arrivals, users } : arrivals;
      return {
        executor: { executor: "ramping-arrival-rate", startRate, timeUnit, stages: [...stages] },
        users,
        seconds: plan.seconds,
        durationMs,
        peakPerSecond: peakPerSecond(plan),
        words: describeArrivals(shaped, { users, seconds: plan.seconds, seed }),
      };
    }
  }
}

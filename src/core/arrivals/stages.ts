import { plural } from "../format.ts";
import { CELL_NS } from "./grid.ts";
import { MOST_ARRIVALS, occupied, type Plan } from "./plan.ts";
import { ArrivalsError } from "./types.ts";

/** A stage of k6's ramping-arrival-rate. */
interface Stage {
  readonly target: number;
  readonly duration: string;
}

/** The fields of k6's ramping-arrival-rate that a plan decides. */
export interface RampingArrivalRate {
  readonly startRate: number;
  readonly timeUnit: string;
  readonly stages: readonly Stage[];
  /** Sum of the stages in milliseconds: how long k6 keeps starting users. */
  readonly durationMs: number;
}

/** How long after the last arrival the executor stays open. k6 stops it when the stages end, and a start on that very instant is a race. */
const TAIL_NS = 1_000_000_000;

/**
 * Compiles a plan to stages for k6's stock ramping-arrival-rate, so that k6 itself starts each user at its instant: nothing waits in JavaScript, no VU is
 * held, and iteration_duration is the user's own.
 *
 * k6 starts user n when the area under the rate reaches n. A cell with m users is one saw tooth: the rate ramps from 0 to 2m per cell within one cell (area
 * m, reached exactly at the cell's end) and drops to 0 with a stage of no length. Between them the rate is 0. That is three stages an arrival, all
 * exact in float64 because the time unit is a power of two.
 * @throws ArrivalsError above 50,000 arrivals.
 */
export function stagesOf(plan: Plan): RampingArrivalRate {
  if (plan.cells.length > MOST_ARRIVALS) {
    throw new ArrivalsError(
      `${plural(plan.cells.length, "arrival")} are too many stages for k6: use ARRIVALS=constant, or more runs`,
    );
  }
  const stages: Stage[] = [];
  let at = 0;
  for (const { cell, count } of occupied(plan)) {
    if (cell > at) stages.push({ target: 0, duration: `${(cell - at) * CELL_NS}ns` });
    stages.push({ target: 2 * count, duration: `${CELL_NS}ns` }, { target: 0, duration: "0s" });
    at = cell + 1;
  }
  stages.push({ target: 0, duration: `${TAIL_NS}ns` });
  return { startRate: 0, timeUnit: `${CELL_NS}ns`, stages, durationMs: (at * CELL_NS + TAIL_NS) / 1e6 };
}

import { plural } from "../format.ts";
import { stream } from "../random.ts";
import { CELL_NS, CELL_SECONDS, cellOf } from "./grid.ts";
import { countOf, inverse, rateOf, secondsOf, shapeOf } from "./shape.ts";
import { ArrivalsError, type Batches, type Constant, type OpenArrivals, type Trapezoid } from "./types.ts";

/** Most arrivals that are planned one by one. 50,000 of them are 150,000 stages, which cost k6 about 350 MB. */
export const MOST_ARRIVALS = 50_000;

/** Who arrives when: every arrival of a run, known before it starts. */
export interface Plan {
  /** Grid cell of each arrival, ascending; several in one cell are several users at one instant. */
  readonly cells: readonly number[];
  /** The arrival window in seconds: the shape's duration, or up to the last user where a cap on users ended it. */
  readonly seconds: number;
}

/** What a plan depends on besides the shape. */
export interface PlanOptions {
  readonly seed: number;
  /** The plan ends with this many users. A trapezoid without a rate of its own has exactly this many over its whole shape; batches have too. */
  readonly users?: number | undefined;
}

/**
 * Plans every arrival of an open load. Pure: the same arguments give the same plan in any process on any machine, which is what lets several
 * k6 instances share one plan without talking to each other.
 * @throws ArrivalsError when the data makes no sense, nobody would arrive, or more than 50,000 users would.
 */
export function planArrivals(arrivals: OpenArrivals, options: PlanOptions): Plan {
  const users = options.users === undefined ? Number.POSITIVE_INFINITY : countOf("users", options.users);
  const plan = planOf(arrivals, options.seed, users);
  if (plan.cells.length === 0) {
    throw new ArrivalsError(
      `nobody would arrive in ${Number(plan.seconds.toPrecision(3))} s at this rate: raise RATE or DURATION`,
    );
  }
  return plan;
}

function planOf(arrivals: OpenArrivals, seed: number, users: number): Plan {
  switch (arrivals.kind) {
    case "constant":
      return evenly(arrivals, users);
    case "batches":
      return inBatches(arrivals, seed, users);
    case "trapezoid": {
      const exact = Math.min(users, arrivals.users ?? Number.POSITIVE_INFINITY);
      // With a peak rate of its own the shape is fixed, and a number of users can only end it early.
      if (Number.isFinite(exact) && arrivals.rate === undefined) return exactly(arrivals, seed, exact);
      return atRandom(arrivals, seed, exact);
    }
    default:
      return atRandom(arrivals, seed, users);
  }
}

/** Collects cells, refusing more than k6 can be given one by one. */
function collector(): { cells: number[]; add(seconds: number): void } {
  const cells: number[] = [];
  return {
    cells,
    add(seconds) {
      if (cells.length === MOST_ARRIVALS) {
        throw new ArrivalsError(
          `more than ${plural(MOST_ARRIVALS, "arrival")} in one plan: use ARRIVALS=constant, a lower RATE or DURATION, or split the load over more runs (RATE divided, another SEED each)`,
        );
      }
      cells.push(cellOf(seconds));
    },
  };
}

/** The end of a window that the cap on users closed: the end of the last arrival's cell. */
const endOfLast = (cells: readonly number[]): number => ((cells[cells.length - 1] ?? -1) + 1) * CELL_SECONDS;

/** A Poisson process of the shape's rate. */
function atRandom(arrivals: Exclude<OpenArrivals, Constant | Batches>, seed: number, users: number): Plan {
  const shape = shapeOf(arrivals);
  const { exponential } = stream(seed, "arrivals");
  const { cells, add } = collector();
  const secondAt = inverse(shape);
  for (let area = exponential(); area <= shape.area; area += exponential()) {
    add(secondAt(area));
    if (cells.length === users) return { cells, seconds: endOfLast(cells) };
  }
  return { cells, seconds: shape.seconds };
}

/**
 * A Poisson process of the shape's rate, given that exactly `users` arrive: their places in cumulative time are `users` sorted uniform numbers,
 * drawn already sorted as partial sums of users + 1 exponentials over their total.
 */
function exactly(arrivals: Trapezoid, seed: number, users: number): Plan {
  const shape = shapeOf({ ...arrivals, users });
  const { exponential } = stream(seed, "arrivals");
  const { cells, add } = collector();
  if (users > MOST_ARRIVALS) for (let i = 0; i <= MOST_ARRIVALS; i++) add(0); // says why, without drawing them
  const sums: number[] = [];
  let sum = 0;
  for (let i = 0; i < users; i++) {
    sum += exponential();
    sums.push(sum);
  }
  const total = sum + exponential();
  const secondAt = inverse(shape);
  for (const s of sums) add(secondAt((s / total) * shape.area));
  return { cells, seconds: shape.seconds };
}

/** The same instants as k6's constant-arrival-rate: k / rate for k = 0, 1, ..., before the duration's end. */
function evenly(arrivals: Constant, users: number): Plan {
  const rate = rateOf("rate", arrivals.rate);
  const seconds = secondsOf("duration", arrivals.duration);
  const { cells, add } = collector();
  const count = Math.min(users, constantCount(rate, seconds));
  for (let k = 0; k < count; k++) add(k / rate);
  return { cells, seconds: count === users ? Math.min(seconds, count / rate) : seconds };
}

/** Users that arrive evenly in `seconds`; a product such as 0.1 * 30 that misses a whole number by rounding counts as that number. */
export function constantCount(rate: number, seconds: number): number {
  const product = rate * seconds;
  const nearest = Math.round(product);
  return Math.max(1, Math.abs(product - nearest) < 1e-6 ? nearest : Math.ceil(product));
}

function inBatches(arrivals: Batches, seed: number, users: number): Plan {
  const every = secondsOf("every", arrivals.every);
  const jitter = secondsOf("jitter", arrivals.jitter, "zero");
  if (jitter > every / 2)
    throw new ArrivalsError("arrivals: jitter must be at most half of every, or batches change places");
  const total = Math.min(users, arrivals.users ?? Number.POSITIVE_INFINITY);
  if (!Number.isFinite(total)) throw new ArrivalsError("arrivals: batches need the number of users (USERS)");
  const { uniform } = stream(seed, "arrivals");
  const { cells, add } = collector();
  for (const [index, size] of batchSizes(arrivals, countOf("users", total)).entries()) {
    // Shifted by one jitter, so that the first batch can be early and still not before the start.
    const at = index * every + 2 * jitter * uniform();
    for (let i = 0; i < size; i++) add(at);
  }
  return { cells, seconds: endOfLast(cells) };
}

/** Sizes of the batches that make `users`: growing, full, shrinking; where users run short the hold goes first, then the shrinking part. */
export function batchSizes(arrivals: Pick<Batches, "size" | "ramp">, users: number): number[] {
  const size = countOf("size", arrivals.size);
  const { up, down } = arrivals.ramp ?? { up: 0, down: 0 };
  const step = (k: number, of: number) => Math.ceil((size * k) / (of + 1));
  const growing = Array.from({ length: up }, (_, k) => step(k + 1, up));
  const shrinking = Array.from({ length: down }, (_, k) => step(down - k, down));
  const sum = (sizes: readonly number[]) => sizes.reduce((a, b) => a + b, 0);
  const held = Math.max(0, users - sum(growing) - sum(shrinking));
  const full = new Array<number>(Math.floor(held / size)).fill(size);
  if (held % size > 0) full.push(held % size);
  const sizes: number[] = [];
  let left = users;
  for (const batch of [...growing, ...full, ...shrinking]) {
    if (left === 0) break;
    sizes.push(Math.min(batch, left));
    left -= Math.min(batch, left);
  }
  return sizes;
}

/** Start of each arrival in nanoseconds since the start of arrivals, exactly as k6 computes it from `stagesOf(plan)`. */
export function instantsOf(plan: Plan): number[] {
  const instants: number[] = [];
  for (const { cell, count } of occupied(plan)) {
    // k6's float64 expression for a ramp from 0 to 2 * count over one cell, whose area is count; truncated to whole nanoseconds.
    const to = (2 * count) / CELL_NS;
    for (let j = 1; j <= count; j++) instants.push(cell * CELL_NS + Math.trunc(Math.sqrt(CELL_NS * (2 * j * to)) / to));
  }
  return instants;
}

/** Cells that have arrivals, ascending, with how many. */
export function occupied(plan: Plan): { cell: number; count: number }[] {
  const cells: { cell: number; count: number }[] = [];
  for (const cell of plan.cells) {
    const last = cells[cells.length - 1];
    if (last?.cell === cell) last.count++;
    else cells.push({ cell, count: 1 });
  }
  return cells;
}

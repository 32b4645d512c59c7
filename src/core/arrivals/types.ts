// How users arrive, as data: what a profile says and a setting may override.

/** A duration with its unit, such as "30s" or "10m". */
type DurationText = string;

/** Users arrive independently of each other at `rate` per second. */
export interface Poisson {
  readonly kind: "poisson";
  readonly rate: number;
  readonly duration: DurationText;
}

/** Users arrive evenly, 1/rate seconds apart. */
export interface Constant {
  readonly kind: "constant";
  readonly rate: number;
  readonly duration: DurationText;
}

/**
 * Independent arrivals whose rate ramps from 0 to a peak, holds it and ramps to 0. Give `rate` (the peak; the number of users is then random,
 * and `users` can only end it early) or `users` alone (exactly that many; the peak follows from the shape's area).
 */
export interface Trapezoid {
  readonly kind: "trapezoid";
  readonly up: DurationText;
  readonly hold: DurationText;
  readonly down: DurationText;
  readonly rate?: number;
  readonly users?: number;
}

/** Independent arrivals whose rate alternates: `low` for half a period, `high` for the other half, and so on. */
export interface Wave {
  readonly kind: "wave";
  readonly low: number;
  readonly high: number;
  readonly period: DurationText;
  readonly duration: DurationText;
}

/**
 * `size` users start at one instant, `every` so often, each batch moved by a uniform -jitter..+jitter. With `ramp`, the first `up` batches grow
 * towards `size` and the last `down` ones shrink from it.
 */
export interface Batches {
  readonly kind: "batches";
  readonly size: number;
  readonly every: DurationText;
  readonly jitter: DurationText;
  readonly users?: number;
  readonly ramp?: { readonly up: number; readonly down: number };
}

/** A closed load: `vus` users at once work off `iterations` users, with a pause after each. Nothing to plan: k6's shared-iterations does it. */
interface Sequence {
  readonly kind: "sequence";
  readonly vus: number;
  readonly iterations: number;
  readonly pause?: readonly [DurationText, DurationText];
}

/**
 * A closed load of long-lived users: `clients` at once, one iteration each, the k-th (from 0) begins k * `stagger` after the first and all work until `duration`
 * after their own begin.
 */
interface Clients {
  readonly kind: "clients";
  readonly clients: number;
  readonly duration: DurationText;
  readonly stagger?: DurationText;
}

/** One closed economy: wallets, and the operations between them. */
export interface RoundSize {
  readonly wallets: number;
  /** How many there are; where they arrive by themselves, the most of them. */
  readonly operations?: number;
}

/**
 * Closed economies, one after another in one VU of each instance, since only one VU's memory can hold an exact account of one. The users of this load are the operations:
 * `workers` of them at once, each as soon as the one before it is done, or by `arrivals` whatever the service does (then more than `workers` at once are dropped).
 * With `every` the list begins again so often, for `duration`.
 */
export interface Rounds {
  readonly kind: "rounds";
  readonly rounds: readonly RoundSize[];
  readonly workers: number;
  readonly arrivals?: Poisson | Constant;
  readonly every?: DurationText;
  readonly duration?: DurationText;
}

/** Loads whose users arrive whether or not earlier ones are done. */
export type OpenArrivals = Poisson | Constant | Trapezoid | Wave | Batches;
export type Arrivals = OpenArrivals | Sequence | Clients | Rounds;

/** A load that cannot be planned as it is; the message says what to change. */
export class ArrivalsError extends Error {
  override readonly name = "ArrivalsError";
}

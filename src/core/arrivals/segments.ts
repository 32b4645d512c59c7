// One run over several k6 processes: k6 gives each an execution segment and stripes the arrivals over them. Wallets are split the same
// way by us, which needs to know which instance of how many this is.

/** This process among those that share a run. */
export interface Instance {
  /** 0-based. */
  readonly index: number;
  readonly count: number;
}

/** The only instance of a run that is not split. */
export const ALONE: Instance = { index: 0, count: 1 };

interface Fraction {
  readonly over: number;
  readonly under: number;
}

const EXAMPLE = 'such as --execution-segment "1/2:1" --execution-segment-sequence "0,1/2,1"';

/** k6's spelling of a point: "1/2", "0.5" or "50%". */
function fraction(text: string): Fraction {
  const match = /^(?:(\d+)\/(\d+)|(\d+)(?:\.(\d{1,9}))?(%?))$/.exec(text.trim());
  if (!match) throw new Error(`execution segment: "${text}" is not a fraction; write points ${EXAMPLE}`);
  const [, over, under, whole = "0", decimals = "", percent] = match;
  const point =
    over === undefined
      ? { over: Number(whole + decimals), under: 10 ** decimals.length * (percent ? 100 : 1) }
      : { over: Number(over), under: Number(under) };
  if (point.under === 0 || point.over > point.under || !Number.isSafeInteger(point.over)) {
    throw new Error(`execution segment: "${text}" is not a fraction from 0 to 1`);
  }
  return point;
}

const equal = (a: Fraction, b: Fraction): boolean =>
  BigInt(a.over) * BigInt(b.under) === BigInt(b.over) * BigInt(a.under);

/**
 * Which instance of how many a segment is, from k6's own options (either may be empty).
 * Onrush takes equal parts of the whole only: with a segment alone k6 guesses the other parts, and two processes that guess differently would share
 * wallets; unequal parts would give a small instance as many wallets as a large one.
 * @throws Error that says what to pass instead
 */
export function instanceOf(segment: string | null | undefined, sequence: string | null | undefined): Instance {
  const whole = !segment || /^(0:)?(1|100%)$/.test(segment.trim());
  if (!sequence || sequence.trim() === "") {
    if (whole) return ALONE;
    throw new Error(`execution segment "${segment}" needs its sequence, the same for every instance, ${EXAMPLE}`);
  }
  const points = sequence.split(",").map(fraction);
  const count = points.length - 1;
  if (count < 1) throw new Error(`execution segment sequence "${sequence}" needs two points at least, ${EXAMPLE}`);
  for (const [k, point] of points.entries()) {
    if (!equal(point, { over: k, under: count })) {
      const parts = Array.from({ length: count + 1 }, (_, i) =>
        i === 0 ? "0" : i === count ? "1" : `${i}/${count}`,
      ).join(",");
      throw new Error(
        `execution segment sequence "${sequence}" is not ${count} equal parts from 0 to 1; pass "${parts}"`,
      );
    }
  }
  const [from = "0", to = "1"] = segment?.includes(":") ? segment.split(":") : ["0", segment || "1"];
  const start = fraction(from);
  const end = fraction(to);
  const index = points.findIndex(
    (point, k) => k < count && equal(point, start) && equal({ over: k + 1, under: count }, end),
  );
  if (index < 0) throw new Error(`execution segment "${segment}" is not one of the parts of "${sequence}"`);
  return { index, count };
}

/**
 * How many of `total` iterations (or VUs) k6 gives an instance.
 *
 * k6 stripes an arrival-rate executor's iterations not by the segments but by how its maxVUs fall on them: 51 VUs over two halves are 26 and 25, and of every 51 arrivals
 * 26 go to the first. Pass `maxVUs` for arrivals; without it, or where it divides by the number of instances, the parts are even.
 */
export function shareOf(total: number, instance: Instance, maxVUs = 0): number {
  const even = (n: number, index: number): number =>
    Math.floor(n / instance.count) + (index < n % instance.count ? 1 : 0);
  if (maxVUs % instance.count === 0) return even(total, instance.index);
  const weights = Array.from({ length: instance.count }, (_, k) => even(maxVUs, k));
  const cycle = striped(weights);
  const perCycle = weights[instance.index] ?? 0;
  const rest = cycle.slice(0, total % cycle.length).filter((owner) => owner === instance.index).length;
  return Math.floor(total / cycle.length) * perCycle + rest;
}

/** k6's striping: who gets each of the `sum(weights)` iterations of a cycle. Heavier instances choose first, each as evenly as its weight allows. */
function striped(weights: readonly number[]): number[] {
  const length = weights.reduce((a, b) => a + b, 0);
  const order = weights
    .map((weight, index) => ({ weight, index, taken: 0 }))
    .sort((a, b) => b.weight - a.weight || a.index - b.index);
  return Array.from({ length }, (_, k) => {
    const owner = order.find((o) => o.taken < o.weight && k * o.weight >= o.taken * length);
    if (!owner) throw new Error("striping left an iteration without an instance");
    owner.taken++;
    return owner.index;
  });
}

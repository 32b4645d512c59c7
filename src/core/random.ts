// All randomness of load and data comes from here: seeded, and derived per purpose and per index, so that drawing more of one thing
// (personas, say) never shifts another (arrivals), and user 17 has the same data whichever process runs it.
//
// The generator is xoroshiro128+ (pure-rand). Everything else is +, -, *, / and Math.floor, which IEEE 754 defines to the last bit: a seed means
// the same numbers in Node and in k6's engine, on any machine. Math.log is not defined so closely, hence `naturalLog`.
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** A seeded sequence of random values. Not for keys or anything secret. */
export interface RandomStream {
  /** Uniform on [0, 1), 53 bits. */
  uniform(): number;
  /** Exponential with mean 1, greater than 0. */
  exponential(): number;
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  /** One of `items`; throws RangeError when there is none. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

/**
 * The stream for one purpose ("arrivals", "persona", ...) of one seed, and of one index where each user has its own.
 * Equal arguments give equal streams; different ones give unrelated streams.
 */
export function stream(seed: number, purpose: string, index = 0): RandomStream {
  const generator = xoroshiro128plusFromState(stateFrom(`${seed}/${purpose}/${index}`));
  const uniform = (): number => {
    const high = generator.next() >>> 5;
    const low = generator.next() >>> 6;
    return (high * 67_108_864 + low) / 9_007_199_254_740_992; // 27 + 26 bits over 2^53
  };
  const integer = (low: number, high: number): number => {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || high < low) {
      throw new RangeError(`no whole number from ${low} to ${high}`);
    }
    return low + Math.floor(uniform() * (high - low + 1));
  };
  return {
    uniform,
    exponential: () => -naturalLog(1 - uniform()) || Number.MIN_VALUE,
    integer,
    pick: (items) => {
      if (items.length === 0) throw new RangeError("nothing to pick from");
      return items[integer(0, items.length - 1)] as (typeof items)[number];
    },
    shuffle: (items) => {
      const copy = [...items];
      for (let i = copy.length - 1; i > 0; i--) {
        const j = integer(0, i);
        [copy[i], copy[j]] = [copy[j] as (typeof items)[number], copy[i] as (typeof items)[number]];
      }
      return copy;
    },
  };
}

/** 128 bits of state from text: four FNV-1a hashes with different offsets, each finished by murmur3's mixer. */
function stateFrom(text: string): [number, number, number, number] {
  const word = (offset: number): number => {
    let hash = offset;
    for (let i = 0; i < text.length; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
      hash ^= hash >>> 15; // FNV alone hardly moves the low bits of short texts that differ in one digit
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  };
  // `| 1`: the generator never leaves the all-zero state.
  return [word(0x811c9dc5), word(0x9e3779b9), word(0x7f4a7c15), word(0x3c6ef372) | 1];
}

/** ln(x) for x in (0, 1], within 2 ulp, from basic arithmetic only: x = m * 2^-k, ln m = 2 atanh((m - 1) / (m + 1)). */
export function naturalLog(x: number): number {
  let m = x;
  let k = 0;
  while (m < Math.SQRT1_2) {
    m *= 2;
    k++;
  }
  const s = (m - 1) / (m + 1);
  const s2 = s * s; // at most 0.0295, so 11 terms reach 2^-53
  let sum = 0;
  for (let n = 21; n >= 1; n -= 2) sum = sum * s2 + 1 / n;
  return 2 * s * sum - k * Math.LN2;
}

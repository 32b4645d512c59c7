import { describe, expect, it } from "vitest";
import { CELL_SECONDS } from "./grid.ts";
import { batchSizes, MOST_ARRIVALS, planArrivals } from "./plan.ts";
import { startsOf } from "./statistics.ts";
import type { OpenArrivals } from "./types.ts";

const sorted = (cells: readonly number[]) => [...cells].sort((a, b) => a - b);
const within = (starts: readonly number[], from: number, to: number) =>
  starts.filter((s) => s > from && s <= to).length;

describe("planArrivals", () => {
  const kinds: OpenArrivals[] = [
    { kind: "poisson", rate: 3, duration: "2m" },
    { kind: "constant", rate: 3, duration: "2m" },
    { kind: "trapezoid", up: "30s", hold: "1m", down: "30s", rate: 3 },
    { kind: "trapezoid", up: "30s", hold: "1m", down: "30s", users: 200 },
    { kind: "wave", low: 2, high: 6, period: "20s", duration: "2m" },
    { kind: "batches", size: 5, every: "8s", jitter: "1s", users: 50 },
  ];

  it.each(kinds)("is the same for the same seed, ascending, and inside its window: $kind", (arrivals) => {
    const plan = planArrivals(arrivals, { seed: 42 });
    expect(planArrivals(arrivals, { seed: 42 })).toEqual(plan);
    expect(sorted(plan.cells)).toEqual(plan.cells);
    for (const start of startsOf(plan)) expect(start > 0 && start <= plan.seconds + CELL_SECONDS).toBe(true);
    if (arrivals.kind !== "constant") expect(planArrivals(arrivals, { seed: 43 }).cells).not.toEqual(plan.cells);
  });

  it("pins the plan of seed 42, so that an old report's seed still means the same arrivals", () => {
    const plan = planArrivals({ kind: "poisson", rate: 3, duration: "10m" }, { seed: 42 });
    expect({ users: plan.cells.length, first: plan.cells.slice(0, 5), last: plan.cells.at(-1) }).toMatchInlineSnapshot(`
      {
        "first": [
          13,
          175,
          325,
          693,
          779,
        ],
        "last": 571444,
        "users": 1844,
      }
    `);
  });

  it("has a Poisson number of users over seeds: mean 360, variance 360", () => {
    const counts = Array.from(
      { length: 300 },
      (_, seed) => planArrivals({ kind: "poisson", rate: 3, duration: "2m" }, { seed }).cells.length,
    );
    const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
    const variance = counts.reduce((a, b) => a + (b - mean) ** 2, 0) / (counts.length - 1);
    expect(Math.abs(mean - 360)).toBeLessThan(3.5 * Math.sqrt(360 / 300));
    expect(variance / 360).toBeGreaterThan(0.72); // 3.5 standard errors of a variance from 300 values
    expect(variance / 360).toBeLessThan(1.28);
  });

  it("ends with the capped user, and the window with it", () => {
    const arrivals: OpenArrivals = { kind: "poisson", rate: 1, duration: "10m" };
    const whole = planArrivals(arrivals, { seed: 7 });
    const capped = planArrivals(arrivals, { seed: 7, users: 100 });
    expect(capped.cells).toEqual(whole.cells.slice(0, 100));
    expect(capped.seconds).toBeCloseTo(((capped.cells[99] ?? 0) + 1) * CELL_SECONDS, 9);
    expect(whole.seconds).toBe(600);
    expect(planArrivals(arrivals, { seed: 7, users: 100_000 })).toEqual(whole);
  });

  it("has exactly a trapezoid's users, from the data or from the cap, over the whole window", () => {
    const shape = { kind: "trapezoid", up: "2m", hold: "6m", down: "2m" } as const;
    for (const seed of [1, 2, 3]) {
      expect(planArrivals({ ...shape, users: 100 }, { seed }).cells.length).toBe(100);
      const capped = planArrivals({ ...shape, users: 500 }, { seed, users: 60 });
      expect(capped.cells.length).toBe(60);
      expect(capped.seconds).toBe(600);
      expect(startsOf(capped).at(-1)).toBeGreaterThan(300);
    }
  });

  it("keeps a trapezoid's own peak rate, and lets a number of users end it early", () => {
    const shape = { kind: "trapezoid", up: "2m", hold: "6m", down: "2m", rate: 2 } as const;
    const whole = planArrivals(shape, { seed: 1 });
    expect(Math.abs(whole.cells.length - 960)).toBeLessThan(3.5 * Math.sqrt(960));
    const capped = planArrivals(shape, { seed: 1, users: 300 });
    expect(capped.cells).toEqual(whole.cells.slice(0, 300));
    expect(capped.seconds).toBeLessThan(300);
  });

  it("alternates a wave's rates, low first, each held for half a period", () => {
    const counts = { low: 0, high: 0 };
    for (let seed = 0; seed < 20; seed++) {
      const starts = startsOf(planArrivals({ kind: "wave", low: 2, high: 6, period: "20s", duration: "2m" }, { seed }));
      for (let k = 0; k < 12; k++) counts[k % 2 === 0 ? "low" : "high"] += within(starts, k * 10, k * 10 + 10);
    }
    // 20 runs x 60 s of each: 2,400 and 7,200 expected.
    expect(Math.abs(counts.low - 2_400)).toBeLessThan(3.5 * Math.sqrt(2_400));
    expect(Math.abs(counts.high - 7_200)).toBeLessThan(3.5 * Math.sqrt(7_200));
  });

  it("starts each batch at one instant, every 8 s within the jitter", () => {
    const { cells } = planArrivals({ kind: "batches", size: 5, every: "8s", jitter: "1s", users: 52 }, { seed: 42 });
    const instants = [...new Set(cells)];
    expect(instants.map((i) => cells.filter((c) => c === i).length)).toEqual([...new Array<number>(10).fill(5), 2]);
    const offsets = instants.map((cell, k) => (cell + 1) * CELL_SECONDS - 8 * k);
    for (const offset of offsets) expect(offset > 0 && offset <= 2 + CELL_SECONDS).toBe(true);
    expect(Math.max(...offsets) - Math.min(...offsets)).toBeGreaterThan(0.5);
  });

  it("spaces constant arrivals evenly from 0", () => {
    const plan = planArrivals({ kind: "constant", rate: 2.5, duration: "60s" }, { seed: 1 });
    expect(plan.cells.length).toBe(150);
    for (const [k, start] of startsOf(plan).entries())
      expect(Math.abs(start - k / 2.5)).toBeLessThanOrEqual(CELL_SECONDS + 1e-9);
    expect(planArrivals({ kind: "constant", rate: 2.5, duration: "60s" }, { seed: 1, users: 10 }).seconds).toBe(4);
  });
});

describe("what cannot be planned says what to change", () => {
  it.each<[OpenArrivals, number | undefined, string]>([
    [{ kind: "poisson", rate: 0, duration: "10m" }, undefined, "rate must be a number greater than 0"],
    [{ kind: "poisson", rate: Number.NaN, duration: "10m" }, undefined, "rate must be a number greater than 0"],
    [
      { kind: "poisson", rate: 3, duration: "10" },
      undefined,
      'duration "10" must be a duration with its unit, such as 10s or 10m',
    ],
    [{ kind: "poisson", rate: 3, duration: "0s" }, undefined, "duration must be longer than 0s"],
    [{ kind: "poisson", rate: 3, duration: "10m" }, 0, "users must be a whole number of at least 1"],
    [{ kind: "poisson", rate: 0.0001, duration: "1s" }, undefined, "nobody would arrive in 1 s"],
    [
      { kind: "poisson", rate: 100, duration: "1h" },
      undefined,
      "more than 50,000 arrivals in one plan: use ARRIVALS=constant",
    ],
    [{ kind: "constant", rate: 100, duration: "1h" }, undefined, "more than 50,000 arrivals"],
    [{ kind: "trapezoid", up: "1m", hold: "1m", down: "1m", users: 60_000 }, undefined, "more than 50,000 arrivals"],
    [{ kind: "trapezoid", up: "0s", hold: "0s", down: "0s", users: 10 }, undefined, "must not all be 0s"],
    [{ kind: "trapezoid", up: "1m", hold: "1m", down: "1m" }, undefined, "needs users (USERS) or its peak rate (RATE)"],
    [{ kind: "wave", low: -1, high: 6, period: "20s", duration: "1m" }, undefined, "low must be"],
    [{ kind: "wave", low: 1, high: 6, period: "1ms", duration: "10h" }, undefined, "period is too short"],
    [
      { kind: "batches", size: 5, every: "8s", jitter: "5s", users: 10 },
      undefined,
      "jitter must be at most half of every",
    ],
    [{ kind: "batches", size: 5, every: "8s", jitter: "1s" }, undefined, "batches need the number of users"],
    [{ kind: "batches", size: 0, every: "8s", jitter: "1s", users: 10 }, undefined, "size must be a whole number"],
  ])("%j", (arrivals, users, message) => {
    expect(() => planArrivals(arrivals, { seed: 1, users })).toThrow(message);
  });

  it("plans up to the limit", () => {
    const plan = planArrivals({ kind: "poisson", rate: 1_000, duration: "1h" }, { seed: 1, users: MOST_ARRIVALS });
    expect(plan.cells.length).toBe(MOST_ARRIVALS);
  });
});

describe("batchSizes", () => {
  it.each<[string, number, { up: number; down: number } | undefined, number, number[]]>([
    ["full ones and the rest", 5, undefined, 12, [5, 5, 2]],
    ["grow, hold, shrink", 5, { up: 4, down: 4 }, 30, [1, 2, 3, 4, 5, 5, 4, 3, 2, 1]],
    ["a last held batch that is not full", 5, { up: 1, down: 1 }, 18, [3, 5, 5, 2, 3]],
    ["too few users for the whole ramp", 5, { up: 4, down: 4 }, 12, [1, 2, 3, 4, 2]],
    ["fewer than one batch", 5, undefined, 1, [1]],
  ])("%s", (_, size, ramp, users, sizes) => {
    expect(batchSizes(ramp ? { size, ramp } : { size }, users)).toEqual(sizes);
  });
});

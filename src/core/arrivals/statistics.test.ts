import { describe, expect, it } from "vitest";
import { stream } from "../random.ts";
import { chiSquareCdf, kolmogorovTail } from "./distributions.ts";
import { CELL_SECONDS } from "./grid.ts";
import { planArrivals } from "./plan.ts";
import { cumulative, shapeOf } from "./shape.ts";
import { dispersionTest, gapTest, peakPerSecond, startsOf } from "./statistics.ts";

const SEEDS = Array.from({ length: 50 }, (_, k) => k + 1);
const ARRIVALS = 10_000;
const ALPHA = 0.01;
// Of 50 true nulls at 1 %, 5 or more are rejected with probability 0.00015 (binomial); each of the eight families below may have 4.
const MOST_REJECTED = 4;

const rejected = (ps: readonly number[]): number => ps.filter((p) => p < ALPHA).length;

describe("distributions", () => {
  it.each([
    [3.841458820694124, 1, 0.95],
    [18.307038053275146, 10, 0.95],
    [148.23, 99, 0.999],
    [3.940299136, 10, 0.05],
    [1_000, 1_000, 0.505947],
    [0, 5, 0],
  ])("chi-square %d with %d degrees is at %d", (x, degrees, p) => expect(chiSquareCdf(x, degrees)).toBeCloseTo(p, 5));

  it.each([
    [1.3581015, 0.05],
    [1.6276236, 0.01],
    [0.8275735, 0.5],
    [1.18, 0.1235],
    [0.05, 1],
    [0, 1],
    [5, 0],
  ])("Kolmogorov's tail at %d is %d", (x, p) => expect(kolmogorovTail(x)).toBeCloseTo(p, 4));
});

describe.each([3, 20])("Poisson plans at %d users/s, 50 seeds of 10,000 arrivals", (rate) => {
  const plans = SEEDS.map((seed) =>
    planArrivals({ kind: "poisson", rate, duration: "10h" }, { seed, users: ARRIVALS }),
  );
  const starts = plans.map(startsOf);

  it("end at the cap", () => {
    for (const plan of plans) {
      expect(plan.cells.length).toBe(ARRIVALS);
      // 10,000 gaps of mean 1/rate: the sum's standard error is 1 %.
      expect(Math.abs((plan.seconds * rate) / ARRIVALS - 1)).toBeLessThan(0.045);
    }
  });

  it("have exponential gaps (Kolmogorov-Smirnov)", () => {
    const ps = starts.map((s) => gapTest(s, rate, CELL_SECONDS).p);
    expect(rejected(ps)).toBeLessThanOrEqual(MOST_REJECTED);
    // p values of true nulls are uniform: their mean over 50 has a standard error of 0.041.
    expect(Math.abs(ps.reduce((a, b) => a + b, 0) / ps.length - 0.5)).toBeLessThan(0.15);
  });

  it.each([1, 5, 10])("have a Poisson process's dispersion in windows of %d s", (window) => {
    const tests = starts.map((s, k) => dispersionTest(s, window, plans[k]?.seconds ?? 0));
    expect(rejected(tests.map((t) => t.p))).toBeLessThanOrEqual(MOST_REJECTED);
    const mean = tests.reduce((sum, t) => sum + t.index, 0) / tests.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.05);
  });
});

describe("constant arrivals displaced by U(0, 2 s), which are not Poisson", () => {
  const rate = 20;
  const jittered = SEEDS.map((seed) => {
    const { uniform } = stream(seed, "jitter");
    return Array.from({ length: ARRIVALS }, (_, k) => k / rate + 2 * uniform()).sort((a, b) => a - b);
  });

  it("pass as exponential gaps when only 1,000 of them are tested, so gaps alone do not tell", () => {
    const ps = jittered.map((starts) => gapTest(starts.slice(100, 1_100), rate, CELL_SECONDS).p);
    expect(rejected(ps)).toBeLessThanOrEqual(MOST_REJECTED);
  });

  it.each([1, 5, 10])("are rejected for every seed by dispersion in windows of %d s", (window) => {
    for (const starts of jittered) {
      const test = dispersionTest(
        starts.filter((s) => s > 2).map((s) => s - 2),
        window,
        ARRIVALS / rate - 2,
      );
      expect(test.p).toBeLessThan(1e-6);
      expect(test.index).toBeLessThan(window === 1 ? 0.75 : 0.3);
    }
  });
});

describe("other rates are caught", () => {
  it("gaps of a plan at 3.2/s are not those of 3/s", () => {
    const plan = planArrivals({ kind: "poisson", rate: 3.2, duration: "10h" }, { seed: 1, users: ARRIVALS });
    expect(gapTest(startsOf(plan), 3, CELL_SECONDS).p).toBeLessThan(1e-3);
  });

  it("batches are far too dispersed", () => {
    const plan = planArrivals({ kind: "batches", size: 5, every: "8s", jitter: "4s", users: 5_000 }, { seed: 1 });
    const test = dispersionTest(startsOf(plan), 1, plan.seconds);
    expect(test.index).toBeGreaterThan(3);
    expect(test.p).toBeLessThan(1e-6);
  });
});

describe("trapezoid", () => {
  const arrivals = { kind: "trapezoid", up: "10m", hold: "40m", down: "10m", users: 5_000 } as const;

  it("has its shape: in cumulative time arrivals are uniform (chi-square over 20 bins, 50 seeds)", () => {
    const shape = shapeOf(arrivals);
    const ps = SEEDS.map((seed) => {
      const plan = planArrivals(arrivals, { seed });
      expect(plan.cells.length).toBe(5_000);
      const bins = new Array<number>(20).fill(0);
      for (const second of startsOf(plan)) {
        const k = Math.min(19, Math.floor((20 * cumulative(shape, second)) / shape.area));
        bins[k] = (bins[k] ?? 0) + 1;
      }
      const chiSquare = bins.reduce((sum, n) => sum + (n - 250) ** 2 / 250, 0);
      return 1 - chiSquareCdf(chiSquare, 19);
    });
    expect(rejected(ps)).toBeLessThanOrEqual(MOST_REJECTED);
  });

  it("is flat where it holds: dispersion of the middle 40 minutes", () => {
    const ps = SEEDS.map((seed) => {
      const starts = startsOf(planArrivals(arrivals, { seed }));
      return dispersionTest(
        starts.filter((s) => s > 600).map((s) => s - 600),
        5,
        2_400,
      ).p;
    });
    expect(rejected(ps)).toBeLessThanOrEqual(MOST_REJECTED);
  });
});

describe("peakPerSecond", () => {
  it("is the most arrivals in any second, wherever that begins", () => {
    expect(peakPerSecond({ cells: [0], seconds: 1 })).toBe(1);
    expect(peakPerSecond({ cells: [0, 500, 953], seconds: 2 })).toBe(3);
    expect(peakPerSecond({ cells: [0, 500, 954], seconds: 2 })).toBe(2);
    expect(peakPerSecond({ cells: [0, 0, 5_000, 5_000, 5_400, 5_900, 9_000], seconds: 10 })).toBe(4);
  });
});

describe("tests that cannot be made", () => {
  it("say why", () => {
    expect(() => gapTest([1], 1, 0.001)).toThrow("two arrivals");
    expect(() => dispersionTest([1], 10, 15)).toThrow("too short");
    expect(() => dispersionTest([], 1, 15)).toThrow("no arrivals");
  });
});

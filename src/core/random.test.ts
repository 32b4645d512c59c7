import { describe, expect, it } from "vitest";
import { naturalLog, stream } from "./random.ts";

const take = (n: number, draw: () => number) => Array.from({ length: n }, draw);

describe("stream", () => {
  it("repeats for equal arguments and differs for any other", () => {
    const first = take(5, stream(42, "arrivals").uniform);
    expect(take(5, stream(42, "arrivals", 0).uniform)).toEqual(first);
    for (const other of [stream(43, "arrivals"), stream(42, "persona"), stream(42, "arrivals", 1)]) {
      expect(take(5, other.uniform)).not.toEqual(first);
    }
  });

  it("gives these numbers for ever: a seed in an old report must still mean the same run", () => {
    const s = stream(42, "arrivals");
    expect(take(3, s.uniform)).toMatchInlineSnapshot(`
      [
        0.04143558985138318,
        0.3990589544380807,
        0.37552588368403006,
      ]
    `);
    expect(take(3, s.exponential)).toMatchInlineSnapshot(`
      [
        1.1588309252256175,
        0.26971365879119735,
        0.2645086391014358,
      ]
    `);
    expect(take(6, () => s.integer(1, 6))).toMatchInlineSnapshot(`
      [
        5,
        5,
        1,
        5,
        6,
        3,
      ]
    `);
    expect(s.shuffle([1, 2, 3, 4, 5])).toMatchInlineSnapshot(`
      [
        1,
        2,
        5,
        3,
        4,
      ]
    `);
  });

  it("is uniform on [0, 1): 100 bins of 100,000 draws by chi-square (99 degrees, 99.9 % bound 148.2)", () => {
    const bins = new Array<number>(100).fill(0);
    const { uniform } = stream(1, "uniform");
    for (let i = 0; i < 100_000; i++) {
      const u = uniform();
      expect(u >= 0 && u < 1).toBe(true);
      const bin = Math.floor(u * 100);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    expect(bins.reduce((sum, n) => sum + (n - 1_000) ** 2 / 1_000, 0)).toBeLessThan(148.2);
  });

  it("is unrelated over neighbouring indices: the first draws of 10,000 streams are uniform (99.9 % bound 43.8 for 19 degrees)", () => {
    const bins = new Array<number>(20).fill(0);
    let product = 0;
    for (let i = 0; i < 10_000; i++) {
      const a = stream(7, "user", i).uniform();
      const b = stream(7, "user", i + 1).uniform();
      product += (a - 0.5) * (b - 0.5);
      const bin = Math.floor(a * 20);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    expect(bins.reduce((sum, n) => sum + (n - 500) ** 2 / 500, 0)).toBeLessThan(43.8);
    // Correlation of neighbours: product / (n / 12) has a standard error of 0.01.
    expect(Math.abs((product / 10_000) * 12)).toBeLessThan(0.035);
  });

  it("draws exponentials of mean 1 and variance 1", () => {
    const { exponential } = stream(3, "exponential");
    const draws = take(100_000, exponential);
    const mean = draws.reduce((a, b) => a + b, 0) / draws.length;
    const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length;
    expect(Math.min(...draws.slice(0, 50_000))).toBeGreaterThan(0);
    expect(mean).toBeCloseTo(1, 1);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  });

  it("draws whole numbers with both ends included, evenly", () => {
    const s = stream(5, "dice");
    const counts = new Map<number, number>();
    for (let i = 0; i < 60_000; i++) {
      const n = s.integer(1, 6);
      counts.set(n, (counts.get(n) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    for (const n of counts.values()) expect(Math.abs(n - 10_000)).toBeLessThan(400);
    expect(s.integer(9, 9)).toBe(9);
    expect(() => s.integer(2, 1)).toThrow(RangeError);
    expect(() => s.integer(0.5, 1)).toThrow(RangeError);
  });

  it("picks and shuffles without losing anything", () => {
    const s = stream(6, "items");
    const items = ["a", "b", "c", "d"];
    expect(items).toContain(s.pick(items));
    expect(() => s.pick([])).toThrow(RangeError);
    const shuffled = s.shuffle(items);
    expect([...shuffled].sort()).toEqual(items);
    expect(items).toEqual(["a", "b", "c", "d"]);
    const firsts = new Set(take(50, () => s.shuffle([0, 1, 2])[0] ?? -1));
    expect(firsts.size).toBe(3);
  });
});

describe("naturalLog", () => {
  it("equals Math.log within 2 ulp on (0, 1]", () => {
    const { uniform } = stream(8, "log");
    for (const x of [1, 0.5, Math.SQRT1_2, 0.7071067811865475, 2 ** -53, 1 - 2 ** -53, ...take(20_000, uniform)]) {
      if (x === 0) continue;
      const expected = Math.log(x);
      expect(Math.abs(naturalLog(x) - expected)).toBeLessThanOrEqual(Math.abs(expected) * 4.5e-16);
    }
  });
});

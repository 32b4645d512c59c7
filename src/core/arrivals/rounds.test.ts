import { describe, expect, it } from "vitest";
import { roundsOf } from "./rounds.ts";
import { ALONE } from "./segments.ts";
import type { Rounds } from "./types.ts";

const rounds = (more: Partial<Rounds>): Rounds => ({
  kind: "rounds",
  rounds: [{ wallets: 20, operations: 50 }],
  workers: 5,
  ...more,
});
const instance = (index: number, count: number) => ({ index, count });

describe("roundsOf", () => {
  it("gives one instance everything", () => {
    expect(roundsOf(rounds({}), ALONE, 1)).toEqual([{ wallets: 20, operations: 50, instants: undefined, seconds: 0 }]);
  });

  it("splits wallets and operations of every round without loss", () => {
    const load = rounds({ rounds: [10, 51, 100].map((wallets) => ({ wallets, operations: 2 * wallets + 1 })) });
    const parts = [0, 1, 2].map((index) => roundsOf(load, instance(index, 3), 1));
    for (const [k, { wallets, operations }] of load.rounds.entries()) {
      expect(parts.reduce((sum, part) => sum + (part[k]?.wallets ?? 0), 0)).toBe(wallets);
      expect(parts.reduce((sum, part) => sum + (part[k]?.operations ?? 0), 0)).toBe(operations);
    }
  });

  it("begins again until the duration is over", () => {
    expect(roundsOf(rounds({ every: "30s", duration: "10m" }), ALONE, 1)).toHaveLength(20);
    expect(roundsOf(rounds({ every: "30s", duration: "45s" }), ALONE, 1)).toHaveLength(2);
    expect(roundsOf(rounds({ every: "30s", duration: "1s" }), ALONE, 1)).toHaveLength(1);
    expect(() => roundsOf(rounds({ every: "30s" }), ALONE, 1)).toThrow(/need a duration/);
  });

  it("deals arrivals out to the instances, each once and in order", () => {
    const load = rounds({
      rounds: [{ wallets: 20 }],
      arrivals: { kind: "poisson", rate: 20, duration: "10s" },
    });
    const [whole] = roundsOf(load, ALONE, 7);
    const parts = [0, 1, 2].flatMap((index) => roundsOf(load, instance(index, 3), 7)[0]?.instants ?? []);
    expect(whole?.operations).toBe(whole?.instants?.length);
    expect(whole?.seconds).toBe(10);
    expect(parts.sort((a, b) => a - b)).toEqual(whole?.instants);
    expect(whole?.operations).toBeGreaterThan(150);
    expect(whole?.operations).toBeLessThan(250);
  });

  it("ends arrivals with the most operations of the round", () => {
    const load = rounds({ arrivals: { kind: "poisson", rate: 20, duration: "10s" } });
    expect(roundsOf(load, ALONE, 7)[0]?.operations).toBe(50);
  });

  it.each([
    [{ rounds: [{ wallets: 0, operations: 5 }] }, /wallets must be a whole number/],
    [{ rounds: [{ wallets: 5 }] }, /operations must be a whole number/],
  ])("refuses %j", (more, message) => expect(() => roundsOf(rounds(more), ALONE, 1)).toThrow(message));
});

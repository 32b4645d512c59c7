import { describe, expect, it } from "vitest";
import { parseDuration } from "../duration.ts";
import { compileArrivals } from "./compile.ts";
import { constantRateOf } from "./constant.ts";
import type { Arrivals } from "./types.ts";

describe("constantRateOf", () => {
  /** Starts of k6's constant-arrival-rate: whole multiples of the interval, truncated to ns, that come before the duration's end. */
  const starts = (options: { rate: number; timeUnit: string; duration: string }): number => {
    const interval = Math.trunc((parseDuration(options.timeUnit) * 1e6) / options.rate);
    return Math.floor((parseDuration(options.duration) * 1e6) / interval) + 1;
  };

  it.each<[number, string, number, number, string]>([
    [3, "10m", 1_800, 3, "1s"],
    [2.5, "60s", 150, 5, "2s"],
    [0.1, "30s", 3, 1, "10s"],
    [20, "60s", 1_200, 20, "1s"],
    [1 / 3, "5m", 100, 1, "3s"],
    [1.37, "10m", 822, 137, "100s"],
    [Math.PI, "10m", 1_885, 1, "318309886ns"],
    [3, "1s", 3, 3, "1s"],
    [0.1, "1s", 1, 1, "10s"],
  ])("%d users/s for %s are exactly %d", (rate, duration, users, wholeRate, timeUnit) => {
    const options = constantRateOf({ kind: "constant", rate, duration });
    expect(options).toMatchObject({ users, rate: wholeRate, timeUnit });
    expect(starts(options)).toBe(users);
  });

  it("ends with the capped user", () => {
    const options = constantRateOf({ kind: "constant", rate: 3, duration: "10m" }, 100);
    expect(options.users).toBe(100);
    expect(starts(options)).toBe(100);
  });

  it("has no limit on the number of users", () => {
    const { users, executor } = compileArrivals({ kind: "constant", rate: 200, duration: "1h" }, { seed: 1 });
    expect(users).toBe(720_000);
    expect(executor).toMatchObject({ executor: "constant-arrival-rate", rate: 200, timeUnit: "1s" });
  });
});

describe("compileArrivals", () => {
  it.each<[Arrivals, number | undefined, string]>([
    [{ kind: "poisson", rate: 3, duration: "10m" }, undefined, "Poisson, 3 users/s for 10m: 1,844 users, seed 42"],
    [
      { kind: "poisson", rate: 1, duration: "5m" },
      100,
      "Poisson, 1 user/s for 1m50s of at most 5m: 100 users, seed 42",
    ],
    [{ kind: "constant", rate: 3, duration: "600s" }, undefined, "constant, 3 users/s for 10m: 1,800 users"],
    [
      { kind: "trapezoid", up: "30m", hold: "120m", down: "30m", users: 12_500 },
      undefined,
      "Poisson, up 30m, hold 2h, down 30m, peak 1.39 users/s: 12,500 users, seed 42",
    ],
    [
      { kind: "trapezoid", up: "2m", hold: "6m", down: "2m" },
      96,
      "Poisson, up 2m, hold 6m, down 2m, peak 0.2 users/s: 96 users, seed 42",
    ],
    [
      { kind: "wave", low: 2, high: 6, period: "20s", duration: "3m" },
      undefined,
      "Poisson, 2 and 6 users/s by turns, 10s each, for 3m: 709 users, seed 42",
    ],
    [{ kind: "batches", size: 5, every: "8s", jitter: "1s" }, 50, "batches of 5 every 8s +-1s: 50 users, seed 42"],
    [
      { kind: "sequence", vus: 1, iterations: 10, pause: ["2s", "3s"] },
      undefined,
      "10 users one after another, 2s-3s apart",
    ],
    [{ kind: "sequence", vus: 5, iterations: 10 }, undefined, "10 users, 5 at once"],
    [{ kind: "sequence", vus: 50, iterations: 10 }, undefined, "10 users, 10 at once"],
    [{ kind: "sequence", vus: 1, iterations: 1 }, undefined, "1 user"],
    [
      { kind: "clients", clients: 50, duration: "2m", stagger: "200ms" },
      undefined,
      "50 clients for 2m, 200ms apart, seed 42",
    ],
    [{ kind: "clients", clients: 1, duration: "1h" }, undefined, "1 client for 1h, seed 42"],
    [
      { kind: "rounds", rounds: [{ wallets: 100, operations: 200 }], workers: 10 },
      undefined,
      "100 wallets: 200 operations 10 at once, seed 42",
    ],
    [
      { kind: "rounds", rounds: [10, 50].map((wallets) => ({ wallets, operations: wallets })), workers: 1 },
      undefined,
      "10, then 50 wallets: 60 operations one after another, seed 42",
    ],
    [
      { kind: "rounds", rounds: [{ wallets: 20, operations: 50 }], workers: 5, every: "30s", duration: "10m" },
      undefined,
      "20 wallets every 30s for 10m: 1,000 operations 5 at once, seed 42",
    ],
    [
      {
        kind: "rounds",
        rounds: [{ wallets: 20 }],
        workers: 5,
        arrivals: { kind: "constant", rate: 20, duration: "10s" },
      },
      undefined,
      "20 wallets: constant, 20 operations/s for 10s: 200 operations, seed 42",
    ],
  ])("%j", (arrivals, users, words) => {
    const load = compileArrivals(arrivals, { seed: 42, users });
    expect(load.words).toBe(words);
    expect(load.peakPerSecond).toBeGreaterThanOrEqual(1);
  });

  it("uses k6's own executors", () => {
    const poisson = compileArrivals({ kind: "poisson", rate: 3, duration: "30s" }, { seed: 42 });
    expect(poisson.executor.executor).toBe("ramping-arrival-rate");
    expect(poisson.seconds).toBe(30);
    expect(poisson.durationMs).toBeLessThan(31_100);
    const clients = compileArrivals({ kind: "clients", clients: 50, duration: "2m", stagger: "200ms" }, { seed: 42 });
    expect(clients).toMatchObject({
      executor: { executor: "per-vu-iterations", vus: 50, iterations: 1 },
      users: 50,
      seconds: 120,
      durationMs: 129_800,
      peakPerSecond: 5,
    });
    const sequence = compileArrivals({ kind: "sequence", vus: 50, iterations: 10 }, { seed: 42 });
    expect(sequence.executor).toEqual({ executor: "shared-iterations", vus: 10, iterations: 10 });
  });
});

import { describe, expect, it } from "vitest";
import type { Arrivals } from "./arrivals/types.ts";
import { parseDuration } from "./duration.ts";
import type { Load } from "./load.ts";
import { arrivalsOf, k6Scenarios, sharesOf, sizeIn, sizeOf } from "./options.ts";

const loadOf = (arrivals: Arrivals, more: Partial<Load> = {}): Load => ({
  exec: "user",
  arrivals,
  users: undefined,
  concurrency: 50,
  pool: 100,
  fundingWorkers: 5,
  breaker: 0,
  ...more,
});

const poisson = loadOf({ kind: "poisson", rate: 3, duration: "30s" });
const inTurn = loadOf({ kind: "sequence", vus: 2, iterations: 5, pause: ["2s", "3s"] });

const compiled = (load: Load, userTimeout = 120_000, funding = true, instances = 1) =>
  k6Scenarios(load, arrivalsOf(load, 42), userTimeout, funding, instances);
const msOf = (value: unknown) => parseDuration(String(value));

describe("arrivalsOf", () => {
  it("caps the load at its users, and repeats for its seed", () => {
    expect(arrivalsOf({ ...poisson, users: 10 }, 42).users).toBe(10);
    expect(arrivalsOf(poisson, 42)).toEqual(arrivalsOf(poisson, 42));
    expect(arrivalsOf(poisson, 42)).not.toEqual(arrivalsOf(poisson, 43));
  });
});

describe("sizeOf", () => {
  it("is k6's own striping for arrivals, and an even split for users in turn; nobody is lost", () => {
    const odd = loadOf({ kind: "poisson", rate: 3, duration: "10m" }, { users: 100, concurrency: 5 });
    const turns = loadOf({ kind: "sequence", vus: 5, iterations: 10 }, { concurrency: 5 });
    const split = (load: Load, count: number) => [...sizeOf(load, arrivalsOf(load, 42), count).shares];
    expect(split(odd, 2)).toEqual([60, 40]);
    expect(split(turns, 2)).toEqual([5, 5]);
    expect(sharesOf(sizeOf(odd, arrivalsOf(odd, 42), 2))).toEqual({ least: 40, most: 60 });
    expect(sharesOf(sizeOf(odd, arrivalsOf(odd, 42), 1))).toEqual({ least: 100, most: 100 });
    for (const count of [1, 2, 3, 7]) {
      expect(split(odd, count).reduce((a, b) => a + b, 0)).toBe(100);
      expect(split(turns, count).reduce((a, b) => a + b, 0)).toBe(10);
    }
  });
});

describe("rounds", () => {
  const load = loadOf({
    kind: "rounds",
    rounds: [21, 101].map((operations) => ({ wallets: 10, operations })),
    workers: 5,
  });

  it("are split one by one, so that an instance's operations are those of its shares", () => {
    const split = sizeOf(load, arrivalsOf(load, 42), 2).shares;
    expect(split).toEqual([11 + 51, 10 + 50]);
    expect(sharesOf(sizeOf(load, arrivalsOf(load, 42), 2))).toEqual({ least: 60, most: 62 });
  });

  it("have one VU in each instance, and one iteration", () => {
    const { user } = k6Scenarios(load, arrivalsOf(load, 42), 600_000, false, 3);
    expect(user).toMatchObject({ executor: "per-vu-iterations", vus: 3, iterations: 1 });
    expect(msOf(user?.maxDuration)).toBeGreaterThan(600_000);
  });
});

describe("k6Scenarios", () => {
  it("gives clients the time of the last one's start, work and end", () => {
    const load = loadOf({ kind: "clients", clients: 10, duration: "2m", stagger: "200ms" });
    const { user, funding } = compiled(load, 150_000, false);
    expect(funding).toBeUndefined();
    expect(user).toMatchObject({ executor: "per-vu-iterations", vus: 10, iterations: 1 });
    expect(user).not.toHaveProperty("maxVUs");
    expect(msOf(user?.maxDuration)).toBeGreaterThan(121_800 + 150_000);
  });

  it("runs users who arrive on k6's arrival-rate executor with all VUs made beforehand", () => {
    const { user } = compiled(poisson);
    expect(user).toMatchObject({
      executor: "ramping-arrival-rate",
      exec: "user",
      preAllocatedVUs: 50,
      maxVUs: 50,
    });
    expect(user).toMatchObject(arrivalsOf(poisson, 42).executor);
    // k6 has no maxDuration here: the stages' sum and the grace period end it.
    expect(user).not.toHaveProperty("maxDuration");
  });

  it.each([1_000, 120_000, 300_000])("lets a user reach its own limit of %d ms before k6 cuts it off", (timeout) => {
    for (const load of [poisson, inTurn]) {
      const grace = msOf(compiled(load, timeout).user?.gracefulStop);
      expect(grace).toBeGreaterThanOrEqual(timeout + 15_000);
    }
  });

  it("gives users in turn the time that all of them may take one after another", () => {
    const { user } = compiled(inTurn, 60_000);
    expect(user).toMatchObject({ executor: "shared-iterations", vus: 2, iterations: 5 });
    expect(user).not.toHaveProperty("maxVUs");
    expect(user).not.toHaveProperty("preAllocatedVUs");
    // 3 rounds of 2 users, each up to its limit and a pause of 3 s.
    expect(msOf(user?.maxDuration)).toBeGreaterThanOrEqual(3 * 63_000);
    expect(msOf(user?.maxDuration)).toBeLessThan(4 * 63_000 + 20_000);
  });

  it("funds beside the users, with workers that outlive the last user", () => {
    for (const load of [poisson, inTurn]) {
      const { user, funding } = compiled(load);
      expect(funding).toMatchObject({ executor: "per-vu-iterations", exec: "funding", vus: 5, iterations: 1 });
      const { durationMs } = arrivalsOf(load, 42);
      const last = durationMs > 0 ? durationMs + 120_000 : msOf(user?.maxDuration);
      expect(msOf(funding?.maxDuration)).toBeGreaterThanOrEqual(last);
    }
  });

  it("gives every instance all its workers, because k6 splits the VUs over them", () => {
    expect(compiled(poisson, 120_000, true, 4).funding?.vus).toBe(20);
    // Arrivals are striped over instances by k6; the VUs of the whole run are one number.
    expect(compiled(poisson, 120_000, true, 4).user?.maxVUs).toBe(50);
  });

  it("hands the load's size to the VUs, which then need not compile it", () => {
    const { users, durationMs } = arrivalsOf(poisson, 42);
    for (const scenario of Object.values(compiled(poisson, 120_000, true, 2))) {
      const environment = scenario.env as Record<string, string>;
      for (const value of Object.values(environment)) expect(value).toBeTypeOf("string"); // k6 takes nothing else
      expect(sizeIn(environment)).toEqual({ users, durationMs, shares: [Math.ceil(users / 2), Math.floor(users / 2)] });
    }
    expect(sizeIn({})).toBeUndefined();
    expect(sizeIn({ ONRUSH_USERS: "3", ONRUSH_DURATION_MS: "5" })).toBeUndefined();
  });

  it("has no funding where users pay nothing", () => {
    expect(Object.keys(compiled(poisson, 120_000, false))).toEqual(["user"]);
    expect(Object.keys(compiled(poisson))).toEqual(["user", "funding"]);
  });

  it("runs what the profile says", () => {
    expect(compiled(loadOf(inTurn.arrivals, { exec: "preflight" }), 1_000, false).user?.exec).toBe("preflight");
  });

  it("takes k6's constant executor for even arrivals", () => {
    const even = loadOf({ kind: "constant", rate: 2.5, duration: "1m" });
    expect(compiled(even).user).toMatchObject({
      executor: "constant-arrival-rate",
      rate: 5,
      timeUnit: "2s",
      maxVUs: 50,
    });
  });

  it("is plain data that k6 may add to", () => {
    const scenarios = compiled(poisson);
    expect(JSON.parse(JSON.stringify(scenarios))).toEqual(scenarios);
    expect(Object.isFrozen(scenarios) || Object.isFrozen(scenarios.user)).toBe(false);
  });
});

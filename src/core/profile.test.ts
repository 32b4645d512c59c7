import { describe, expect, it } from "vitest";
import type { Arrivals } from "./arrivals/types.ts";
import type { LoadSettings, Profile } from "./load.ts";
import { resolveLoad } from "./profile.ts";

const profileOf = (arrivals: Arrivals, more: Partial<Profile> = {}): Profile => ({
  about: "test",
  arrivals,
  concurrency: 50,
  ...more,
});

const profiles = {
  poisson: profileOf({ kind: "poisson", rate: 3, duration: "10m" }),
  constant: profileOf({ kind: "constant", rate: 2, duration: "5m" }),
  wave: profileOf({ kind: "wave", low: 2, high: 6, period: "60s", duration: "3m" }),
  trapezoid: profileOf({ kind: "trapezoid", up: "10m", hold: "40m", down: "10m" }, { users: 5_000 }),
  batches: profileOf({ kind: "batches", size: 5, every: "8s", jitter: "1s", users: 50 }),
  sequence: profileOf({ kind: "sequence", vus: 1, iterations: 10, pause: ["2s", "3s"] }),
  clients: profileOf({ kind: "clients", clients: 10, duration: "2m", stagger: "200ms" }),
} as const;

type Kind = keyof typeof profiles;

const resolve = (kind: Kind, settings: LoadSettings = {}) => resolveLoad(profiles[kind], settings);

describe("resolveLoad", () => {
  it.each(Object.keys(profiles) as Kind[])("leaves %s as it is when nothing is set", (kind) => {
    const { load, problems } = resolve(kind);
    expect(problems).toEqual([]);
    expect(load).toEqual({
      exec: "user",
      arrivals: profiles[kind].arrivals,
      users: profiles[kind].users,
      concurrency: 50,
      pool: 0,
      fundingWorkers: 0,
      breaker: 0,
    });
  });

  it("takes the profile's own numbers, and a setting before each of them", () => {
    const profile = profileOf(profiles.poisson.arrivals, {
      exec: "preflight",
      users: 9,
      pool: 10,
      fundingWorkers: 2,
      breaker: 5,
    });
    expect(resolveLoad(profile, {}).load).toMatchObject({
      exec: "preflight",
      users: 9,
      concurrency: 50,
      pool: 10,
      fundingWorkers: 2,
      breaker: 5,
    });
    const set = { USERS: 8, CONCURRENCY: 7, POOL_SIZE: 6, FUNDING_WORKERS: 4, BREAKER: 0 };
    expect(resolveLoad(profile, set).load).toMatchObject({
      users: 8,
      concurrency: 7,
      pool: 6,
      fundingWorkers: 4,
      breaker: 0,
    });
  });
});

/** What one setting makes of each kind of arrivals; a text is the reason why it is refused. */
const cases: [string, LoadSettings, Record<Kind, object | string>][] = [
  [
    "ARRIVALS=constant",
    { ARRIVALS: "constant" },
    {
      poisson: { kind: "constant", rate: 3, duration: "10m" },
      constant: { kind: "constant", rate: 2, duration: "5m" },
      wave: "this profile's rate changes; use one whose rate does not",
      trapezoid: "this profile's rate changes; use one whose rate does not",
      batches: "this profile starts users in batches",
      sequence: "this profile runs users one after another",
      clients: "all CLIENTS are there from start to end",
    },
  ],
  [
    "ARRIVALS=poisson",
    { ARRIVALS: "poisson" },
    {
      poisson: { kind: "poisson", rate: 3, duration: "10m" },
      constant: { kind: "poisson", rate: 2, duration: "5m" },
      wave: { kind: "wave", low: 2, high: 6, period: "60s", duration: "3m" }, // it is Poisson already
      trapezoid: { kind: "trapezoid", up: "10m", hold: "40m", down: "10m" },
      batches: "this profile starts users in batches",
      sequence: "this profile runs users one after another",
      clients: "all CLIENTS are there from start to end",
    },
  ],
  [
    "RATE=9",
    { RATE: 9 },
    {
      poisson: { kind: "poisson", rate: 9, duration: "10m" },
      constant: { kind: "constant", rate: 9, duration: "5m" },
      wave: { kind: "wave", low: 3, high: 9, period: "60s", duration: "3m" },
      trapezoid: { kind: "trapezoid", up: "10m", hold: "40m", down: "10m", rate: 9 },
      batches: "this profile's rate is BATCH_SIZE users every DELAY",
      sequence: "this profile runs users one after another; set CONCURRENCY and DELAY",
      clients: "all CLIENTS are there from start to end",
    },
  ],
  [
    "DURATION=30m",
    { DURATION: 1_800_000 },
    {
      poisson: { kind: "poisson", rate: 3, duration: "30m" },
      constant: { kind: "constant", rate: 2, duration: "30m" },
      wave: { kind: "wave", low: 2, high: 6, period: "60s", duration: "30m" },
      trapezoid: { kind: "trapezoid", up: "5m", hold: "20m", down: "5m" }, // every part shrinks alike
      batches: "this profile ends after USERS",
      sequence: "this profile ends after USERS",
      clients: { kind: "clients", clients: 10, duration: "30m", stagger: "200ms" },
    },
  ],
  [
    "USERS=20",
    { USERS: 20 },
    {
      poisson: { kind: "poisson", rate: 3, duration: "10m" },
      constant: { kind: "constant", rate: 2, duration: "5m" },
      wave: { kind: "wave", low: 2, high: 6, period: "60s", duration: "3m" },
      trapezoid: { kind: "trapezoid", up: "10m", hold: "40m", down: "10m" },
      batches: { kind: "batches", size: 5, every: "8s", jitter: "1s", users: 20 },
      sequence: { kind: "sequence", vus: 1, iterations: 20, pause: ["2s", "3s"] },
      clients: "all CLIENTS are there from start to end",
    },
  ],
  [
    "BATCH_SIZE=7",
    { BATCH_SIZE: 7 },
    {
      poisson: "only load-pattern starts users in batches",
      constant: "only load-pattern starts users in batches",
      wave: "only load-pattern starts users in batches",
      trapezoid: "only load-pattern starts users in batches",
      batches: { kind: "batches", size: 7, every: "8s", jitter: "1s", users: 50 },
      sequence: "only load-pattern starts users in batches",
      clients: profiles.clients.arrivals, // a space mints in batches
    },
  ],
  [
    "DELAY=4s-6s",
    { DELAY: [4_000, 6_000] },
    {
      poisson: "arrivals have a RATE here",
      constant: "arrivals have a RATE here",
      wave: "arrivals have a RATE here",
      trapezoid: "arrivals have a RATE here",
      batches: { kind: "batches", size: 5, every: "5s", jitter: "1s", users: 50 },
      sequence: { kind: "sequence", vus: 1, iterations: 10, pause: ["4s", "6s"] },
      clients: profiles.clients.arrivals,
    },
  ],
  [
    "CONCURRENCY=5",
    { CONCURRENCY: 5 },
    {
      poisson: profiles.poisson.arrivals,
      constant: profiles.constant.arrivals,
      wave: profiles.wave.arrivals,
      trapezoid: profiles.trapezoid.arrivals,
      batches: profiles.batches.arrivals,
      sequence: { kind: "sequence", vus: 5, iterations: 10 }, // users at once do not pause between each other
      clients: "all CLIENTS are there from start to end",
    },
  ],
  [
    "CLIENTS=50",
    { CLIENTS: 50 },
    {
      poisson: "its users arrive, set USERS or RATE",
      constant: "its users arrive, set USERS or RATE",
      wave: "its users arrive, set USERS or RATE",
      trapezoid: "its users arrive, set USERS or RATE",
      batches: "its users arrive, set USERS or RATE",
      sequence: "its users arrive, set USERS or RATE",
      clients: { kind: "clients", clients: 50, duration: "2m", stagger: "200ms" },
    },
  ],
];

describe.each(cases)("%s", (_, settings, expected) => {
  it.each(Object.keys(expected) as Kind[])("on %s is applied or refused, never ignored", (kind) => {
    const { load, problems } = resolve(kind, settings);
    const outcome = expected[kind];
    if (typeof outcome === "string") {
      expect(problems).toEqual([
        {
          name: Object.keys(settings)[0],
          value: String(Object.values(settings)[0]),
          message: `does not apply to this profile: ${outcome}`,
        },
      ]);
    } else {
      expect(problems).toEqual([]);
      expect(load.arrivals).toEqual(outcome);
    }
  });
});

describe("several settings", () => {
  it("are all refused at once", () => {
    const set = { ARRIVALS: "constant", RATE: 3, DURATION: 1_000, BATCH_SIZE: 5 } as const;
    expect(
      resolve("sequence", set)
        .problems.map((problem) => problem.name)
        .sort(),
    ).toEqual(Object.keys(set).sort());
  });

  it("keep batches in order: a DELAY whose ends are too far apart is refused", () => {
    expect(resolve("batches", { DELAY: [2_000, 6_000] }).problems).toEqual([]);
    expect(resolve("batches", { DELAY: [2_000, 6_001] }).problems).toMatchObject([
      { name: "DELAY", message: expect.stringContaining("at most three times its shorter one") },
    ]);
  });

  it("give a trapezoid with a RATE as many users as that makes, unless USERS says when to stop", () => {
    expect(resolve("trapezoid", { RATE: 2 }).load.users).toBeUndefined();
    expect(resolve("trapezoid", { RATE: 2, USERS: 100 }).load.users).toBe(100);
    expect(resolve("trapezoid").load.users).toBe(5_000);
  });

  it("keep a pause that was asked for, also for users at once", () => {
    expect(resolve("sequence", { CONCURRENCY: 5, DELAY: [1_000, 1_000] }).load.arrivals).toEqual({
      kind: "sequence",
      vus: 5,
      iterations: 10,
      pause: ["1s", "1s"],
    });
  });
});

import { describe, expect, it } from "vitest";
import type { Rounds } from "./arrivals/index.ts";
import type { LoadSettings } from "./load.ts";
import { resolveLoad } from "./profile.ts";

const closed: Rounds = { kind: "rounds", rounds: [{ wallets: 100, operations: 200 }], workers: 1 };
const several: Rounds = { ...closed, rounds: [10, 50].map((wallets) => ({ wallets, operations: wallets })) };
const again: Rounds = { ...closed, every: "30s", duration: "24h" };
const open: Rounds = {
  kind: "rounds",
  rounds: [{ wallets: 50 }],
  workers: 50,
  arrivals: { kind: "poisson", rate: 20, duration: "1m" },
};
const resolve = (arrivals: Rounds, set: LoadSettings) => {
  const { load, problems } = resolveLoad({ about: "", arrivals }, set);
  return { arrivals: load.arrivals, problems: problems.map(({ name, message }) => `${name} ${message}`) };
};

describe("settings change rounds", () => {
  it.each<[Rounds, LoadSettings, Partial<Rounds>]>([
    [closed, { WALLETS: 7, OPERATIONS: 9 }, { rounds: [{ wallets: 7, operations: 9 }] }],
    [closed, { WORKERS: 30 }, { workers: 30 }],
    [closed, { FAST: true }, { workers: 10 }],
    [{ ...closed, workers: 20 }, { FAST: true }, { workers: 20 }],
    [{ ...closed, workers: 20 }, { FAST: false }, { workers: 1 }],
    [again, { DURATION: 90_000 }, { duration: "1m30s" }],
    [
      open,
      { RATE: 5, DURATION: 30_000, ARRIVALS: "constant" },
      { arrivals: { kind: "constant", rate: 5, duration: "30s" } },
    ],
    [open, { OPERATIONS: 100 }, { rounds: [{ wallets: 50, operations: 100 }] }],
  ])("%#: %j", (load, set, changed) => {
    expect(resolve(load, set)).toEqual({ arrivals: { ...load, ...changed }, problems: [] });
  });

  it.each<[Rounds, LoadSettings, RegExp]>([
    [closed, { USERS: 5 }, /^USERS does not apply .* set OPERATIONS or WORKERS/],
    [closed, { CONCURRENCY: 5 }, /^CONCURRENCY/],
    [closed, { RATE: 5 }, /^RATE .* use the profile open/],
    [closed, { ARRIVALS: "constant" }, /^ARRIVALS/],
    [closed, { DURATION: 1_000 }, /^DURATION .* ends after OPERATIONS/],
    [closed, { FAST: false, WORKERS: 5 }, /^WORKERS .* FAST=false/],
    [several, { WALLETS: 5 }, /^WALLETS .* sizes of their own/],
    [several, { OPERATIONS: 5 }, /^OPERATIONS .* sizes of their own/],
  ])("%#: %j is refused", (load, set, problem) => {
    const { problems } = resolve(load, set);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });
});

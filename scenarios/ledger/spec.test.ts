import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ALONE, roundsOf } from "../../src/core/arrivals/index.ts";
import { compileGates, parseGateFile, pickGates } from "../../src/core/gates.ts";
import { builtinMetrics, userMetrics } from "../../src/core/metrics.ts";
import { arrivalsOf, k6Scenarios } from "../../src/core/options.ts";
import { roundsIn } from "../../src/core/rounds.ts";
import { prepare } from "../../src/core/scenario.ts";
import { ownBreakdowns } from "../../src/core/summary/breakdown.ts";
import { invariantNames } from "./model/invariants.ts";
import { part } from "./model/metrics.ts";
import { profiles } from "./profiles.ts";
import { targets } from "./settings.ts";
import { spec } from "./spec.ts";

const names = Object.keys(profiles) as (keyof typeof profiles)[];
const path = new URL("../../thresholds/ledger.json", import.meta.url);
const gateFile = parseGateFile(readFileSync(path, "utf8"), "thresholds/ledger.json");
const known = [
  ...[...Object.values(userMetrics("ledger")), ...Object.values(spec.metrics ?? {})].map(({ name }) => name),
  ...builtinMetrics,
];
const run = (environment: Record<string, string> = {}) => prepare(spec, environment);

describe("every profile", () => {
  it.each(names)("%s compiles, with one VU and with gates that no data cannot pass", (name) => {
    const { load, values } = run({ PROFILE: name });
    const compiled = arrivalsOf(load, values.SEED);
    const timeout = spec.userTimeout?.(values, load) ?? 0;
    expect(timeout).toBeGreaterThanOrEqual(values.ROUND_TIMEOUT);
    expect(k6Scenarios(load, compiled, timeout, false, 1).user).toMatchObject({ vus: 1, iterations: 1 });
    const tokens = { planned: compiled.users, seconds: compiled.seconds, instances: 1 };
    for (const target of Object.keys(targets)) {
      const gates = compileGates(pickGates(gateFile, name, target), tokens, known);
      expect(gates.ledger_users).toEqual([`count>=${compiled.users}`]);
      expect(gates.ledger_unjudged).toEqual(["count==0"]);
      for (const invariant of invariantNames)
        expect(gates[part({ name: "ledger_broken" }, "invariant", invariant)]).toEqual(["count==0"]);
    }
  });

  it.each<[keyof typeof profiles, number, number, number]>([
    ["quick", 10, 20, 1],
    ["standard", 100, 200, 10],
    ["ci", 50, 100, 5],
    ["performance", 500, 2_000, 20],
    ["stress", 1_000, 5_000, 30],
    ["continuous", 20, 50, 5],
  ])("%s has %d wallets, %d operations and %d workers", (name, wallets, operations, workers) => {
    const rounds = roundsIn(run({ PROFILE: name }).load);
    expect(rounds).toMatchObject({ rounds: [{ wallets, operations }], workers });
  });

  it("progressive has four rounds, continuous one every 30 s", () => {
    const sizes = (name: string, more = {}) =>
      roundsOf(roundsIn(run({ PROFILE: name, ...more }).load), ALONE, 1).map(({ wallets }) => wallets);
    expect(sizes("progressive")).toEqual([10, 50, 100, 500]);
    expect(sizes("continuous", { DURATION: "2m" })).toEqual([20, 20, 20, 20]);
  });
});

describe("the flags of the original", () => {
  it("are settings of the same names", () => {
    const { load } = run({ WALLETS: "100", OPERATIONS: "200", WORKERS: "10", FAST: "true" });
    expect(roundsIn(load)).toMatchObject({ rounds: [{ wallets: 100, operations: 200 }], workers: 10 });
    expect(roundsIn(run({ FAST: "false" }).load).workers).toBe(1);
  });
});

describe("what cannot be", () => {
  it.each<[Record<string, string>, RegExp]>([
    [{ WALLETS: "0" }, /WALLETS=0 +must be a whole number from 1/],
    [{ WALLETS: "1" }, /WALLETS=1 +is too few: transfers need two wallets; set WALLETS=2, or MIX=60\/40\/0/],
    [
      { WALLETS: "5", INSTANCES: "3" },
      /WALLETS=5 +is too few: transfers need two wallets in each instance; set WALLETS=6/,
    ],
    [{ WALLETS: "1", INSTANCES: "2", MIX: "60/40/0" }, /WALLETS=1 +is fewer than one for each of INSTANCES/],
    [{ MIX: "50/30/10" }, /MIX=50\/30\/10 +must be three percentages of 100 in all .*these are 90/],
    [{ PROFILE: "quick", RATE: "5" }, /RATE=5 +does not apply to this profile: .* use the profile open/],
    [{ REPLAY: "101" }, /REPLAY=101 +must be a whole number from 0 to 100/],
  ])("%j is refused", (environment, message) => expect(() => run(environment)).toThrow(message));

  it.each([
    { WALLETS: "1", MIX: "60/40/0" },
    { WALLETS: "4", INSTANCES: "2" },
  ])("but %j is not", (environment) => {
    expect(() => run(environment)).not.toThrow();
  });
});

it("every part that the report reads belongs to a metric", () => {
  const parts = spec.breakdowns?.(run().values) ?? [];
  expect(Object.keys(ownBreakdowns(parts, spec.metrics ?? {}))).toEqual([...parts]);
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type CompiledLoad, planArrivals } from "../../src/core/arrivals/index.ts";
import { compileGates, parseGateFile, pickGates } from "../../src/core/gates.ts";
import {
  builtinMetrics,
  ethereumMetrics,
  fundingMetrics,
  processMetrics,
  userMetrics,
} from "../../src/core/metrics.ts";
import { arrivalsOf, k6Scenarios } from "../../src/core/options.ts";
import { prepare } from "../../src/core/scenario.ts";
import { SANDBOX_MNEMONIC } from "../../src/core/settings/common.ts";
import { breakdownThresholds } from "../../src/core/summary/breakdown.ts";
import { profiles } from "./profiles.ts";
import { requiredByTarget, streamingTable, targets } from "./settings.ts";
import { spec } from "./spec.ts";

const names = Object.keys(profiles) as (keyof typeof profiles)[];
const path = new URL("../../thresholds/streaming.json", import.meta.url);
const gateFile = parseGateFile(readFileSync(path, "utf8"), "thresholds/streaming.json");
const knownMetrics = [
  ...[
    ...Object.values(userMetrics("streaming")),
    ...Object.values(fundingMetrics("streaming")),
    ...processMetrics,
    ...ethereumMetrics,
  ].map((metric) => metric.name),
  ...builtinMetrics,
];

const run = (environment: Record<string, string> = {}) => prepare(spec, environment);
const loadOf = (environment: Record<string, string>): CompiledLoad => {
  const { load, values } = run(environment);
  return arrivalsOf(load, values.SEED);
};

describe("every profile", () => {
  it.each(names)("%s resolves and compiles, with k6 scenarios and gates", (name) => {
    const prepared = run({ PROFILE: name });
    expect(prepared.profile).toBe(name);
    const compiled = arrivalsOf(prepared.load, prepared.values.SEED);
    expect(compiled.users).toBeGreaterThan(0);
    const k6 = k6Scenarios(prepared.load, compiled, prepared.values.USER_TIMEOUT, true, 1);
    expect(k6.user).toMatchObject({ exec: name === "preflight" ? "preflight" : "user" });
    const tokens = { planned: compiled.users, seconds: compiled.seconds, instances: 1 };
    for (const target of Object.keys(targets)) {
      const gates = compileGates(pickGates(gateFile, name, target), tokens, knownMetrics);
      // A rate or a latency passes on no data in k6: without a count of users a run that did nothing would be green.
      const counts = [...(gates.streaming_users ?? []), ...(gates.streaming_succeeded ?? [])];
      const least = counts.map((gate) => Number(/^count(?:>=|==)(\d+)$/.exec(gate)?.[1] ?? 0));
      expect(Math.max(...least)).toBeGreaterThanOrEqual(0.8 * compiled.users);
      expect(gates.streaming_unfinished).toEqual(["count==0"]);
      expect(gates["dropped_iterations{scenario:user}"]).toEqual(["count==0"]);
    }
  });

  it.each(names)("%s has enough VUs for its arrivals, its funding workers and a pool", (name) => {
    const { load, values } = run({ PROFILE: name });
    const compiled = arrivalsOf(load, values.SEED);
    const rate = compiled.seconds > 0 ? compiled.users / compiled.seconds : 0;
    expect(load.concurrency).toBeGreaterThanOrEqual((rate * spec.expectedDuration) / 1_000);
    if (load.exec === "preflight") expect(load.fundingWorkers).toBe(0);
    else expect(load.fundingWorkers >= 1 && load.pool >= 1).toBe(true);
  });

  it("says what it is for", () => {
    for (const { about } of Object.values(profiles)) expect(about.length).toBeGreaterThan(5);
  });
});

describe("the numbers that were asked for", () => {
  it.each<[string, number | undefined, number, number, object]>([
    ["e2e", 1, 0, 1, {}],
    ["multi-user", 10, 0, 1, {}],
    ["load-pattern", 50, 90, 10, { breaker: 5 }], // 12 batches 8 s apart
    ["streaming", undefined, 600, 50, { pool: 100, fundingWorkers: 5 }],
    ["demo", undefined, 30, 50, {}],
    ["small", 100, 300, 20, {}],
    ["medium", 500, 600, 30, {}],
    ["full", 1_000, 900, 50, {}],
    ["debug", 100, 600, 10, {}],
    ["conservative", 5_000, 3_600, 200, {}],
    ["burst", 12_500, 10_800, 1_000, {}],
  ])("%s: %s users in at most %d s, %d at once", (name, users, seconds, concurrency, more) => {
    const { load } = run({ PROFILE: name });
    const compiled = loadOf({ PROFILE: name });
    if (users !== undefined) expect(compiled.users).toBe(users);
    else expect(compiled.users / seconds).toBeCloseTo(3, 0);
    expect(compiled.seconds).toBeLessThanOrEqual(seconds + 1);
    expect(compiled.seconds).toBeGreaterThanOrEqual(seconds * 0.3);
    expect(load).toMatchObject({ concurrency, ...more });
  });

  it("load-pattern starts batches of 5 at one instant, and ramps up to them and down from them", () => {
    const { load, values } = run({ PROFILE: "load-pattern" });
    if (load.arrivals.kind !== "batches") throw new Error("load-pattern must start users in batches");
    const { cells } = planArrivals(load.arrivals, { seed: values.SEED, users: load.users });
    const sizes = [...new Set(cells)].map((cell) => cells.filter((other) => other === cell).length);
    expect(sizes).toEqual([2, 4, 5, 5, 5, 5, 5, 5, 5, 3, 4, 2]);
  });

  it("spike alternates between 2 and 6 users/s, each for long enough to be held 10 s", () => {
    expect(run({ PROFILE: "spike" }).load.arrivals).toMatchObject({ kind: "wave", low: 2, high: 6, period: "60s" });
  });

  it("streaming is the default", () => expect(run().profile).toBe("streaming"));
});

describe("constant arrivals", () => {
  it("are exactly 1,800 in 10 minutes at 3/s", () => {
    expect(loadOf({ ARRIVALS: "constant" })).toMatchObject({
      users: 1_800,
      executor: { executor: "constant-arrival-rate", rate: 3, timeUnit: "1s" },
    });
  });
});

describe("targets", () => {
  it("need nothing on the sandbox but the test phrase, which is public", () => {
    const { values, target } = run();
    expect(target).toBe("sandbox");
    expect(values.MNEMONIC).toBe(SANDBOX_MNEMONIC);
    expect(SANDBOX_MNEMONIC).toBe(`${"test ".repeat(11)}junk`);
    for (const url of [values.RPC_URL, values.STORAGE_URL, values.APP_URL, values.PERSONAL_SERVER_URL])
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:1480\d$/);
  });

  it("name what a real one needs, all at once", () => {
    expect(() => run({ TARGET: "moksha" })).toThrow(
      [
        "streaming cannot start, 4 settings are wrong:",
        "  STORAGE_BUCKET=        is needed for TARGET=moksha: set STORAGE_BUCKET",
        "  MNEMONIC=              is needed for TARGET=moksha: set MNEMONIC or MNEMONIC_FILE",
        "  STORAGE_CREDENTIALS=   is needed for TARGET=moksha: set STORAGE_CREDENTIALS or STORAGE_CREDENTIALS_FILE",
        "  APP_URL=               is needed for TARGET=moksha: set APP_URL or GRANTEE_KEY",
      ].join("\n"),
    );
  });

  it("are presets of settings that exist, and everything they ask for exists", () => {
    for (const [name, presets] of Object.entries(targets)) {
      for (const key of Object.keys(presets)) expect(Object.keys(streamingTable())).toContain(key);
      const needs = requiredByTarget[name as keyof typeof targets].flat();
      for (const key of needs) expect(Object.keys(streamingTable())).toContain(key);
      const given = Object.fromEntries(
        needs.map((key) => [key, { MNEMONIC: SANDBOX_MNEMONIC, APP_URL: "https://app.example.org" }[key] ?? "x"]),
      );
      delete given.GRANTEE_KEY;
      expect(run({ TARGET: name, ...given }).target).toBe(name);
    }
  });

  it("give users on a real network more time than their own parts may take", () => {
    const given = { STORAGE_BUCKET: "b", MNEMONIC_FILE: "f", STORAGE_CREDENTIALS_FILE: "c", APP_URL: "https://a.org" };
    for (const { values } of [run(), run({ TARGET: "moksha", ...given })])
      expect(values.USER_TIMEOUT).toBeGreaterThan(Math.max(values.INFER_TIMEOUT, values.RECEIPT_TIMEOUT));
  });
});

describe("the report's labels", () => {
  it("name every weakness of a run", () => {
    expect(run().spec.labels(run().values)).toEqual([expect.stringContaining("sandbox numbers")]);
    const weak = run({ PROOF: "status", ENCRYPT: "precomputed", SUBMIT: "relay" });
    expect(weak.spec.labels(weak.values).map((label) => label.split(":")[0])).toEqual([
      "sandbox numbers",
      "PROOF=status",
      "ENCRYPT=precomputed",
      "SUBMIT=relay",
    ]);
  });
});

describe("the settings table", () => {
  it("uses no name that k6 reserves, and describes every row", () => {
    for (const [name, row] of Object.entries(streamingTable())) {
      expect(name).toMatch(/^(?!K6_)[A-Z][A-Z0-9_]*$/);
      expect(row.help.length).toBeGreaterThan(3);
    }
  });

  it("keeps every key and phrase secret", () => {
    const secret = Object.entries(streamingTable()).filter(([, row]) => row.secret);
    expect(secret.map(([name]) => name)).toEqual(["GRANTEE_KEY", "STORAGE_CREDENTIALS", "MNEMONIC"]);
  });
});

describe("gates", () => {
  it("belong to profiles or targets that exist", () => {
    const known = ["default", ...names, ...Object.keys(targets)];
    for (const section of Object.keys(gateFile).filter((key) => !key.startsWith("$")))
      for (const part of section.split(":")) expect(known).toContain(part);
  });

  it("carry the original test's targets", () => {
    const { users, seconds } = loadOf({});
    const gates = compileGates(
      pickGates(gateFile, "streaming", "moksha"),
      { planned: users, seconds, instances: 1 },
      knownMetrics,
    );
    expect(gates).toMatchObject({
      streaming_success: ["rate>=0.85"],
      streaming_duration: ["p(95)<=45000"],
      streaming_wallet_wait: ["p(95)<30000"],
      process_memory_peak_bytes: ["value<1000000000"],
    });
    // 2.5 of 3 users/s, and 5 % CPU at 3 users/s.
    const succeeded = Number(gates.streaming_succeeded?.[0]?.replace("count>=", ""));
    expect(succeeded / users).toBeCloseTo(2.5 / 3, 2);
    const cpu = Number(gates.process_cpu_without_kdf_percent?.[0]?.replace("value<", ""));
    expect(cpu).toBeCloseTo((5 * users) / seconds / 3, 1);
  });

  it("are stricter on the sandbox", () => {
    expect(pickGates(gateFile, "streaming", "sandbox").streaming_success).toEqual(["rate>=0.85", "rate>=0.99"]);
  });

  it("do not hide behind the thresholds that only break metrics down: none of those is a gate", () => {
    const breakdown = breakdownThresholds("streaming", spec.steps, spec.details);
    for (const expressions of Object.values(breakdown)) expect(expressions).toEqual([expect.stringMatching(/>=0$/)]);
    const steps = Object.keys(breakdown).filter((key) => key.startsWith("streaming_step_duration"));
    expect(steps).toEqual(spec.steps.map((step) => `streaming_step_duration{step:${step}}`));
  });
});

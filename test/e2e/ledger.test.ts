// A ledger without faults: every invariant held, and the service's own counters agree with the verdict.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { broken, held, ledger, lookedAt } from "./ledger-support.ts";
import { cleanUp, errorLines, k6, root, type SandboxProcess, startSandbox } from "./support.ts";

let sandbox: SandboxProcess;
beforeAll(async () => {
  sandbox = await startSandbox("--for", "ledger");
});
afterAll(async () => {
  await sandbox.stop();
  cleanUp();
});

const everyInvariant = Array.from({ length: 11 }, (_, k) => `I${k + 1}`);
const operations = async () => {
  const { ledger: counters = {} } = await sandbox.counters();
  return ["create", "credit", "debit", "transfer"].reduce(
    (sum, name) => sum + (counters[`operations.${name}`] ?? 0),
    0,
  );
};

test("every invariant is judged and held, and the service carried out what was acknowledged and nothing else", async () => {
  const before = await operations();
  const run = await ledger(sandbox);
  expect(errorLines(run)).toEqual([]);
  expect(held(run)).toEqual(everyInvariant);
  expect(run.verdict.status).toBe("PASSED");
  expect(run.code).toBe(0);
  const { ended, succeeded, refused, failed } = run.verdict.users;
  expect([ended, failed]).toEqual([60, 0]);
  expect(succeeded + refused).toBe(60);
  // 20 wallets, one for the prober, three for races, each of which has one winner; and the probes.
  expect((await operations()) - before).toBe(24 + succeeded + 3 + lookedAt(run, "I9"));
});

test("a stock k6 runs the script: it needs no module of ours", () => {
  const { stdout } = spawnSync(k6, ["deps", "--json", join(root, "dist/ledger.js")], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, K6_NO_USAGE_REPORT: "true", K6_AUTO_EXTENSION_RESOLUTION: "false" },
  });
  const { imports, customBuildRequired } = JSON.parse(stdout) as { imports: string[]; customBuildRequired: boolean };
  expect(imports).toContain("k6/http");
  expect(imports.filter((name) => name.startsWith("k6/x/"))).toEqual([]);
  expect(customBuildRequired).toBe(false);
});

test("operations arrive at their instants, whatever the service does", async () => {
  const run = await ledger(sandbox, { PROFILE: "open", OPERATIONS: "", RATE: "20", DURATION: "5s", WORKERS: "50" });
  expect(broken(run)).toEqual([]);
  expect(run.verdict.users.ended).toBe(run.verdict.run.planned);
  expect(run.verdict.users.dropped).toBe(0);
  expect(run.code).toBe(0);
});

test("arrivals beyond WORKERS are dropped, counted and gated", async () => {
  await sandbox.fault("ledger", "latency", { ms: 300 });
  const run = await ledger(sandbox, { PROFILE: "open", OPERATIONS: "", RATE: "40", DURATION: "3s", WORKERS: "2" });
  await sandbox.clearFaults();
  const { ended, dropped } = run.verdict.users;
  expect(dropped).toBeGreaterThan(0);
  expect(ended + dropped).toBe(run.verdict.run.planned);
  expect(run.verdict.status).toBe("FAILED");
  expect(run.code).toBe(99);
});

test("rounds one after another are each verified", async () => {
  const run = await ledger(sandbox, { PROFILE: "continuous", DURATION: "40s", WALLETS: "5", OPERATIONS: "10" });
  expect(run.stderr.match(/round \d: \d+ wallets verified, every invariant held/g)).toHaveLength(2);
  expect(run.verdict.users.ended).toBe(20);
  expect(run.code).toBe(0);
});

test("two instances at once share no wallet, and each has its own verdict", async () => {
  const segment = (part: string) => ["--execution-segment", part, "--execution-segment-sequence", "0,1/2,1"];
  const runs = await Promise.all([
    ledger(sandbox, { INSTANCES: "2", SEED: "7", VERBOSE: "true" }, { args: segment("0:1/2") }),
    ledger(sandbox, { INSTANCES: "2", SEED: "7", VERBOSE: "true" }, { args: segment("1/2:1") }),
  ]);
  const wallets = runs.map((run) => new Set(run.stderr.match(/onrush-[a-z0-9]+-\d+-\d+-\d+/g)));
  for (const run of runs) {
    expect(broken(run)).toEqual([]);
    expect(run.verdict.users.ended).toBe(30);
    expect(run.code).toBe(0);
  }
  expect([...(wallets[0] ?? [])].filter((id) => wallets[1]?.has(id))).toEqual([]);
  expect(wallets.every((ids) => ids.size > 5)).toBe(true);
});

test("Ctrl+C is INTERRUPTED and never green", async () => {
  const run = await ledger(
    sandbox,
    { PROFILE: "continuous", DURATION: "5m" },
    { started: (child) => void sandbox.grown("ledger", "operations.credit", 30).then(() => child.kill("SIGINT")) },
  );
  expect(run.stdout).toContain("INTERRUPTED");
  expect(run.code).toBe(105);
});

// Several k6 processes on one target: every user exactly once, no wallet twice.
import { afterAll, beforeAll, expect, test } from "vitest";
import { compileArrivals } from "../../src/core/arrivals/index.ts";
import { cleanUp, errorLines, named, runK6, type SandboxProcess, startSandbox } from "./support.ts";

let sandbox: SandboxProcess;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox.stop();
  cleanUp();
});

const load = { kind: "poisson", rate: 4, duration: "15s" } as const;
const settings = {
  PROFILE: "demo",
  RATE: "4",
  DURATION: "15s",
  SEED: "11",
  CONCURRENCY: "40",
  POOL_SIZE: "20",
  INSTANCES: "2",
  VERBOSE: "true",
};
const segment = (part: string) => ["--execution-segment", part, "--execution-segment-sequence", "0,1/2,1"];

test("two halves are one run", async () => {
  const planned = compileArrivals(load, { seed: 11 }).users;
  const environment = { ...sandbox.environment, ...settings };
  const runs = await Promise.all([
    runK6({ environment, args: segment("0:1/2") }),
    runK6({ environment, args: segment("1/2:1") }),
  ]);
  for (const run of runs) {
    expect(named(run.verdict.errors)).toEqual([]);
    expect(errorLines(run)).toEqual([]);
    expect(run.code).toBe(0);
  }
  const numbers = runs.flatMap((run) =>
    [...run.stderr.matchAll(/user (\d+): started/g)].map((match) => Number(match[1])),
  );
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: planned }, (_, i) => i));
  // Each wallet gives its permission once: as many permissions on chain as users, and as many users with one.
  const counters = await sandbox.counters();
  expect(counters.chain?.permissions).toBe(planned);
  expect(counters.chain?.users).toBe(planned);
});

test("INSTANCES that contradict the segments are refused", async () => {
  const run = await runK6({
    environment: { ...sandbox.environment, ...settings, INSTANCES: "3" },
    args: segment("0:1/2"),
  });
  expect(run.output).toMatch(/INSTANCES=3, but k6's execution segments make 2/);
  expect(run.code).toBe(108);
});

test("a segment without its sequence is refused", async () => {
  const run = await runK6({
    environment: { ...sandbox.environment, ...settings },
    args: ["--execution-segment", "0:1/2"],
  });
  expect(run.output).toMatch(/needs its sequence/);
  expect(run.code).not.toBe(0);
});

test("an instance on which no user starts is not green", async () => {
  // One user over four instances: the last one has none, whatever its gates would say about nothing.
  const run = await runK6({
    environment: { ...sandbox.environment, ...settings, USERS: "1", DURATION: "3s", CONCURRENCY: "4", INSTANCES: "4" },
    args: ["--execution-segment", "3/4:1", "--execution-segment-sequence", "0,1/4,1/2,3/4,1"],
  });
  expect(run.verdict.users.ended).toBe(0);
  expect(run.stdout).toContain("no user started");
  expect(run.code).toBe(99);
});

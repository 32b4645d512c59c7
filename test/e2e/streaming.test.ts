// A run that must be green, compared with what the other side says happened.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileArrivals } from "../../src/core/arrivals/index.ts";
import { instantsOf, planArrivals } from "../../src/core/arrivals/plan.ts";
import { SANDBOX_MNEMONIC } from "../../src/core/settings/common.ts";
import { cleanUp, errorLines, type K6Run, named, runK6, type SandboxProcess, startSandbox } from "./support.ts";

const load = { kind: "poisson", rate: 3, duration: "20s" } as const;

describe("users streaming at the sandbox", () => {
  let sandbox: SandboxProcess;
  let run: K6Run;
  let planned: number;

  beforeAll(async () => {
    planned = compileArrivals(load, { seed: 7 }).users;
    sandbox = await startSandbox();
    run = await runK6({
      environment: {
        ...sandbox.environment,
        PROFILE: "demo",
        DURATION: "20s",
        SEED: "7",
        POOL_SIZE: "10",
        VERBOSE: "true",
      },
    });
  });
  afterAll(async () => {
    await sandbox.stop();
    cleanUp();
  });

  test("every planned user succeeds and the gates hold", () => {
    expect(named(run.verdict.errors)).toEqual([]);
    expect(run.verdict.users).toEqual({
      ended: planned,
      succeeded: planned,
      degraded: 0,
      refused: 0,
      failed: 0,
      dropped: 0,
      unfinished: 0,
    });
    expect(run.verdict.status).toBe("PASSED");
    expect(run.code).toBe(0);
    expect(errorLines(run)).toEqual([]);
    expect(run.stdout).toMatch(/streaming · sandbox · Poisson, 3 users\/s for 20s/);
  });

  test("users start as planned: as many, and in order", () => {
    const starts = [...run.stderr.matchAll(/user (\d+): started/g)].map((match) => Number(match[1]));
    expect(starts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: planned }, (_, i) => i));
    // Users a few milliseconds apart may say so in either order; those a second apart on the plan may not.
    const instants = instantsOf(planArrivals(load, { seed: 7 }));
    const late = starts.flatMap((number, at) => {
      const earlier = Math.max(...starts.slice(0, at).map((other) => instants[other] ?? 0));
      return earlier - (instants[number] ?? 0) > 1e9 ? [number] : [];
    });
    expect(late).toEqual([]);
  });

  test("the services counted the same", async () => {
    const counters = await sandbox.counters();
    expect(counters.personal?.["operations.succeeded"]).toBe(planned);
    expect(counters.storage?.uploads).toBe(2 * planned);
    expect(counters.chain?.permissions).toBe(planned);
  });

  test("wallets were funded once each, and the rest was swept", () => {
    expect(run.verdict.wallets?.funded).toBeGreaterThanOrEqual(planned);
    expect(run.verdict.wallets?.unswept).toBe(0);
    expect(run.verdict.wallets?.sweptEther).toBeGreaterThan(0);
  });

  test("the reports agree with the verdict", () => {
    const junit = readFileSync(join(run.reports, "junit.xml"), "utf8");
    expect(junit).toContain('failures="0"');
    expect(run.stdout).toContain(`users      ${planned}`);
  });

  test("no secret of the sandbox is in any output", () => {
    const texts = [
      run.output,
      readFileSync(join(run.reports, "summary.json"), "utf8"),
      readFileSync(join(run.reports, "junit.xml"), "utf8"),
    ];
    for (const text of texts) {
      expect(text).not.toContain(SANDBOX_MNEMONIC);
      expect(text).not.toMatch(/PRIVATE KEY/);
      // Private keys and 65-byte signatures; hashes of 32 bytes appear in messages, so keys are looked for by value.
      expect(text).not.toContain("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
      expect(text).not.toMatch(/0x[0-9a-f]{130}/i);
    }
  });
});

// The service and its database go away while operations run: no acknowledged money is lost, what was ambiguous is settled by its key, and the verdict is right.
import { afterAll, beforeAll, expect, test } from "vitest";
import { broken, figure, held, ledger } from "./ledger-support.ts";
import { cleanUp, named, type SandboxProcess, startSandbox } from "./support.ts";

let sandbox: SandboxProcess;
beforeAll(async () => {
  sandbox = await startSandbox("--for", "ledger");
});
afterAll(async () => {
  await sandbox.stop();
  cleanUp();
});

const cases: [string, string, string, Record<string, unknown>][] = [
  ["the service is killed and started again", "ledger", "kill", { for: 2_000 }],
  ["PostgreSQL is restarted", "postgres", "restart", {}],
  ["PostgreSQL is killed and started again", "postgres", "kill", { for: 2_000 }],
];

test.each(cases)("%s", async (_, service, fault, options) => {
  const run = await ledger(
    sandbox,
    // Slow enough that it happens in the middle, whatever the machine.
    { OPERATIONS: "400", WORKERS: "8", SLEEP: "100ms", TIMEOUT: "5s" },
    {
      started: () =>
        void sandbox.grown("ledger", "operations.credit", 60).then(() => sandbox.fault(service, fault, options)),
    },
  );
  expect(run.verdict.retries.length).toBeGreaterThan(0);
  expect(figure(run, "ambiguous")).toBeGreaterThan(0);
  expect(figure(run, "unresolved")).toBe(0);
  expect(broken(run)).toEqual([]);
  expect(held(run)).toEqual(expect.arrayContaining(["I1", "I2", "I5", "I7", "I8", "I11"]));
  expect(named(run.verdict.errors)).toEqual([]);
  expect(run.verdict.users.ended).toBe(400);
  expect(run.verdict.gates.filter(({ ok }) => !ok)).toEqual([]);
  expect(run.code).toBe(0);
});

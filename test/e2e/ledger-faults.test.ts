// Each way in which a real ledger was found wrong, while its answers looked right: exit 99, and the verdict names the broken invariant and the wallets.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { broken, found, ledger } from "./ledger-support.ts";
import { cleanUp, type SandboxProcess, startSandbox } from "./support.ts";

let sandbox: SandboxProcess;
beforeAll(async () => {
  sandbox = await startSandbox("--for", "ledger");
});
afterEach(() => sandbox.clearFaults());
afterAll(async () => {
  await sandbox.stop();
  cleanUp();
});

interface Case {
  readonly fault: string;
  readonly options?: Record<string, unknown>;
  readonly invariants: readonly string[];
  readonly names: RegExp;
}

const cases: readonly Case[] = [
  { fault: "initial-twice", invariants: ["I1", "I7", "I8"], names: /read model [\d,]+, wanted [\d,]+ \(I8\)/ },
  { fault: "key-ignored", invariants: ["I1", "I5"], names: /effects of one key \d, wanted 1 \(I5\)/ },
  {
    fault: "projection-skip",
    // Of the few events of this run enough that both projections miss some, whichever comes to each of them first.
    options: { share: 0.1 },
    invariants: ["I1", "I7", "I8"],
    names: /entries \d+, wanted \d+ \(I7\)|read model .*\(I8\)/,
  },
  { fault: "text-add", invariants: ["I1", "I8"], names: /read model [\d,.]+, wanted [\d,]+ \(I8\)/ },
  { fault: "round", invariants: ["I7", "I8"], names: /entries of one movement 0, wanted 1 \(I7\)/ },
  { fault: "overdraft", invariants: ["I3", "I4"], names: /winners of a race \d, wanted 1 \(I4\)/ },
  { fault: "half-transfer", invariants: ["I1", "I2", "I7"], names: /write side [\d,]+, wanted [\d,]+ \(I2\)/ },
  { fault: "lag", invariants: ["I9"], names: /projections that show a probe 0, wanted 2 \(I9\)/ },
  { fault: "toll", invariants: ["I1"], names: /wallets of others that changed 1, wanted 0 \(I1\)/ },
  { fault: "empty-list", invariants: ["I8"], names: /times listed 0, wanted 1 \(I8\)/ },
  { fault: "disorder", invariants: ["I7"], names: /balance before an entry [\d,]+, wanted [\d,]+ \(I7\)/ },
];

test.each(cases)("$fault breaks $invariants", async ({ fault, options, invariants, names }) => {
  await sandbox.fault("ledger", fault, options);
  const run = await ledger(sandbox);
  expect(run.code).toBe(99);
  expect(run.verdict.status).toBe("FAILED");
  expect(broken(run)).toEqual(expect.arrayContaining([...invariants]));
  expect(found(run).join("\n")).toMatch(names);
  for (const name of invariants) expect(run.stdout).toMatch(new RegExp(`^ +${name} +BROKEN`, "m"));
});

test("and with all of them off again nothing is broken", async () => {
  const run = await ledger(sandbox);
  expect(broken(run)).toEqual([]);
  expect(run.code).toBe(0);
});

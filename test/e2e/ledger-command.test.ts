// The command around the scenario: what only SQL can tell after a run, and the clean-up of a database.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ledger } from "./ledger-support.ts";
import { cleanUp, runOnrush, type SandboxProcess, startSandbox, temporaryFolder } from "./support.ts";

let sandbox: SandboxProcess;
let database: pg.Client;
beforeAll(async () => {
  sandbox = await startSandbox("--for", "ledger");
  database = new pg.Client({ connectionString: sandbox.environment.LEDGER_DSN });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await sandbox.stop();
  cleanUp();
});

describe("I12, by SQL after a run", () => {
  /** Gates that see nothing of the money, so that only I12 can end the run with 99. */
  const blind = () => {
    const file = join(temporaryFolder(), "gates.json");
    writeFileSync(file, '{"default":{"ledger_users":["count>=20"],"ledger_succeeded":["count>=1"]}}');
    return ["run", "ledger", "--profile", "quick", "--fast", "--report-dir", temporaryFolder(), "--thresholds", file];
  };

  test("holds where every consumer has worked off every event", async () => {
    const { code, stderr } = await runOnrush(blind());
    expect(stderr).toMatch(
      /I12 held: \d+ events of onrush-\S+-\*; consumers: ledger-projector \d+, read-model-projector \d+/,
    );
    expect(code).toBe(0);
  });

  test("finds rows that are missing though the outbox says that all is done", async () => {
    const { code, stdout, stderr } = await runOnrush([
      ...blind(),
      "--sandbox-fault",
      "ledger:projection-skip,share=0.2",
    ]);
    expect(stdout).toContain("PASSED");
    expect(stderr).toMatch(/I12 BROKEN: /);
    expect(stderr).toMatch(/events moved money, \d+ ledger rows: \d+ are missing/);
    expect(code).toBe(99);
  });
});

describe("onrush ledger cleanup", () => {
  const cleanup = (...args: string[]) =>
    runOnrush(["ledger", "cleanup", ...args], { environment: { LEDGER_DSN: sandbox.environment.LEDGER_DSN ?? "" } });
  const count = async (query: string) => Number((await database.query<{ count: string }>(query)).rows[0]?.count);
  const testRows = () =>
    Promise.all([
      count("SELECT count(*) FROM wallets WHERE id LIKE 'onrush-%'"),
      count("SELECT count(*) FROM wallets_read_model WHERE id LIKE 'onrush-%'"),
      count(`SELECT count(*) FROM ledger_entries WHERE "walletId" LIKE 'onrush-%'`),
      count("SELECT count(*) FROM outbox WHERE aggregate_id LIKE 'onrush-%'"),
      count("SELECT count(*) FROM outbox_consumer_processing"),
      count("SELECT count(*) FROM idempotency_keys WHERE key LIKE 'onrush-%'"),
    ]);
  /** A row of the table that it prints: before, removed, after. */
  const row = (stdout: string, table: string) =>
    new RegExp(`^ +${table} +([\\d,]+) +([\\d,]+) +([\\d,]+)$`, "m")
      .exec(stdout)
      ?.slice(1)
      .map((n) => Number(n.replaceAll(",", "")));

  beforeEach(async () => {
    await database.query("DELETE FROM wallets WHERE id = 'somebody'");
    expect((await ledger(sandbox, { OPERATIONS: "20" })).code).toBe(0);
    await database.query("INSERT INTO wallets (id, owner_id, balance, version) VALUES ('somebody', 'x', 5, 1)");
  });

  test("counts without removing", async () => {
    const before = await testRows();
    const { code, stdout } = await cleanup("--dry-run");
    expect(stdout).toContain("nothing is removed");
    expect(row(stdout, "wallets")).toEqual([(before[0] ?? 0) + 1, before[0], 1]);
    expect(await testRows()).toEqual(before);
    expect(code).toBe(0);
  });

  test("removes all that belongs to test wallets, and nothing else", async () => {
    const [, , entries] = await testRows();
    const { code, stdout } = await cleanup();
    expect(row(stdout, "ledger_entries")).toEqual([entries, entries, 0]);
    expect(await testRows()).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await count("SELECT count(*) FROM wallets WHERE id = 'somebody'")).toBe(1);
    expect(code).toBe(0);
    // The service goes on as if nothing had been.
    expect((await ledger(sandbox, { OPERATIONS: "20" })).code).toBe(0);
  });

  test("keeps what is younger than --older-than", async () => {
    const before = await testRows();
    expect(row((await cleanup("--older-than", "1h")).stdout, "wallets")?.[1]).toBe(0);
    expect(await testRows()).toEqual(before);
    await database.query("UPDATE wallets SET created_at = now() - interval '2 hours' WHERE id LIKE 'onrush-%'");
    // Its events are still young.
    expect(row((await cleanup("--older-than", "1h")).stdout, "wallets")?.[1]).toBe(0);
    for (const [table, column] of [
      ["outbox", "created_at"],
      ["wallets_read_model", "created_at"],
      ["ledger_entries", '"createdAt"'],
    ])
      await database.query(`UPDATE ${table} SET ${column} = now() - interval '2 hours'`);
    expect(row((await cleanup("--older-than", "1h")).stdout, "wallets")?.[1]).toBe(before[0]);
  });

  test("takes a single run by its prefix", async () => {
    const run = await ledger(sandbox, { OPERATIONS: "20" });
    const prefix = /ids (onrush-\S+-)\*/.exec(run.stdout)?.[1] ?? "";
    const { stdout } = await cleanup("--prefix", prefix);
    expect(row(stdout, "wallets")?.[1]).toBe(24);
    expect((await testRows())[0]).toBeGreaterThan(0);
  });

  test.each<[string, string[], RegExp]>([
    ["another prefix", ["--prefix", "wallet-"], /--prefix wallet- must begin with onrush-/],
    ["a prefix with wildcards", ["--prefix", "onrush-%"], /must begin with onrush-/],
    ["an age without a unit", ["--older-than", "1"], /--older-than 1 must be a duration with its unit/],
    ["what is no address", ["--dsn", "localhost"], /must be like postgres:\/\//],
  ])("%s is refused", async (_, args, message) => {
    const before = await testRows();
    const { code, stderr } = await cleanup(...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(await testRows()).toEqual(before);
  });

  test("a database that is no ledger's, and none at all, are named without their password", async () => {
    const other = new URL(sandbox.environment.LEDGER_DSN ?? "");
    other.pathname = "/postgres";
    const notLedger = await cleanup("--dsn", other.href);
    expect(notLedger.stderr).toMatch(
      /postgres:\/\/127\.0\.0\.1:\d+ is no ledger's: it has no table wallets, outbox, ledger_entries/,
    );
    expect(notLedger.code).toBe(1);
    const nowhere = await cleanup("--dsn", "postgres://me:secret-word@127.0.0.1:1/x");
    expect(nowhere.stderr).toMatch(/the database postgres:\/\/127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/);
    expect(nowhere.stderr).not.toContain("secret-word");
    expect(nowhere.code).toBe(1);
  });

  test("without an address it asks for one", async () => {
    const { code, stderr } = await runOnrush(["ledger", "cleanup"]);
    expect(stderr).toMatch(/which database\? set LEDGER_DSN, or give --dsn/);
    expect(code).toBe(2);
  });
});

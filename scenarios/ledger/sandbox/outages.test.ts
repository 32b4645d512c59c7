// The ledger's process and PostgreSQL are killed and restarted while money moves: nothing that was acknowledged is lost, nothing is done twice.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stream } from "../../../src/core/random.ts";
import type { StartedService } from "../../../src/sandbox/own-process.ts";
import type { Controls } from "../../../src/sandbox/service.ts";
import { type Bundle, bundle, isRunning } from "../../../src/sandbox/testing/bundle.ts";
import { postgresControls } from "./postgres-controls.ts";
import type { startLedger } from "./start-ledger.ts";
import { send, startTestDatabase, type TestDatabase } from "./testing/ledger.ts";

let built: Bundle;
let database: TestDatabase;
let postgres: Controls;
let ledger: StartedService;
beforeAll(async () => {
  built = await bundle("scenarios/ledger/sandbox/start-ledger", "scenarios/ledger/sandbox/ledger-process");
  database = await startTestDatabase();
  postgres = postgresControls(database.postgres);
  const module = await built.load<{ startLedger: typeof startLedger }>("start-ledger");
  ledger = await module.startLedger({ port: 0, dsn: database.postgres.dsn });
}, 60_000);
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
  built?.remove();
});

/** Posts until there is an answer that says what happened; how many did not is `unsure`. */
async function settle(path: string, body: unknown, key: string): Promise<{ status: number; unsure: number }> {
  for (let unsure = 0; unsure < 400; unsure++) {
    const { status } = await send(ledger.url, "POST", path, body, { "idempotency-key": key }).catch(() => ({
      status: 0,
    }));
    if (status === 201 || status === 400) return { status, unsure };
    expect([0, 409, 503]).toContain(status); // 409: the same key is still under way
    await sleep(50);
  }
  throw new Error(`${key} is never answered`);
}

let runs = 0;
/** Moves money between a few wallets until `outage` is over, and compares what was acknowledged with what is there. */
async function during(outage: () => Promise<void>): Promise<{ unsure: number }> {
  const run = `r${++runs}`;
  const random = stream(runs, "outages");
  const ids = Array.from({ length: 6 }, (_, k) => `${run}-${k}`);
  const model = new Map(ids.map((id) => [id, 1_000]));
  const move = (id: string, amount: number) => model.set(id, (model.get(id) ?? 0) + amount);
  for (const id of ids) await settle("/wallets", { walletId: id, ownerId: "o", initialBalance: 1_000 }, `create-${id}`);
  let over = false;
  let sent = 0;
  let unsure = 0;
  const worker = async () => {
    while (!over) {
      const from = random.pick(ids);
      const to = random.pick(ids.filter((id) => id !== from));
      const kind = random.pick(["credit", "debit", "transfer"] as const);
      const amount = random.integer(1, 50);
      const body = { amount, ...(kind === "transfer" ? { toWalletId: to } : {}) };
      const answer = await settle(`/wallets/${from}/${kind}`, body, `${run}-${sent++}`);
      unsure += answer.unsure;
      if (answer.status !== 201) continue;
      move(from, kind === "credit" ? amount : -amount);
      if (kind === "transfer") move(to, amount);
    }
  };
  const working = Promise.all(Array.from({ length: 8 }, worker));
  await sleep(200);
  await outage();
  await sleep(200);
  over = true;
  await working;
  await database.quiet();
  const rows = await database.rows<{ id: string; balance: string }>(
    "SELECT id, balance FROM wallets WHERE id LIKE $1",
    [`${run}-%`],
  );
  expect(Object.fromEntries(rows.map(({ id, balance }) => [id, Number(balance)]))).toEqual(Object.fromEntries(model));
  expect(await database.wrong()).toEqual([]);
  const [counts] = await database.rows<{ once: boolean }>(
    "SELECT (SELECT count(*) FROM outbox) * 2 = (SELECT count(*) FROM outbox_consumer_processing) AS once",
  );
  expect(counts?.once).toBe(true);
  return { unsure };
}

/** Resolves when the fault of a part is over. */
async function over(part: Controls): Promise<void> {
  for (let tries = 0; (await part.faults()).length > 0; tries++) {
    if (tries > 400) throw new Error(`${part.name} does not come back`);
    await sleep(25);
  }
}

describe("money is right", () => {
  it("when the ledger's process is killed, again and again", async () => {
    let kills = 0;
    const { unsure } = await during(async () => {
      for (; kills < 4; kills++) {
        const pid = (await ledger.counters()).pid ?? 0;
        expect(isRunning(pid)).toBe(true);
        await ledger.setFault({ fault: "kill", for: 150 });
        expect(isRunning(pid)).toBe(false);
        await over(ledger);
        expect((await ledger.counters()).pid).not.toBe(pid);
        await sleep(300);
      }
    });
    expect(unsure).toBeGreaterThan(0);
    expect(await ledger.counters()).toMatchObject({ kills });
    expect(await ledger.errors()).toEqual([]);
  });

  it("when PostgreSQL ends as in a power cut, and is restarted in order", async () => {
    const { unsure } = await during(async () => {
      await postgres.setFault({ fault: "kill", for: 400 });
      await sleep(100);
      const { status, body } = await send(ledger.url, "GET", "/wallets");
      expect([status, body]).toEqual([
        503,
        { message: "The ledger's database does not answer", error: "Service Unavailable", statusCode: 503 },
      ]);
      await over(postgres);
      await sleep(300);
      await postgres.setFault({ fault: "restart" });
    });
    expect(unsure).toBeGreaterThan(0);
    expect(await postgres.counters()).toMatchObject({ kills: 1, restarts: 1, pid: database.postgres.pid });
    const counters = await ledger.counters();
    expect(counters.unavailable).toBeGreaterThan(0);
    expect(counters.errors ?? 0).toBe(0);
  });
});

describe("an outage", () => {
  it("of the ledger is listed, excludes other faults, and ends when it is cleared", async () => {
    const { pid = 0 } = await ledger.counters();
    await ledger.setFault({ fault: "kill", for: "1h" });
    expect(await ledger.faults()).toMatchObject([{ fault: "kill", for: 3_600_000, applied: 1 }]);
    await expect(ledger.setFault({ fault: "round" })).rejects.toThrow(/is down until its fault kill ends/);
    await expect(send(ledger.url, "GET", "/health")).rejects.toThrow();
    expect((await ledger.counters()).pid).toBeUndefined();
    expect(await ledger.clearFaults()).toBe(1);
    expect((await send(ledger.url, "GET", "/health")).status).toBe(200);
    expect(await ledger.faults()).toEqual([]);
    expect((await ledger.counters()).pid).not.toBe(pid);
  });

  it("of PostgreSQL is listed, excludes other ones, and ends when it is cleared", async () => {
    await postgres.setFault({ fault: "kill", for: "1h" });
    expect(await postgres.faults()).toMatchObject([{ fault: "kill", for: 3_600_000 }]);
    await expect(postgres.setFault({ fault: "restart" })).rejects.toThrow(/is down until its fault kill ends/);
    expect((await postgres.counters()).pid).toBeUndefined();
    expect(await postgres.clearFaults()).toBe(1);
    expect(await postgres.clearFaults()).toBe(0);
    await expect(async () => postgres.setFault({ fault: "explode" })).rejects.toThrow(/known: kill, restart/);
    for (let tries = 0; tries < 100; tries++) {
      if ((await send(ledger.url, "GET", "/health")).status === 200) return;
      await sleep(50);
    }
    throw new Error("the ledger does not find its database again");
  });
});

describe("the ledger's process", () => {
  it("tells when it ends without having been told to", async () => {
    const { pid = 0 } = await ledger.counters();
    process.kill(pid, "SIGKILL");
    await expect(ledger.failed).rejects.toThrow(/the sandbox's ledger ended by itself/);
  });
});

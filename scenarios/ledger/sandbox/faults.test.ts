// Each fault does what it is called, leaves the answers looking right, and counts what it did.

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ledgerUnderTest } from "./testing/ledger.ts";

const test = ledgerUnderTest();

let wallets = 0;
let id: string;
beforeEach(() => {
  id = `f${++wallets}`;
  test.ledger.reset();
});
afterEach(() => void test.ledger.clearFaults());

const post = (path: string, body: unknown, key?: string) =>
  test.post(path, body, key === undefined ? {} : { "idempotency-key": key });
const create = async (walletId: string, initialBalance: number) =>
  expect((await test.create(walletId, initialBalance)).status).toBe(201);
const credit = (amount: number, key?: string) => post(`/wallets/${id}/credit`, { amount }, key);
const read = async (path: string) => (await test.get(path)).body;
/** What the read model, the last entry and the write side say. */
async function views(walletId = id) {
  await test.database.quiet();
  const [row] = await test.database.rows<{ balance: string }>("SELECT balance FROM wallets WHERE id = $1", [walletId]);
  const { transactions } = await read(`/ledger/wallet/${walletId}`);
  return {
    write: Number(row?.balance),
    read: (await read(`/wallets/${walletId}`)).balance,
    ledger: Number(transactions[0]?.balanceAfter),
    entries: transactions.length,
  };
}
const applied = async (fault: string) => (await test.ledger.counters())[`faults.${fault}`];

describe("without a fault", () => {
  it("all views agree", async () => {
    await create(id, 500);
    await credit(55);
    expect(await views()).toEqual({ write: 555, read: 555, ledger: 555, entries: 2 });
  });
});

describe("the fault", () => {
  it("initial-twice counts an initial balance twice in both projections", async () => {
    test.ledger.setFault({ fault: "initial-twice" });
    await create(id, 500);
    await credit(20);
    expect(await views()).toEqual({ write: 520, read: 1_020, ledger: 1_020, entries: 3 });
    expect(await applied("initial-twice")).toBe(2);
  });

  it("toll pays a stranger with each credit, who is there from the first on", async () => {
    await create(id, 500);
    test.ledger.setFault({ fault: "toll" });
    for (let k = 0; k < 3; k++) await credit(10);
    expect((await views()).write).toBe(530);
    expect(await views("stranger")).toMatchObject({ write: 3, read: 3, ledger: 3 });
    expect(await applied("toll")).toBe(3);
  });

  it("empty-list lists no wallet, though each is there", async () => {
    await create(id, 500);
    test.ledger.setFault({ fault: "empty-list" });
    expect(await read("/wallets?limit=10&offset=0")).toEqual([]);
    expect((await views()).read).toBe(500);
    expect(await applied("empty-list")).toBe(1);
  });

  it("key-ignored makes a replay a second effect, but for creations", async () => {
    test.ledger.setFault({ fault: "key-ignored" });
    await create(id, 500);
    const transfer = () => post(`/wallets/${id}/transfer`, { toWalletId: "f1", amount: 1 }, `kt-${id}`);
    const debit = () => post(`/wallets/${id}/debit`, { amount: 10 }, `kd-${id}`);
    for (let k = 0; k < 2; k++) {
      expect((await credit(100, `kc-${id}`)).status).toBe(201);
      expect((await debit()).status).toBe(201);
      expect((await transfer()).status).toBe(201);
    }
    expect((await views()).write).toBe(500 + 200 - 20 - 2);
    expect(await applied("key-ignored")).toBe(6);
    const body = { walletId: `${id}-k`, ownerId: "owner" };
    expect((await post("/wallets", body, `k-${id}`)).status).toBe(201);
    expect((await post("/wallets", body, `k-${id}`)).status).toBe(201);
  });

  it("projection-skip marks events as done that are not projected", async () => {
    await create(id, 500);
    await test.database.quiet();
    test.ledger.setFault({ fault: "projection-skip", share: 0.25 });
    for (let k = 0; k < 8; k++) await credit(10);
    const { write, read, ledger: last, entries } = await views();
    const skipped = await applied("projection-skip");
    expect([write, skipped]).toEqual([580, 4]);
    expect((write - read + write - last) / 10).toBe(4);
    expect(9 - entries).toBe((write - last) / 10);
    expect(test.ledger.faults()).toMatchObject([{ share: 0.25, applied: 4 }]);
  });

  it("projection-skip is of every 50th event unless told otherwise", () => {
    expect(test.ledger.setFault({ fault: "projection-skip" })).toMatchObject({ share: 0.02 });
  });

  it("text-add appends a credit to the balance", async () => {
    await create(id, 500);
    await test.database.quiet();
    test.ledger.setFault({ fault: "text-add" });
    await credit(20);
    await test.database.quiet();
    await credit(70);
    await post(`/wallets/${id}/debit`, { amount: 100 });
    expect(await views()).toEqual({ write: 490, read: 400.01, ledger: 490, entries: 4 });
    expect(await applied("text-add")).toBe(2);
  });

  it("round has the ledger round amounts to tens", async () => {
    test.ledger.setFault({ fault: "round" });
    await create(id, 504);
    await credit(15);
    await post(`/wallets/${id}/debit`, { amount: 15 });
    expect(await views()).toEqual({ write: 504, read: 504, ledger: 500, entries: 3 });
    expect((await read(`/ledger/wallet/${id}`)).transactions.map((each: { amount: string }) => each.amount)).toEqual([
      "20.00",
      "20.00",
      "500.00",
    ]);
  });

  it("overdraft lets debits and transfers leave less than nothing", async () => {
    test.ledger.setFault({ fault: "overdraft" });
    await create(id, 10);
    expect((await post(`/wallets/${id}/debit`, { amount: 30 })).body.balance).toBe(-20);
    const { body } = await post(`/wallets/${id}/transfer`, { toWalletId: "f1", amount: 5 });
    expect(body.fromWallet.balance).toBe(-25);
    expect(await views()).toEqual({ write: -25, read: -25, ledger: -25, entries: 3 });
  });

  it("half-transfer loses the second leg of some transfers", async () => {
    await create(id, 100);
    await create(`${id}-to`, 0);
    test.ledger.setFault({ fault: "half-transfer" });
    for (let k = 0; k < 5; k++)
      expect((await post(`/wallets/${id}/transfer`, { toWalletId: `${id}-to`, amount: 10 })).status).toBe(201);
    expect((await views()).write).toBe(50);
    expect((await views(`${id}-to`)).write).toBe(40);
    expect(await applied("half-transfer")).toBe(1);
  });

  it("lag keeps projections back", async () => {
    await create(id, 100);
    await test.database.quiet();
    test.ledger.setFault({ fault: "lag", ms: "1500ms" });
    const begun = performance.now();
    await credit(5);
    await sleep(1_000);
    expect((await read(`/ledger/wallet/${id}`)).count).toBe(1);
    expect((await read(`/wallets/${id}`)).balance).toBe(100);
    expect(await test.ledger.counters()).toMatchObject({
      "backlog.ledger-projector": 1,
      "backlog.read-model-projector": 1,
    });
    expect(await views()).toEqual({ write: 105, read: 105, ledger: 105, entries: 2 });
    expect(performance.now() - begun).toBeGreaterThan(1_500);
    expect(test.ledger.setFault({ fault: "lag" })).toMatchObject({ ms: 10_000 });
  });

  it("disorder projects entries in the wrong order", async () => {
    await create(id, 100);
    await test.database.quiet();
    test.ledger.setFault({ fault: "disorder" });
    await sleep(50); // a batch that has begun may still be in order
    await credit(5);
    await post(`/wallets/${id}/debit`, { amount: 80 });
    await credit(7);
    await test.database.quiet();
    const { transactions } = await read(`/ledger/wallet/${id}`);
    const chained = transactions.every(
      ({ balanceBefore }: { balanceBefore: string }, k: number) =>
        balanceBefore === (transactions[k + 1]?.balanceAfter ?? "0.00"),
    );
    expect([transactions.length, chained]).toEqual([4, false]);
    expect(await applied("disorder")).toBeGreaterThan(0);
  });

  it("kill is for a process of its own, and one that does not exist is named", () => {
    expect(() => test.ledger.setFault({ fault: "overdarft" })).toThrow(/did you mean overdraft\?.*half-transfer.*kill/);
    expect(() => test.ledger.setFault({ fault: "projection-skip", share: 2 })).toThrow(/share/);
  });
});

// Idempotency keys: one request, one effect, one answer.
import { beforeAll, describe, expect, it } from "vitest";
import { ledgerUnderTest } from "./testing/ledger.ts";

const test = ledgerUnderTest();
const { get, post, create } = test;

const keyed = (key: string) => ({ "idempotency-key": key });

beforeAll(async () => void (await create("empty")));

describe("idempotency keys", () => {
  it.each(["credit", "debit", "transfer"])("give a %s one effect and one answer", async (operation) => {
    await create(`key-${operation}`, 100);
    const path = `/wallets/key-${operation}/${operation}`;
    const body = { amount: 10, ...(operation === "transfer" ? { toWalletId: "empty" } : {}) };
    const first = await post(path, body, keyed(operation));
    const second = await post(path, body, keyed(operation));
    expect([second.status, second.body]).toEqual([201, first.body]);
    expect(second.headers.get("idempotent-replayed")).toBe("true");
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    const other = await post(path, { ...body, amount: 11 }, keyed(operation));
    expect([other.status, other.body.message]).toEqual([409, expect.stringMatching(/used with a different request/)]);
    await test.database.quiet();
    const movements = (await get(`/ledger/wallet/key-${operation}`)).body.transactions;
    expect(movements.map(({ amount }: { amount: string }) => amount)).toEqual(["10.00", "100.00"]);
  });

  it("give a creation one answer, and belong to one request", async () => {
    const body = { walletId: "key-create", ownerId: "owner", initialBalance: 5 };
    const first = await post("/wallets", body, keyed("c1"));
    expect((await post("/wallets", body, keyed("c1"))).body).toEqual(first.body);
    expect((await post("/wallets", { ...body, initialBalance: 6 }, keyed("c1"))).status).toBe(409);
    expect((await post("/wallets/key-create/credit", { amount: 5 }, keyed("c1"))).status).toBe(409);
    expect((await post("/wallets", body)).body.message).toBe("Wallet key-create already exists");
  });

  it("keep a refusal a refusal, even when there is money later", async () => {
    await create("key-refused", 5);
    const debit = () => post("/wallets/key-refused/debit", { amount: 10 }, keyed("r1"));
    const first = await debit();
    expect(first.status).toBe(400);
    await post("/wallets/key-refused/credit", { amount: 100 });
    expect(await debit()).toMatchObject({ status: 400, body: first.body });
    expect((await post("/wallets/key-refused/debit", { amount: 10 }, keyed("r2"))).status).toBe(201);
  });

  it("may be used again after a day", async () => {
    await create("key-old", 5);
    const credit = (amount: number) => post("/wallets/key-old/credit", { amount }, keyed("o1"));
    await credit(1);
    await test.database.rows("UPDATE idempotency_keys SET expires_at = now() WHERE key = 'o1'");
    expect(await credit(2)).toMatchObject({ status: 201, body: { balance: 8 } });
    expect(await credit(2)).toMatchObject({ status: 201, body: { balance: 8 } });
  });

  it("are refused when they are too long", async () => {
    expect((await post("/wallets/w1/credit", { amount: 1 }, keyed("x".repeat(256)))).status).toBe(400);
  });
});

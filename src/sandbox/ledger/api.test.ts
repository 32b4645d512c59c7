// Every row of the API that the scenario was written for, with the status codes and shapes of the original.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Service } from "../service.ts";
import { send, startTestDatabase, startTestLedger, type TestDatabase } from "../testing/ledger.ts";

let database: TestDatabase;
let ledger: Service;
beforeAll(async () => {
  database = await startTestDatabase();
  ledger = await startTestLedger(database);
}, 60_000);
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

const get = (path: string) => send(ledger.url, "GET", path);
const post = (path: string, body?: unknown, headers?: Record<string, string>) =>
  send(ledger.url, "POST", path, body, headers);
const create = (walletId: string, initialBalance?: number) =>
  post("/wallets", { walletId, ownerId: "owner", ...(initialBalance === undefined ? {} : { initialBalance }) });
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const wallet = (id: string, balance: number, version: number) => ({
  id,
  ownerId: "owner",
  balance,
  version,
  createdAt: time,
  updatedAt: time,
});

describe("writes", () => {
  it("create, credit and debit answer 201 with the wallet, one version an effect", async () => {
    expect(await create("w1", 500)).toMatchObject({ status: 201, body: wallet("w1", 500, 2) });
    expect(await post("/wallets/w1/credit", { amount: 10.55, description: "d" })).toMatchObject({
      status: 201,
      body: wallet("w1", 510.55, 3),
    });
    expect(await post("/wallets/w1/debit", { amount: 0.05 })).toMatchObject({
      status: 201,
      body: wallet("w1", 510.5, 4),
    });
    expect(await create("empty")).toMatchObject({ status: 201, body: wallet("empty", 0, 1) });
  });

  it("transfer answers 201 with both wallets", async () => {
    await create("from", 300);
    await create("to", 1);
    expect(await post("/wallets/from/transfer", { toWalletId: "to", amount: 300 })).toMatchObject({
      status: 201,
      body: { fromWallet: wallet("from", 0, 3), toWallet: wallet("to", 301, 3) },
    });
  });

  it("cents add up exactly", async () => {
    await create("cents");
    for (let k = 0; k < 3; k++) await post("/wallets/cents/credit", { amount: 0.1 });
    expect((await post("/wallets/cents/debit", { amount: 0.3 })).body.balance).toBe(0);
  });

  it("refuses what there is no money for, and says so in the original's words", async () => {
    await create("poor", 100);
    const refused = { message: "Wallet poor has insufficient funds: balance 100, attempted debit 100.01" };
    for (const [path, body] of [
      ["debit", { amount: 100.01 }],
      ["transfer", { amount: 100.01, toWalletId: "empty" }],
    ] as const)
      expect(await post(`/wallets/poor/${path}`, body)).toMatchObject({
        status: 400,
        body: { ...refused, error: "Bad Request", statusCode: 400 },
      });
    expect((await post("/wallets/poor/debit", { amount: 100 })).body.balance).toBe(0);
  });

  it("refuses unknown wallets with 404 and existing ones with 409", async () => {
    const missing = { status: 404, body: { message: "Wallet nobody not found", error: "Not Found", statusCode: 404 } };
    expect(await post("/wallets/nobody/credit", { amount: 1 })).toMatchObject(missing);
    expect(await post("/wallets/nobody/transfer", { amount: 1, toWalletId: "w1" })).toMatchObject(missing);
    expect(await post("/wallets/w1/transfer", { amount: 1, toWalletId: "nobody" })).toMatchObject(missing);
    expect(await create("w1", 1)).toMatchObject({
      status: 409,
      body: { message: "Wallet w1 already exists", error: "Conflict", statusCode: 409 },
    });
  });

  it.each<[string, unknown, RegExp]>([
    ["/wallets/w1/credit", { amount: 0 }, /amount must be greater than 0/],
    ["/wallets/w1/debit", { amount: -5 }, /amount must be greater than 0/],
    ["/wallets/w1/credit", { amount: "5" }, /amount must be a number/],
    ["/wallets/w1/credit", { amount: 1.005 }, /at most 2 decimal places/],
    ["/wallets/w1/credit", { amount: 1e13 }, /amount must be at most/],
    ["/wallets/w1/credit", {}, /^amount is required$/],
    ["/wallets/w1/credit", "{amount: 5}", /the body must be JSON/],
    ["/wallets/w1/credit", "5", /the body must be a JSON object/],
    ["/wallets/w1/transfer", { amount: 5 }, /^toWalletId is required$/],
    ["/wallets/w1/transfer", { amount: 5, toWalletId: "w1" }, /to itself/],
    ["/wallets", { initialBalance: 5 }, /walletId is required; ownerId is required/],
    ["/wallets", { walletId: "", ownerId: "o" }, /walletId must not be empty/],
    ["/wallets", { walletId: "neg", ownerId: "o", initialBalance: -1 }, /must not be negative/],
  ])("POST %s %j is 400", async (path, body, message) => {
    const answer = await post(path, body);
    expect([answer.status, answer.body]).toEqual([
      400,
      { message: expect.stringMatching(message), error: "Bad Request", statusCode: 400 },
    ]);
  });
});

describe("idempotency keys", () => {
  const keyed = (key: string) => ({ "idempotency-key": key });

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
    await database.quiet();
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
    await database.rows("UPDATE idempotency_keys SET expires_at = now() WHERE key = 'o1'");
    expect(await credit(2)).toMatchObject({ status: 201, body: { balance: 8 } });
    expect(await credit(2)).toMatchObject({ status: 201, body: { balance: 8 } });
  });

  it("are refused when they are too long", async () => {
    expect((await post("/wallets/w1/credit", { amount: 1 }, keyed("x".repeat(256)))).status).toBe(400);
  });
});

describe("reads", () => {
  beforeAll(async () => {
    await create("read", 500);
    await create("peer", 0);
    await post("/wallets/read/credit", { amount: 20, description: "pay" }, { "x-correlation-id": "c-1" });
    await post("/wallets/read/transfer", { amount: 5, toWalletId: "peer" });
    await database.quiet();
  });

  it("GET /wallets is a bare array, by pages", async () => {
    const all = await get("/wallets");
    expect(all.status).toBe(200);
    const ids: string[] = all.body.map(({ id }: { id: string }) => id);
    expect(ids).toEqual([...ids].sort());
    const pages = await Promise.all([0, 2, 4].map((offset) => get(`/wallets?limit=2&offset=${offset}`)));
    expect(pages.flatMap(({ body }) => body)).toEqual(all.body.slice(0, 6));
    expect((await get("/wallets?limit=x")).status).toBe(400);
  });

  it("GET /wallets/:id has the wallet and its events, or 404", async () => {
    const { status, body } = await get("/wallets/read");
    expect([status, body]).toMatchObject([200, wallet("read", 515, 4)]);
    expect(body.auditTrail).toMatchObject([
      { version: 4, type: "WalletDebited", data: { amount: 5, relatedWalletId: "peer" } },
      { version: 3, type: "WalletCredited", data: { amount: 20, description: "pay" } },
      { version: 2, type: "WalletCredited", data: { amount: 500 } },
      { version: 1, type: "WalletCreated", data: { ownerId: "owner", initialBalance: 500 } },
    ]);
    expect((await get("/wallets/nobody")).status).toBe(404);
  });

  it("GET /ledger/wallet/:id has the entries, newest first, and counts its page", async () => {
    const { status, body } = await get("/ledger/wallet/read");
    expect(status).toBe(200);
    expect(body).toMatchObject({ walletId: "read", count: 3 });
    expect(body.transactions).toEqual(
      [
        ["TRANSFER_OUT", "5.00", "520.00", "515.00", "", "read:4", "peer", {}],
        ["CREDIT", "20.00", "500.00", "520.00", "pay", "read:3", null, { correlationId: "c-1" }],
        ["CREDIT", "500.00", "0.00", "500.00", "Initial balance", "read:2", null, {}],
      ].map(([transactionType, amount, balanceBefore, balanceAfter, description, referenceId, related, metadata]) => ({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        walletId: "read",
        transactionType,
        amount,
        balanceBefore,
        balanceAfter,
        description,
        referenceId,
        relatedWalletId: related,
        metadata: { timestamp: time, ...(metadata as object) },
        createdAt: time,
      })),
    );
    expect((await get("/ledger/wallet/peer")).body.transactions).toMatchObject([
      { transactionType: "TRANSFER_IN", relatedWalletId: "read", balanceAfter: "5.00" },
    ]);
    const page = (await get("/ledger/wallet/read?limit=1&offset=1")).body;
    expect([page.count, page.transactions]).toEqual([1, [body.transactions[1]]]);
    expect((await get("/ledger/wallet/read?transactionType=CREDIT")).body.count).toBe(2);
    expect((await get("/ledger/wallet/read?startDate=2999-01-01")).body.count).toBe(0);
    expect((await get("/ledger/wallet/read?endDate=2999-01-01")).body.count).toBe(3);
    expect((await get("/ledger/wallet/nobody")).body).toEqual({ walletId: "nobody", count: 0, transactions: [] });
  });

  it.each(["limit=0", "limit=1001", "offset=-1", "transactionType=GIFT", "startDate=soon"])(
    "GET /ledger/wallet/:id?%s is 400",
    async (query) => expect((await get(`/ledger/wallet/read?${query}`)).status).toBe(400),
  );

  it("GET /ledger/wallet/:id/summary sums all of them", async () => {
    expect((await get("/ledger/wallet/read/summary")).body).toMatchObject({
      walletId: "read",
      totalCredits: 520,
      totalDebits: 5,
      transactionCount: 3,
      lastTransaction: { referenceId: "read:4" },
    });
    expect((await get("/ledger/wallet/nobody/summary")).body).toEqual({
      walletId: "nobody",
      totalCredits: 0,
      totalDebits: 0,
      transactionCount: 0,
      lastTransaction: null,
    });
  });

  it("GET /ledger/transactions has the latest of all, GET /ledger/reference/:ref one", async () => {
    const latest = (await get("/ledger/transactions?limit=2")).body;
    expect(latest.count).toBe(2);
    expect(latest.transactions.map(({ referenceId }: { referenceId: string }) => referenceId).sort()).toEqual([
      "peer:2",
      "read:4",
    ]);
    expect((await get("/ledger/reference/read:3")).body).toMatchObject({
      count: 1,
      transactions: [{ description: "pay" }],
    });
  });

  it("GET /health and /ledger/health tell how far the consumers are", async () => {
    for (const path of ["/", "/health", "/ledger/health"]) {
      const { status, body } = await get(path);
      expect(status).toBe(200);
      expect(body).toEqual({
        status: "ok",
        consumers: ["ledger-projector", "read-model-projector"].map((name) => ({
          name,
          processed: expect.any(Number),
          backlog: 0,
        })),
      });
    }
  });

  it("echo a correlation id, and make none up", async () => {
    const echoed = await send(ledger.url, "GET", "/wallets/read", undefined, { "x-correlation-id": "c-9" });
    expect(echoed.headers.get("x-correlation-id")).toBe("c-9");
    expect((await get("/wallets/read")).headers.get("x-correlation-id")).toBeNull();
  });
});

describe("counters", () => {
  it("tell what was done and refused, what is stored, and how far the consumers are", async () => {
    ledger.reset();
    await create("counted", 10);
    await post("/wallets/counted/debit", { amount: 11 });
    await post("/wallets/counted/debit", { amount: "x" });
    await database.quiet();
    const [rows] = await database.rows<object>(
      `SELECT count(*)::int AS events, (SELECT count(*)::int FROM ledger_entries) AS entries,
        (SELECT count(*)::int FROM idempotency_keys) AS keys, (SELECT count(*)::int FROM wallets) AS wallets FROM outbox`,
    );
    expect(await ledger.counters()).toMatchObject({
      "operations.create": 1,
      "refusals.funds": 1,
      "refusals.invalid": 1,
      "backlog.ledger-projector": 0,
      "backlog.read-model-projector": 0,
      ...rows,
    });
    expect(ledger.errors()).toEqual([]);
    expect(await database.wrong()).toEqual([]);
  });
});

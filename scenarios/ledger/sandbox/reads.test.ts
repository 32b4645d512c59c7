// Every read of the API that the scenario was written for, with the status codes and shapes of the original.
import { beforeAll, describe, expect, it } from "vitest";
import { ledgerUnderTest, time, wallet } from "./testing/ledger.ts";

const test = ledgerUnderTest();
const { get, post, create } = test;

describe("reads", () => {
  beforeAll(async () => {
    await create("read", 500);
    await create("peer", 0);
    for (let k = 0; k < 4; k++) await create(`other-${k}`, k);
    await post("/wallets/read/credit", { amount: 20, description: "pay" }, { "x-correlation-id": "c-1" });
    await post("/wallets/read/transfer", { amount: 5, toWalletId: "peer" });
    await test.database.quiet();
  });

  it("GET /wallets is a bare array, by pages", async () => {
    const all = await get("/wallets");
    expect(all.status).toBe(200);
    const ids: string[] = all.body.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(["other-0", "other-1", "other-2", "other-3", "peer", "read"]);
    const pages = await Promise.all([0, 2, 4].map((offset) => get(`/wallets?limit=2&offset=${offset}`)));
    expect(pages.flatMap(({ body }) => body)).toEqual(all.body);
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
    const echoed = await get("/wallets/read", { "x-correlation-id": "c-9" });
    expect(echoed.headers.get("x-correlation-id")).toBe("c-9");
    expect((await get("/wallets/read")).headers.get("x-correlation-id")).toBeNull();
  });
});

// Every write of the API that the scenario was written for, with the status codes and shapes of the original, and the counters that tell of them.
import { describe, expect, it } from "vitest";
import { ledgerUnderTest, wallet } from "./testing/ledger.ts";

const test = ledgerUnderTest();
const { post, create } = test;

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

describe("counters", () => {
  it("tell what was done and refused, what is stored, and how far the consumers are", async () => {
    test.ledger.reset();
    await create("counted", 10);
    await post("/wallets/counted/debit", { amount: 11 });
    await post("/wallets/counted/debit", { amount: "x" });
    await test.database.quiet();
    const [rows] = await test.database.rows<object>(
      `SELECT count(*)::int AS events, (SELECT count(*)::int FROM ledger_entries) AS entries,
        (SELECT count(*)::int FROM idempotency_keys) AS keys, (SELECT count(*)::int FROM wallets) AS wallets FROM outbox`,
    );
    expect(await test.ledger.counters()).toMatchObject({
      "operations.create": 1,
      "refusals.funds": 1,
      "refusals.invalid": 1,
      "backlog.ledger-projector": 0,
      "backlog.read-model-projector": 0,
      ...rows,
    });
    expect(test.ledger.errors()).toEqual([]);
    expect(await test.database.wrong()).toEqual([]);
  });
});

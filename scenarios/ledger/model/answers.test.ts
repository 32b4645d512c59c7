import { describe, expect, it } from "vitest";
import { classify, parseAmount, sameEffect } from "./answers.ts";

const wallet = (balance: unknown, version: unknown = 3) => JSON.stringify({ id: "w", ownerId: "w", balance, version });

describe("classify", () => {
  it.each([200, 201])("takes %d with a wallet for ok", (status) => {
    expect(classify(status, wallet(12))).toEqual({ kind: "ok", wallets: [{ id: "w", balance: 12, version: 3 }] });
  });

  it("reads a transfer's two wallets", () => {
    const [from, to] = [wallet("5.00"), wallet(7)].map((text) => JSON.parse(text) as object);
    expect(classify(201, JSON.stringify({ fromWallet: from, toWallet: to }))).toMatchObject({
      kind: "ok",
      wallets: [{ balance: 5 }, { balance: 7 }],
    });
  });

  it.each([
    [200, "<html>"],
    [200, "null"],
    [201, "[]"],
    [201, '{"id":"w"}'],
    [201, '{"fromWallet":{"id":"w","balance":1}}'],
    [202, wallet(1)],
    [302, ""],
    [401, "{}"],
    [403, "{}"],
  ])("HTTP %d %s is none of the answers a ledger may give", (status, body) => {
    expect(classify(status, body).kind).toBe("unexpected");
  });

  it.each([
    [400, "Wallet w has insufficient funds: balance 10, attempted debit 11", "funds", 10],
    [400, "Wallet w has insufficient funds: balance -3.5, attempted debit 11", "funds", -3.5],
    [422, "Insufficient funds", "funds", undefined],
    [400, "amount must be positive", "invalid", undefined],
    [404, "Wallet w not found", "missing", undefined],
    [409, "key reused with another body", "conflict", undefined],
  ])("HTTP %d %s is a refusal for %s", (status, message, reason, balance) => {
    expect(classify(status, JSON.stringify({ message }))).toMatchObject({ kind: "refused", reason, balance });
  });

  it.each([
    [0, "transport"],
    [408, "timeout"],
    [429, "rate_limit"],
    [500, "server"],
    [503, "server"],
    [504, "timeout"],
  ])("HTTP %d tells nothing certain", (status, cause) => {
    expect(classify(status, "")).toMatchObject({ kind: "ambiguous", cause });
  });
});

describe("amountOf", () => {
  it.each([
    [12, 12],
    ["500.00", 500],
    ["-0.5", -0.5],
    ["500.00500", 500.005],
    ["500.00500.00", undefined],
    ["", undefined],
    ["1e3", undefined],
    [Number.NaN, undefined],
    [null, undefined],
    [true, undefined],
  ])("%j is %s", (value, amount) => expect(parseAmount(value)).toBe(amount));
});

describe("sameEffect", () => {
  const ok = classify(201, wallet(12));
  it.each([
    [classify(200, wallet("12.00")), true],
    [classify(201, wallet(13)), false],
    [classify(201, wallet(12, 4)), false],
    [classify(409, ""), false],
    [classify(0, ""), false],
  ])("%#", (other, same) => expect(sameEffect(ok, other)).toBe(same));
});

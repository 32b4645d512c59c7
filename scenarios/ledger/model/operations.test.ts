import { safeParse } from "valibot";
import { describe, expect, it } from "vitest";
import { stream } from "../../../src/core/random.ts";
import { openWallet, settle } from "./model.ts";
import { amountRanges, drawOrder, effectsOf, type Mix, mix, type OrderKind, replayOf } from "./operations.ts";

const half: Mix = { credit: 50, debit: 30, transfer: 20 };
const wallets = (count: number, initial = 10_000) =>
  Array.from({ length: count }, (_, number) => openWallet(`w${number}`, number, initial));
const draw = (count: number, from = wallets(20), of: Mix = half, hot = 0) => {
  const random = stream(42, "test");
  return Array.from({ length: count }, () => drawOrder(random, from, of, hot));
};

describe("MIX", () => {
  const read = (text: string) => safeParse(mix.schema, text);
  it.each([
    ["50/30/20", { credit: 50, debit: 30, transfer: 20 }],
    [" 33.3 / 33.3 / 33.4 ", { credit: 33.3, debit: 33.3, transfer: 33.4 }],
    ["100/0/0", { credit: 100, debit: 0, transfer: 0 }],
  ])("%s", (text, output) => expect(read(text)).toMatchObject({ success: true, output }));

  it.each([
    ["50/30/10", "these are 90"],
    ["50/30", "must be three percentages"],
    ["50/30/20/0", "must be three percentages"],
    ["-10/60/50", "must be three percentages"],
    ["a/b/c", "must be three percentages"],
  ])("%s is refused", (text, message) => {
    expect(read(text).issues?.[0]?.message).toContain(message);
  });
});

describe("drawOrder", () => {
  it("keeps to the mix", () => {
    const orders = draw(10_000);
    const share = (kind: OrderKind) => orders.filter((order) => order.kind === kind).length / 100;
    // Four standard errors of a share of ten thousand.
    expect(Math.abs(share("credit") - 50)).toBeLessThan(2);
    expect(Math.abs(share("debit") - 30)).toBeLessThan(2);
    expect(Math.abs(share("transfer") - 20)).toBeLessThan(2);
  });

  it("draws whole amounts from the whole of their ranges", () => {
    for (const kind of ["credit", "debit", "transfer"] as const) {
      const drawn = draw(20_000).flatMap((order) => (order.kind === kind ? [order.amount] : []));
      expect(drawn.every(Number.isInteger)).toBe(true);
      expect([Math.min(...drawn), Math.max(...drawn)]).toEqual(amountRanges[kind]);
    }
  });

  it("never transfers to the same wallet", () => {
    for (const { wallet, to } of draw(1_000, wallets(2), { credit: 0, debit: 0, transfer: 100 }))
      expect(to).not.toBe(wallet);
  });

  it("debits what its wallet can pay, and looks for one that can", () => {
    const [poor, rich] = [openWallet("poor", 0, 0), openWallet("rich", 1, 10_000)];
    const orders = draw(500, [poor, rich], { credit: 0, debit: 100, transfer: 0 });
    const fromPoor = orders.filter(({ wallet }) => wallet === poor).length;
    expect(fromPoor).toBeLessThan(40); // one in 2^5 finds the poor one five times
    settle(poor, { type: "CREDIT", amount: 15 });
    for (const { amount } of draw(100, [poor], { credit: 0, debit: 100, transfer: 0 }))
      expect(amount).toBeLessThanOrEqual(15);
  });

  it("aims HOT at three wallets", () => {
    const hot = draw(5_000, wallets(100), half, 80).filter(({ wallet }) => wallet.number < 3).length;
    expect(hot / 50).toBeGreaterThan(76);
    expect(hot / 50).toBeLessThan(85);
  });
});

describe("effectsOf", () => {
  it("has a leg in each wallet of a transfer", () => {
    const [a, b] = wallets(2);
    if (!a || !b) throw new Error("two wallets were made");
    expect(effectsOf({ kind: "transfer", wallet: a, to: b, amount: 5 })).toEqual([
      [a, { type: "TRANSFER_OUT", amount: 5, peer: "w1" }],
      [b, { type: "TRANSFER_IN", amount: 5, peer: "w0" }],
    ]);
    expect(effectsOf({ kind: "debit", wallet: a, to: undefined, amount: 5 })).toEqual([
      [a, { type: "DEBIT", amount: 5 }],
    ]);
  });
});

describe("replayOf", () => {
  it.each([0, 10, 33, 100])("repeats exactly %d of every hundred operations", (percentage) => {
    const ways = Array.from({ length: 300 }, (_, n) => replayOf(percentage, n));
    expect(ways.filter((way) => way !== undefined)).toHaveLength(3 * percentage);
  });

  it("takes the ways in turn", () => {
    const ways = Array.from({ length: 60 }, (_, n) => replayOf(10, n)).filter((way) => way !== undefined);
    expect(ways).toEqual(["together", "other", "again", "together", "other", "again"]);
  });
});

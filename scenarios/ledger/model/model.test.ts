import { describe, expect, it } from "vitest";
import { available, highest, lowest, openWallet, reserve, settle, wrongBalance } from "./model.ts";

const wallet = (initial: number) => openWallet("w", 0, initial);

describe("the model of a wallet", () => {
  it("holds its initial balance and what was acknowledged", () => {
    const w = wallet(100);
    settle(w, { type: "CREDIT", amount: 50 });
    settle(w, { type: "TRANSFER_OUT", amount: 30, peer: "v" }, { id: "w", balance: 120, version: 3 });
    expect(w.balance).toBe(120);
    expect(w.effects.map(({ type }) => type)).toEqual(["CREDIT", "CREDIT", "TRANSFER_OUT"]);
    expect(w.stated).toEqual([{ version: 3, balance: 120, change: -30 }]);
  });

  it("is an interval while something is in doubt", () => {
    const w = wallet(100);
    w.doubts.push({ type: "DEBIT", amount: 30 }, { type: "TRANSFER_IN", amount: 7, peer: "v" });
    expect([lowest(w), highest(w)]).toEqual([70, 107]);
    expect([69, 70, 100, 107, 108].map((shown) => wrongBalance(w, shown))).toEqual([
      70,
      undefined,
      undefined,
      undefined,
      107,
    ]);
  });

  it("takes nothing, or what is no number, for wrong", () => {
    expect(wrongBalance(wallet(0), undefined)).toBe(0);
    expect(wrongBalance(wallet(5), Number.NaN)).toBe(5);
    expect(wrongBalance(wallet(5), 5.01)).toBe(5);
  });
});

describe("reserve", () => {
  it("knows the least that can have been there while an amount was under way", () => {
    const w = wallet(100);
    const first = reserve(w, 60);
    expect(first.least).toBe(100);
    expect(available(w)).toBe(40);
    // The second may come before the first, which then finds 50 only: its refusal would be right.
    const second = reserve(w, 50);
    expect([first.least, second.least]).toEqual([50, 40]);
    w.reserved.delete(second);
    expect(first.least).toBe(50);
    // What begins later, with nothing else under way, can count on all of it again.
    w.reserved.delete(first);
    expect(reserve(w, 80).least).toBe(100);
  });

  it("does not count on money that came later, nor on doubts", () => {
    const w = wallet(100);
    w.doubts.push({ type: "DEBIT", amount: 20 });
    const reservation = reserve(w, 90);
    settle(w, { type: "CREDIT", amount: 500 });
    expect(reservation.least).toBe(80);
  });
});

import { describe, expect, it } from "vitest";
import { amountText, cents, LARGEST_AMOUNT, money } from "./money.ts";

describe("amounts", () => {
  it.each([
    [10.55, "10.55"],
    [0.1, "0.1"],
    [500, "500"],
    [LARGEST_AMOUNT, "1000000000000"],
    [0.001, undefined],
    [10.555, undefined],
    [1e21, undefined],
    [1e-7, undefined],
    [Number.NaN, undefined],
  ])("%d is written %s", (amount, text) => expect(amountText(amount)).toBe(text));

  it.each([
    ["10.55", 1_055n],
    ["10.5", 1_050n],
    ["10.5000", 1_050n],
    ["500", 50_000n],
    ["-3.07", -307n],
    ["0.00", 0n],
    ["99999999999999.99", 9_999_999_999_999_999n],
  ])("%s is read as %d cents", (text, value) => expect(cents(text)).toBe(value));

  it.each(["10.555", "", "1e3", "ten", " 1"])("%j is refused", (text) => expect(() => cents(text)).toThrow(RangeError));

  it.each([
    [1_055n, "10.55"],
    [5n, "0.05"],
    [-5n, "-0.05"],
    [-30_700n, "-307.00"],
    [0n, "0.00"],
  ])("%d cents are written %s", (value, text) => expect(money(value)).toBe(text));
});

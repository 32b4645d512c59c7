import { formatEther as viemFormat, parseEther as viemParse } from "viem";
import { describe, expect, it } from "vitest";
import { formatEther, parseEther } from "./ether.ts";
import { stream } from "./random.ts";

describe("parseEther", () => {
  it.each([
    ["0", 0n],
    ["1", 10n ** 18n],
    ["0.05", 50_000_000_000_000_000n],
    ["0.000000000000000001", 1n],
    ["1.000000000000000001", 10n ** 18n + 1n],
    ["007.50", 7_500_000_000_000_000_000n],
    // Beyond 2^53 wei a number would round; text and bigint do not.
    ["123456789012345678901234567890.123456789012345678", 123456789012345678901234567890123456789012345678n],
  ])("%s ether is %d wei", (text, wei) => {
    expect(parseEther(text)).toBe(wei);
    expect(parseEther(text)).toBe(viemParse(text));
  });

  it.each(["", "-1", "+1", "1.", ".5", "1e18", "0x1", "1,5", " 1", "1 ether", "0.0000000000000000001"])(
    "refuses %j",
    (text) => expect(() => parseEther(text)).toThrow("must be an amount in ether, such as 0.05"),
  );
});

describe("formatEther", () => {
  it.each([
    [0n, "0"],
    [1n, "0.000000000000000001"],
    [10n ** 18n, "1"],
    [50_000_000_000_000_000n, "0.05"],
    [-1n, "-0.000000000000000001"],
    [-2_500_000_000_000_000_000n, "-2.5"],
    [100n * 10n ** 18n, "100"],
  ])("%d wei is %s", (wei, text) => expect(formatEther(wei)).toBe(text));

  it("is what parseEther reads, for a thousand amounts of every size", () => {
    const { integer } = stream(1, "ether");
    for (let i = 0; i < 1_000; i++) {
      const digits = Array.from({ length: integer(1, 30) }, () => integer(0, 9)).join("");
      const wei = BigInt(digits);
      expect(parseEther(formatEther(wei))).toBe(wei);
      expect(formatEther(wei)).toBe(viemFormat(wei));
      expect(formatEther(-wei)).toBe(viemFormat(-wei));
    }
  });
});

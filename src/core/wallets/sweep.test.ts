import { describe, expect, it } from "vitest";
import { isCurrent, movable, moveCost, replacementCost, withBuffer } from "./sweep.ts";

const GWEI = 10n ** 9n;

describe("withBuffer", () => {
  it.each([
    [1_000n, 10, 1_100n],
    [1_000n, 0, 1_000n],
    [1n, 10, 2n], // never a wei too little
    [1_000n, 12.5, 1_125n],
    [0n, 50, 0n],
  ])("%s and %s %% is %s", (amount, percent, kept) => expect(withBuffer(amount, percent)).toBe(kept));
});

describe("moveCost", () => {
  it("uses the buffer as room for the base fee where there is one", () => {
    const cost = moveCost({ baseFee: 9n * GWEI, suggested: GWEI }, 21_000n, 0n, 10);
    expect(cost).toEqual({
      gas: 21_000n,
      fees: { maxFeePerGas: 11n * GWEI, maxPriorityFeePerGas: GWEI },
      reserve: 21_000n * 11n * GWEI,
    });
  });

  it("pays the price itself where there is none, and keeps the buffer beside it", () => {
    const cost = moveCost({ suggested: 10n * GWEI }, 21_000n, 0n, 10);
    expect(cost).toEqual({ gas: 21_000n, fees: { gasPrice: 10n * GWEI }, reserve: 21_000n * 11n * GWEI });
  });

  it("keeps back the fee for publishing, with the buffer", () => {
    const market = { baseFee: 0n, suggested: GWEI };
    expect(moveCost(market, 21_000n, 1_000n, 50).reserve - moveCost(market, 21_000n, 0n, 50).reserve).toBe(1_500n);
  });
});

describe("replacementCost", () => {
  const before = { maxFeePerGas: 10n * GWEI, maxPriorityFeePerGas: 2n * GWEI };

  it("raises both fees by more than the tenth that nodes ask for, and keeps the difference back", () => {
    const cost = moveCost({ baseFee: GWEI, suggested: GWEI }, 21_000n, 7n, 0);
    const raised = replacementCost(cost, before);
    expect(raised.fees).toEqual({ maxFeePerGas: 11_300_000_000n, maxPriorityFeePerGas: 2_260_000_000n });
    expect(raised.reserve).toBe(21_000n * 11_300_000_000n + 7n);
  });

  it("leaves fees that are high enough as they are", () => {
    const cost = moveCost({ baseFee: 50n * GWEI, suggested: 3n * GWEI }, 21_000n, 0n, 0);
    expect(replacementCost(cost, before)).toEqual(cost);
  });

  it("raises a gas price", () => {
    const cost = moveCost({ suggested: GWEI }, 21_000n, 0n, 0);
    expect(replacementCost(cost, { gasPrice: 100n }).fees).toEqual({ gasPrice: GWEI });
    expect(replacementCost(cost, { gasPrice: GWEI })).toEqual({
      gas: 21_000n,
      fees: { gasPrice: 1_130_000_000n },
      reserve: 21_000n * 1_130_000_000n,
    });
  });
});

it("fees are current while they cover the base fee and the node's tip", () => {
  const market = { baseFee: 9n, suggested: 1n };
  expect(isCurrent({ maxFeePerGas: 10n, maxPriorityFeePerGas: 1n }, market)).toBe(true);
  expect(isCurrent({ maxFeePerGas: 9n, maxPriorityFeePerGas: 1n }, market)).toBe(false);
  expect(isCurrent({ gasPrice: 10n }, { suggested: 10n })).toBe(true);
});

it("a wallet can move what its balance has above the cost, or nothing", () => {
  const cost = { gas: 21_000n, fees: {}, reserve: 100n };
  expect([movable(101n, cost), movable(100n, cost), movable(0n, cost)]).toEqual([1n, 0n, 0n]);
});

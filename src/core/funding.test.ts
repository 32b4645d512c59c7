import { describe, expect, it } from "vitest";
import {
  batches,
  batchGasLimit,
  costOf,
  GAS_PER_BATCH,
  GAS_PER_TRANSFER,
  sharedIndices,
  shortfalls,
  sweepable,
  TRANSACTION_GAS_CAP,
  type Transfer,
  workerBudget,
  workerShare,
} from "./funding.ts";
import { stream } from "./random.ts";

const transfers = (count: number, value = 50n): Transfer[] =>
  Array.from({ length: count }, (_, k) => ({ to: `0x${k.toString(16).padStart(40, "0")}`, value: value + BigInt(k) }));

describe("shortfalls", () => {
  it("pays who has less than wanted exactly the difference, in order, and nobody else", () => {
    expect(
      shortfalls([
        { address: "a", balance: 0n, target: 100n },
        { address: "b", balance: 100n, target: 100n },
        { address: "c", balance: 250n, target: 100n },
        { address: "d", balance: 99n, target: 100n },
        { address: "e", balance: 0n, target: 0n },
      ]),
    ).toEqual([
      { to: "a", value: 100n },
      { to: "d", value: 1n },
    ]);
  });
});

describe("batchGasLimit", () => {
  it("is EIP-7825's cap at most", () => expect(TRANSACTION_GAS_CAP).toBe(2n ** 24n));

  it.each([
    [30_000_000n, 15_000_000n], // two of the full cap would not fit
    [16_777_216n, 16_777_216n],
    [16_777_217n, 8_388_608n],
    [60_000_000n, 15_000_000n],
    [1_000_000n, 1_000_000n],
    [1_000_000_000n, 16_666_666n],
  ])("of a block of %d gas is %d", (block, gas) => {
    expect(batchGasLimit(block)).toBe(gas);
    expect(gas <= TRANSACTION_GAS_CAP).toBe(true);
  });
});

describe("batches", () => {
  it("pays 1,000 wallets in 3 transactions that 2 blocks of 30 M gas hold", () => {
    const packed = batches(transfers(1_000), 30_000_000n);
    expect(packed.map((batch) => batch.transfers.length)).toEqual([373, 373, 254]);
    for (const { gas } of packed) expect(gas <= TRANSACTION_GAS_CAP).toBe(true);
    expect((packed[0]?.gas ?? 0n) + (packed[1]?.gas ?? 0n) <= 30_000_000n).toBe(true);
  });

  it("loses nothing: every transfer once and in order, sums exact, whatever the numbers", () => {
    const { integer } = stream(3, "batches");
    for (let i = 0; i < 200; i++) {
      const all = transfers(integer(0, 1_500), BigInt(integer(0, 1_000_000)) * 10n ** 15n);
      const block = BigInt(integer(100_000, 60_000_000));
      const largest = integer(1, 500);
      const packed = batches(all, block, largest);
      expect(packed.flatMap((batch) => batch.transfers)).toEqual(all);
      for (const { transfers: part, value, gas } of packed) {
        expect(part.length >= 1 && part.length <= largest).toBe(true);
        expect(value).toBe(part.reduce((sum, transfer) => sum + transfer.value, 0n));
        expect(gas).toBe(GAS_PER_BATCH + BigInt(part.length) * GAS_PER_TRANSFER);
        expect(gas <= batchGasLimit(block)).toBe(true);
      }
    }
  });

  it("is nothing when nobody is short", () => expect(batches([], 30_000_000n)).toEqual([]));

  it("refuses a block that cannot hold one transfer", () => {
    expect(batches(transfers(2), 100_000n).map((batch) => batch.transfers.length)).toEqual([1, 1]);
    expect(() => batches(transfers(1), 99_999n)).toThrow("a block of 99999 gas cannot hold one funding transaction");
  });

  it("costs its value and its gas at the highest price", () => {
    const packed = batches(transfers(3, 10n), 30_000_000n, 2);
    expect(costOf(packed, 7n)).toBe(10n + 11n + 12n + (2n * GAS_PER_BATCH + 3n * GAS_PER_TRANSFER) * 7n);
    expect(costOf([], 7n)).toBe(0n);
  });
});

describe("workerShare", () => {
  it("is half as much again as an even share, so that all demand together is covered", () => {
    expect(workerShare(100, 4)).toBe(38);
    for (const [wallets, workers] of [
      [1, 1],
      [1, 5],
      [7, 3],
      [1_000, 7],
    ] as const) {
      expect(workerShare(wallets, workers) * workers).toBeGreaterThanOrEqual(wallets);
    }
  });

  it("is nothing where there is nothing to pay or nobody to pay it", () => {
    expect(workerShare(0, 5)).toBe(0);
    expect(workerShare(-3, 5)).toBe(0);
    expect(workerShare(10, 0)).toBe(0);
  });
});

describe("workerBudget", () => {
  it("pays a worker's share even one wallet a transaction", () => {
    const amount = 10n ** 17n;
    const price = 2n * 10n ** 9n;
    const alike = Array.from({ length: 38 }, () => ({ to: "0x", value: amount }));
    expect(costOf(batches(alike, 30_000_000n, 1), price)).toBe(workerBudget(38, amount, price));
  });
});

describe("sharedIndices", () => {
  it("gives every number to exactly one instance", () => {
    for (const count of [0, 1, 2, 7, 100, 101]) {
      for (const instances of [1, 2, 3, 7]) {
        const parts = Array.from({ length: instances }, (_, r) => sharedIndices(count, r, instances));
        expect(parts.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, k) => k));
        for (const [r, part] of parts.entries()) for (const k of part) expect(k % instances).toBe(r);
      }
    }
  });
});

describe("sweepable", () => {
  it("is the balance without the fee, or nothing", () => {
    expect(sweepable(1_000_000n, 10n)).toBe(790_000n);
    expect(sweepable(210_000n, 10n)).toBe(0n);
    expect(sweepable(209_999n, 10n)).toBe(0n);
    expect(sweepable(0n, 10n)).toBe(0n);
    expect(sweepable(1_000_000n, 10n, 50_000n)).toBe(500_000n);
  });
});

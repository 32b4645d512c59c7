// What the round's operations are: drawn from the mix, between wallets that exist.
import type { RandomStream } from "../../../src/core/random.ts";
import type { SettingType } from "../../../src/core/settings/table.ts";
import { parsedBy } from "../../../src/core/settings/types.ts";
import { available, type Effect, type Wallet } from "./model.ts";

export type OrderKind = "credit" | "debit" | "transfer";

/** Percentages, 100 in all. */
export type Mix = Readonly<Record<OrderKind, number>>;

const EXAMPLE = "three percentages of 100 in all (credit/debit/transfer), such as 50/30/20";

/** A MIX as it is written. */
export const mix: SettingType<Mix> = parsedBy(EXAMPLE, (text) => {
  const parts = text.split("/").map((part) => part.trim());
  if (parts.length !== 3 || parts.some((part) => !/^\d+(\.\d+)?$/.test(part))) throw new Error(`must be ${EXAMPLE}`);
  const [credit = 0, debit = 0, transfer = 0] = parts.map(Number);
  const total = credit + debit + transfer;
  if (Math.abs(total - 100) > 1e-9) throw new Error(`must be ${EXAMPLE}; these are ${Number(total.toPrecision(6))}`);
  return { credit, debit, transfer };
});

/** Ranges of the amounts, both ends included: whole units, so that every sum is exact. */
export const amountRanges = {
  initial: [100, 5_000],
  credit: [10, 500],
  debit: [10, 200],
  transfer: [10, 300],
} as const satisfies Record<string, readonly [number, number]>;

/** Wallets that HOT aims at. */
const HOT_WALLETS = 3;
/** Wallets that a debit looks at for one that can pay it. */
const TRIES = 5;

/** One operation, before it is sent. */
export interface Order {
  readonly kind: OrderKind;
  readonly wallet: Wallet;
  /** Where a transfer goes. */
  readonly to: Wallet | undefined;
  readonly amount: number;
}

function kindOf(random: RandomStream, mix: Mix): OrderKind {
  const drawn = random.uniform() * 100;
  return drawn < mix.credit ? "credit" : drawn < mix.credit + mix.debit ? "debit" : "transfer";
}

function walletOf(random: RandomStream, wallets: readonly Wallet[], hot: number): Wallet {
  return random.uniform() * 100 < hot ? random.pick(wallets.slice(0, HOT_WALLETS)) : random.pick(wallets);
}

/**
 * Draws an operation. A debit is of what its wallet can pay, where one is found quickly; a transfer is not, so that refusals happen as in life.
 * @param wallets at least two of them where the mix has transfers
 * @param hot percentage of operations that go to the first few wallets
 */
export function drawOrder(random: RandomStream, wallets: readonly Wallet[], mix: Mix, hot: number): Order {
  const kind = kindOf(random, mix);
  const [low, high] = amountRanges[kind];
  let wallet = walletOf(random, wallets, hot);
  if (kind === "debit") {
    for (let tries = 1; tries < TRIES && available(wallet) < low; tries++) wallet = walletOf(random, wallets, hot);
    const most = Math.min(high, available(wallet));
    return { kind, wallet, to: undefined, amount: random.integer(low, Math.max(low, most)) };
  }
  const amount = random.integer(low, high);
  if (kind === "credit") return { kind, wallet, to: undefined, amount };
  // Never to itself: services answer that with an error of their own.
  let to = random.pick(wallets);
  while (to === wallet) to = random.pick(wallets);
  return { kind, wallet, to, amount };
}

/** What an order does to which wallet. */
export function effectsOf({ kind, wallet, to, amount }: Order): readonly (readonly [Wallet, Effect])[] {
  if (to === undefined) return [[wallet, { type: kind === "credit" ? "CREDIT" : "DEBIT", amount }]];
  return [
    [wallet, { type: "TRANSFER_OUT", amount, peer: to.id }],
    [to, { type: "TRANSFER_IN", amount, peer: wallet.id }],
  ];
}

/** How an operation is sent again: several times at once, later with another body, or later as it was. */
export const replays = ["together", "other", "again"] as const;

export type Replay = (typeof replays)[number];

/**
 * Whether and how the n-th operation (from 0) is sent again. Counted, not drawn: of every 100 operations exactly `percentage` are, and the ways take turns.
 */
export function replayOf(percentage: number, n: number): Replay | undefined {
  const before = Math.floor((n * percentage) / 100);
  return Math.floor(((n + 1) * percentage) / 100) > before ? replays[before % replays.length] : undefined;
}

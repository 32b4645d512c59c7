// The exact account of one round: what every wallet must hold, from what the service acknowledged. It is kept in one VU's memory, so that a difference can be
// named by wallet and amount, and is judged for every wallet by itself: sums can hide two errors that cancel.
import type { Shown } from "./answers.ts";
import { type Movement, signOf } from "./entries.ts";

/** A change of one wallet. */
export interface Effect {
  readonly type: Movement;
  readonly amount: number;
  /** The other wallet of a transfer. */
  readonly peer?: string;
}

/** What an answer to a write said of the wallet, with the change it acknowledged. */
export interface Stated {
  readonly version: number | undefined;
  readonly balance: number;
  readonly change: number;
}

/** An outgoing amount under way. */
export interface Reservation {
  readonly amount: number;
  /** The least that can have been there for it while it was under way: a refusal is right only when this is less than the amount. */
  least: number;
}

export interface Wallet {
  readonly id: string;
  /** Within its round, from 0. */
  readonly number: number;
  /** Acknowledged, the initial balance first. */
  readonly effects: Effect[];
  /** Of requests without a definite answer: they happened or did not. */
  readonly doubts: Effect[];
  /** Of requests that were refused: they must not have happened. */
  readonly refused: Effect[];
  /** From the service's answers to writes. */
  readonly stated: Stated[];
  /** What was said of the balance by a refusal after the last write; undefined where none was. */
  last: number | undefined;
  readonly reserved: Set<Reservation>;
  /** The sum of the effects. */
  balance: number;
}

const changeOf = ({ type, amount }: Effect): number => signOf(type) * amount;

/** A wallet that the service has acknowledged with an initial balance, perhaps stating it. */
export function openWallet(id: string, number: number, initial: number, shown?: Shown): Wallet {
  const wallet: Wallet = {
    id,
    number,
    effects: [],
    doubts: [],
    refused: [],
    stated: [],
    last: undefined,
    reserved: new Set(),
    balance: 0,
  };
  if (initial > 0) settle(wallet, { type: "CREDIT", amount: initial }, shown);
  else if (shown) wallet.stated.push({ version: shown.version, balance: shown.balance, change: 0 });
  return wallet;
}

/** Books an acknowledged effect. */
export function settle(wallet: Wallet, effect: Effect, shown?: Shown): void {
  const change = changeOf(effect);
  wallet.effects.push(effect);
  wallet.balance += change;
  if (shown) wallet.stated.push({ version: shown.version, balance: shown.balance, change });
}

const sum = (effects: readonly Effect[], sign: 1 | -1) =>
  effects.reduce((total, effect) => total + (signOf(effect.type) === sign ? effect.amount : 0), 0);

/** The least that the wallet can hold: its balance, had every doubtful debit happened and no doubtful credit. */
export const lowest = (wallet: Wallet): number => wallet.balance - sum(wallet.doubts, -1);
export const highest = (wallet: Wallet): number => wallet.balance + sum(wallet.doubts, 1);

const underWay = (wallet: Wallet) => [...wallet.reserved].reduce((total, { amount }) => total + amount, 0);

/** What a new debit can count on. */
export const available = (wallet: Wallet): number => lowest(wallet) - underWay(wallet);

/** Notes that `amount` is about to leave the wallet; `wallet.reserved.delete` when it has, or has not. */
export function reserve(wallet: Wallet, amount: number): Reservation {
  const reservation = { amount, least: Number.POSITIVE_INFINITY };
  wallet.reserved.add(reservation);
  const left = available(wallet);
  // Each may come after all the others, and the new one before those that have been under way for longer.
  for (const each of wallet.reserved) each.least = Math.min(each.least, left + each.amount);
  return reservation;
}

/** The nearest possible balance when `shown` is none; undefined when it is one. */
export function wrongBalance(wallet: Wallet, shown: number | undefined): number | undefined {
  const low = lowest(wallet);
  const high = highest(wallet);
  if (shown === undefined || Number.isNaN(shown)) return wallet.balance;
  return shown < low ? low : shown > high ? high : undefined;
}

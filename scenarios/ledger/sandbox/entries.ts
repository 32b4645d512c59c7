// The ledger projection: one entry for each movement of money, with the balance of its wallet before and after.
import { randomUUID } from "node:crypto";
import type { PoolClient } from "pg";
import { Balances, changeOf, type EventRow } from "./events.ts";
import type { Marks } from "./flags.ts";
import { cents, money } from "./money.ts";
import type { Projection } from "./projector.ts";
import { query } from "./queries.ts";

type Entry = readonly [
  id: string,
  walletId: string,
  transactionType: string,
  amount: string,
  balanceBefore: string,
  balanceAfter: string,
  description: string,
  referenceId: string,
  relatedWalletId: string | null,
  metadata: string,
  createdAt: Date,
  version: number,
];

const TEN = 10_00n;
const rounded = (change: bigint): bigint => {
  const size = change < 0n ? -change : change;
  const tens = ((size + TEN / 2n) / TEN) * TEN;
  return change < 0n ? -tens : tens;
};

/** What a movement is called. */
function typeOf(change: bigint, related: string | undefined): string {
  if (related !== undefined) return change < 0n ? "TRANSFER_OUT" : "TRANSFER_IN";
  return change < 0n ? "DEBIT" : "CREDIT";
}

/** The entries of a batch. */
function projectEntries(rows: readonly EventRow[], fault: Marks["fault"]): Entry[] {
  const balances = new Balances(rows);
  const entries: Entry[] = [];
  const ordered = rows.length > 1 && fault("disorder") ? rows.toReversed() : rows;
  for (const event of ordered) {
    const { wallet, type, version, payload, initialBalance, metadata, at } = event;
    let change = changeOf(event);
    if (type === "WalletCreated" && cents(initialBalance ?? "0") > 0n && fault("initial-twice"))
      change = cents(initialBalance ?? "0");
    if (change === 0n) continue;
    if (fault("round")) change = rounded(change);
    const before = balances.of(wallet);
    const after = before + change;
    balances.set(wallet, after);
    entries.push([
      randomUUID(),
      wallet,
      typeOf(change, payload.relatedWalletId),
      money(change < 0n ? -change : change),
      money(before),
      money(after),
      payload.description ?? "",
      `${wallet}:${version}`,
      payload.relatedWalletId ?? null,
      JSON.stringify({ ...(metadata as object), timestamp: at.toISOString() }),
      at,
      version,
    ]);
  }
  return entries;
}

export const ledgerEntries: Projection = {
  consumer: "ledger-projector",
  async store(client: PoolClient, events, { fault }) {
    const entries = projectEntries(events, fault);
    const [first] = entries;
    if (first === undefined) return;
    await client.query({ ...query("store_entries"), values: first.map((_, k) => entries.map((entry) => entry[k])) });
  },
};

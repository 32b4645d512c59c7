// The read model: what GET /wallets shows. One row a wallet.
import type { PoolClient } from "pg";
import { Balances, changeOf, type EventRow } from "./events.ts";
import type { Marks } from "./flags.ts";
import { cents, money } from "./money.ts";
import type { Projection } from "./projector.ts";
import { query } from "./queries.ts";

interface Row {
  readonly id: string;
  readonly owner: string | undefined;
  readonly balance: string;
  readonly version: number;
  readonly created: Date;
  readonly updated: Date;
}

/** What a column of two decimal places keeps of a credit's digits behind those of the balance: "500.00" and "60" are 500.0060, and so 500.01. */
const appended = (balance: bigint, change: bigint): bigint => balance + (String(change / 100n) >= "5" ? 1n : 0n);

/** The rows that a batch leaves behind, each wallet's last. */
function projectReadModel(rows: readonly EventRow[], fault: Marks["fault"]): Row[] {
  const balances = new Balances(rows);
  const changed = new Map<string, Row>();
  for (const event of rows) {
    const { wallet, type, version, payload, initialBalance, at } = event;
    let change = changeOf(event);
    if (type === "WalletCreated" && cents(initialBalance ?? "0") > 0n && fault("initial-twice"))
      change += cents(initialBalance ?? "0");
    const before = balances.of(wallet);
    const after = change > 0n && fault("text-add") ? appended(before, change) : before + change;
    balances.set(wallet, after);
    const { owner = payload.ownerId, created = at } = changed.get(wallet) ?? {};
    changed.set(wallet, { id: wallet, owner, balance: money(after), version, created, updated: at });
  }
  return [...changed.values()];
}

export const readModel: Projection = {
  consumer: "read-model-projector",
  async store(client: PoolClient, events, { fault }) {
    const rows = projectReadModel(events, fault);
    await client.query({
      ...query("store_read_model"),
      values: [
        rows.map(({ id }) => id),
        rows.map(({ owner }) => owner ?? null),
        rows.map(({ balance }) => balance),
        rows.map(({ version }) => version),
        rows.map(({ created }) => created),
        rows.map(({ updated }) => updated),
      ],
    });
  },
};

// Events as projections meet them: in the order they happened in, each beside the balance that the projection has for its wallet so far.
import { cents } from "./money.ts";

/** A row of the outbox, with what the projection holds of its wallet. */
export interface EventRow {
  readonly id: string;
  readonly wallet: string;
  readonly type: "WalletCreated" | "WalletCredited" | "WalletDebited";
  readonly version: number;
  readonly payload: {
    readonly ownerId?: string;
    readonly description?: string;
    readonly relatedWalletId?: string;
  };
  /** Amounts as text: as numbers of JavaScript they would be floats. */
  readonly amount: string | null;
  readonly initialBalance: string | null;
  readonly metadata: unknown;
  readonly at: Date;
  /** Undefined in rows that the wallet has none of yet. */
  readonly balance: string | null;
}

/** Cents that an event adds to its wallet, below 0 for a debit. A creation adds nothing: the initial balance is a credit of its own. */
export function changeOf({ type, amount }: EventRow): bigint {
  if (type === "WalletCreated") return 0n;
  const value = cents(amount ?? "");
  return type === "WalletDebited" ? -value : value;
}

/** Balances of the wallets of a batch while it is projected, in cents. */
export class Balances {
  readonly #now = new Map<string, bigint>();

  constructor(rows: readonly EventRow[]) {
    for (const { wallet, balance } of rows) this.#now.set(wallet, cents(balance ?? "0"));
  }

  of(wallet: string): bigint {
    return this.#now.get(wallet) ?? 0n;
  }

  set(wallet: string, balance: bigint): void {
    this.#now.set(wallet, balance);
  }
}

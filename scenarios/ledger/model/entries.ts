// The service's ledger as its API shows it.
import { parseAmount } from "./answers.ts";

/** How an entry moves money. */
export type Movement = "CREDIT" | "DEBIT" | "TRANSFER_OUT" | "TRANSFER_IN";

/** One line of a wallet's ledger. An amount that cannot be read is NaN, which equals nothing and so is always found wrong. */
export interface LedgerEntry {
  readonly id: string;
  readonly type: string;
  readonly amount: number;
  readonly before: number;
  readonly after: number;
  /** The other wallet of a transfer. */
  readonly peer: string | undefined;
}

/** What a movement does to a balance. */
export const signOf = (type: string): 1 | -1 => (type === "CREDIT" || type === "TRANSFER_IN" ? 1 : -1);

function entryOf(value: unknown): LedgerEntry | undefined {
  const row = value as Record<string, unknown> | null;
  if (row === null || typeof row !== "object" || typeof row.id !== "string") return undefined;
  return {
    id: row.id,
    type: String(row.transactionType),
    amount: parseAmount(row.amount) ?? Number.NaN,
    before: parseAmount(row.balanceBefore) ?? Number.NaN,
    after: parseAmount(row.balanceAfter) ?? Number.NaN,
    peer: typeof row.relatedWalletId === "string" ? row.relatedWalletId : undefined,
  };
}

/** The entries of a page, as the service orders them; undefined when it is no page of a ledger. */
export function entriesOf(page: unknown): LedgerEntry[] | undefined {
  const rows = (page as { transactions?: unknown } | null)?.transactions;
  if (!Array.isArray(rows)) return undefined;
  const entries = rows.map(entryOf);
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
}

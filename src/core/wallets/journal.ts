// The journal of moving funds: a line of JSON before each send and after each receipt. This file reads and writes its lines; the disk is the command's.
// It holds addresses, nonces, amounts and hashes. A transaction that was sent is made again from its line and the phrase, so neither keys nor signatures are in it.
import type { Fees } from "../funding.ts";

/** One transfer as it was signed. */
export interface SendLine extends Fees {
  readonly wallet: string;
  readonly from: `0x${string}`;
  readonly to: `0x${string}`;
  readonly nonce: number;
  readonly value: bigint;
  readonly gas: bigint;
  readonly hash: `0x${string}`;
}

/** How it ended on the chain. */
export interface ReceiptLine {
  readonly wallet: string;
  readonly hash: `0x${string}`;
  readonly status: "success" | "reverted";
  readonly block: bigint;
  /** Wei that arrived. */
  readonly value: bigint;
  /** Wei that the sender paid for it. */
  readonly fee: bigint;
}

export type JournalEntry =
  | { readonly event: "begin"; readonly scope: string }
  | ({ readonly event: "send" } & SendLine)
  /** The node would not have it: it is not under way. */
  | { readonly event: "refused"; readonly wallet: string; readonly hash: `0x${string}` }
  | ({ readonly event: "receipt" } & ReceiptLine)
  /** Nothing is under way and nothing failed: the next line begins something new. */
  | { readonly event: "end" };

/** What an unfinished move left. */
export interface Unfinished {
  /** Which wallets it is about. */
  readonly scope: string;
  /** Sends without a receipt by wallet, oldest first. */
  readonly open: ReadonlyMap<string, readonly (SendLine & { readonly refused: boolean })[]>;
  readonly receipts: readonly ReceiptLine[];
}

const BIGINTS = new Set(["value", "gas", "fee", "block", "gasPrice", "maxFeePerGas", "maxPriorityFeePerGas"]);

/** One line of the journal, with its line end. */
export function journalLine(entry: JournalEntry, at: Date): string {
  const text = JSON.stringify({ at: at.toISOString(), ...entry }, (_, value) =>
    typeof value === "bigint" ? value.toString() : value,
  );
  return `${text}\n`;
}

function entriesIn(text: string): JournalEntry[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line, i) => {
      try {
        return JSON.parse(line, (key, value) => (BIGINTS.has(key) ? BigInt(value) : value)) as JournalEntry;
      } catch {
        throw new Error(`line ${i + 1} cannot be read`);
      }
    });
}

/**
 * What the last move in a journal left unfinished; undefined when it came to its end, or there is none.
 * What follows the last line end is not read: a line is durable before anything is sent, so one that a crash cut off stands for a transaction that never left.
 * @throws Error that names a line that cannot be read
 */
export function unfinishedIn(text: string): Unfinished | undefined {
  const entries = entriesIn(text);
  const begun = entries.findLastIndex(({ event }) => event === "begin");
  const begin = entries[begun];
  if (begin?.event !== "begin") return undefined;
  const own = entries.slice(begun + 1);
  if (own.some(({ event }) => event === "end")) return undefined;
  const receipts = own.flatMap((entry) => (entry.event === "receipt" ? [entry] : []));
  const settled = new Set(receipts.map(({ hash }) => hash));
  const refused = new Set(own.flatMap((entry) => (entry.event === "refused" ? [entry.hash] : [])));
  const open = new Map<string, (SendLine & { refused: boolean })[]>();
  for (const entry of own) {
    if (entry.event !== "send" || settled.has(entry.hash)) continue;
    const { event: _, ...line } = entry;
    open.set(entry.wallet, [...(open.get(entry.wallet) ?? []), { ...line, refused: refused.has(entry.hash) }]);
  }
  return { scope: begin.scope, open, receipts };
}

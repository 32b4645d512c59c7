// I6 and I7: a wallet's ledger against what was acknowledged, entry by entry.
import { type LedgerEntry, signOf } from "./entries.ts";
import type { Findings, Subject } from "./invariants.ts";
import type { Effect, Wallet } from "./model.ts";

/** Movements are told apart by what is known of them; entries that are alike may stand in any order. */
const kindOf = ({ type, amount, peer }: Pick<LedgerEntry, "type" | "amount"> & { peer?: string | undefined }): string =>
  `${type} ${amount} ${peer ?? ""}`;

function counted(items: readonly (LedgerEntry | Effect)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(kindOf(item), (counts.get(kindOf(item)) ?? 0) + 1);
  return counts;
}

/** Every entry begins where the one before it ended; the first that does not is enough. */
function judgeChain(
  entries: readonly LedgerEntry[],
  found: (subject: Subject, wanted: number, got: number) => void,
): void {
  let balance = 0;
  for (const { type, amount, before, after } of entries) {
    const right = before + signOf(type) * amount;
    if (before !== balance) found("balance before an entry", balance, before);
    else if (after !== right) found("balance after an entry", right, after);
    if (before !== balance || after !== right) return;
    balance = after;
  }
}

/**
 * One wallet's ledger, oldest entry first: every acknowledged effect once, nothing else, in one chain.
 * @returns how many acknowledged effects it lacks
 */
export function judgeEntries(wallet: Wallet, entries: readonly LedgerEntry[], findings: Findings): number {
  const found = (subject: Subject, wanted: number, got: number) =>
    findings.add({ invariant: "I7", wallet: wallet.number, subject, wanted, got });
  findings.looked("I7", Math.max(1, entries.length));

  const most = wallet.effects.length + wallet.doubts.length;
  if (entries.length < wallet.effects.length) found("entries", wallet.effects.length, entries.length);
  else if (entries.length > most) found("entries", most, entries.length);

  const ids = new Map<string, number>();
  for (const { id } of entries) ids.set(id, (ids.get(id) ?? 0) + 1);
  const twice = Math.max(1, ...ids.values());
  if (twice > 1) found("times one entry appears", 1, twice);

  const there = counted(entries);
  const wanted = counted(wallet.effects);
  const doubtful = counted(wallet.doubts);
  const refused = counted(wallet.refused);
  let missing = 0;
  let named = false;
  for (const [kind, count] of wanted) {
    const got = there.get(kind) ?? 0;
    missing += Math.max(0, count - got);
    if (got < count && !named) {
      named = true;
      found("entries of one movement", count, got);
    }
  }
  for (const [kind, got] of there) {
    const count = (wanted.get(kind) ?? 0) + (doubtful.get(kind) ?? 0);
    if (got <= count) continue;
    if (refused.has(kind))
      findings.add({
        invariant: "I6",
        wallet: wallet.number,
        subject: "entries of a refused request",
        wanted: count,
        got,
      });
    else if (!named) {
      named = true;
      found("entries of one movement", count, got);
    }
  }
  judgeChain(entries, found);
  return missing;
}

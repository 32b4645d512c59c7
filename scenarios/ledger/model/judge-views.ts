// I1, I3 and I8: the projections against the model and against each other.
import type { LedgerEntry } from "./entries.ts";
import type { Findings, Subject } from "./invariants.ts";
import { judgeEntries } from "./judge-entries.ts";
import { judgeStated, judgeVersions, judgeWriteSide, total } from "./judge-versions.ts";
import { type Wallet, wrongBalance } from "./model.ts";

/** What the service shows of one wallet once it is at rest. */
export interface Views {
  /** Undefined when the read model does not know the wallet. */
  readonly readModel: number | undefined;
  /** How often a list of all wallets has it, and with which balance; undefined where the service gives no whole list. */
  readonly listed: { readonly times: number; readonly balance: number | undefined } | undefined;
  /** Oldest first. */
  readonly entries: readonly LedgerEntry[];
}

export interface Judgement {
  /** Money that views hold beyond or below the model, over all wallets and views, without sign: errors cannot cancel. */
  readonly drift: number;
  readonly entries: number;
  /** Acknowledged effects that have no entry. */
  readonly missing: number;
  readonly verified: number;
}

/** A balance by the ledger: its last entry's, or nothing for a wallet without entries. */
const ledgerBalance = (entries: readonly LedgerEntry[]): number => entries[entries.length - 1]?.after ?? 0;

function judgeView(wallet: Wallet, subject: Subject, got: number | undefined, findings: Findings): number {
  findings.looked("I8");
  findings.looked("I3");
  if (got !== undefined && got < 0) findings.add({ invariant: "I3", wallet: wallet.number, subject, wanted: 0, got });
  const wanted = wrongBalance(wallet, got);
  if (wanted === undefined) return 0;
  findings.add({ invariant: "I8", wallet: wallet.number, subject, wanted, got });
  const difference = Math.abs((got ?? 0) - wanted);
  return Number.isNaN(difference) ? Math.abs(wanted) : difference;
}

function judgeEntryBalances(wallet: Wallet, entries: readonly LedgerEntry[], findings: Findings): void {
  findings.looked("I3", entries.length);
  const negative = entries.find(({ before, after }) => before < 0 || after < 0);
  if (negative) {
    const got = Math.min(negative.before, negative.after);
    findings.add({ invariant: "I3", wallet: wallet.number, subject: "balance shown", wanted: 0, got });
  }
}

/** I1: all money of a view is what all wallets together must hold. */
function judgeSum(
  wallets: readonly Wallet[],
  subject: Subject,
  amounts: readonly (number | undefined)[],
  to: Findings,
) {
  // Where the service states no balance of its own for some wallet there is no sum.
  if (subject === "sum of the write side" && amounts.some((amount) => amount === undefined)) return;
  to.looked("I1");
  const { low, high } = total(wallets);
  const got = amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0);
  if (got >= low && got <= high) return;
  to.add({ invariant: "I1", wallet: undefined, subject, wanted: got < low ? low : high, got });
}

/** Judges all wallets of a round, once the service is at rest. Cent amounts are compared exactly: all of ours are whole. */
export function judgeWallets(wallets: readonly Wallet[], views: readonly Views[], findings: Findings): Judgement {
  const sum = { drift: 0, entries: 0, missing: 0, verified: 0 };
  const written: (number | undefined)[] = [];
  for (const [k, wallet] of wallets.entries()) {
    const view = views[k];
    if (view === undefined) continue;
    judgeStated(wallet, findings);
    judgeVersions(wallet, findings);
    const stated = judgeWriteSide(wallet, findings);
    written.push(stated);
    if (stated !== undefined) sum.drift += Math.abs(stated - (wrongBalance(wallet, stated) ?? stated));
    sum.drift += judgeView(wallet, "read model", view.readModel, findings);
    sum.drift += judgeView(wallet, "ledger balance", ledgerBalance(view.entries), findings);
    if (view.listed !== undefined) {
      if (view.listed.times !== 1)
        findings.add({
          invariant: "I8",
          wallet: wallet.number,
          subject: "times listed",
          wanted: 1,
          got: view.listed.times,
        });
      else judgeView(wallet, "listed balance", view.listed.balance, findings);
    }
    judgeEntryBalances(wallet, view.entries, findings);
    sum.missing += judgeEntries(wallet, view.entries, findings);
    sum.entries += view.entries.length;
    sum.verified++;
  }
  judgeSum(wallets, "sum of the write side", written, findings);
  judgeSum(
    wallets,
    "sum of the read model",
    views.map((view) => view.readModel),
    findings,
  );
  judgeSum(
    wallets,
    "sum of the ledger",
    views.map((view) => ledgerBalance(view.entries)),
    findings,
  );
  return sum;
}

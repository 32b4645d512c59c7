// I2 and I11: what the service's own answers to writes say of a wallet.
import type { Findings, Subject } from "./invariants.ts";
import { highest, lowest, type Stated, type Wallet, wrongBalance } from "./model.ts";

type Versioned = Stated & { readonly version: number };

const byVersion = (wallet: Wallet): Versioned[] =>
  wallet.stated.filter((each): each is Versioned => each.version !== undefined).sort((a, b) => a.version - b.version);

/** The balance that the write side stated last; undefined where it stated none that is known to be the last. */
function lastStated(wallet: Wallet): number | undefined {
  if (wallet.last !== undefined) return wallet.last;
  const ordered = byVersion(wallet);
  return ordered.length === wallet.effects.length ? ordered[ordered.length - 1]?.balance : undefined;
}

/**
 * The write side's balance against the model's.
 * @returns what it stated
 */
export function judgeWriteSide(wallet: Wallet, findings: Findings): number | undefined {
  const got = lastStated(wallet);
  if (got === undefined) return undefined;
  findings.looked("I2");
  const wanted = wrongBalance(wallet, got);
  if (wanted !== undefined)
    findings.add({ invariant: "I2", wallet: wallet.number, subject: "write side", wanted, got });
  return got;
}

/** Versions of a wallet that was acknowledged n effects: n different ones, one after another, each changing the balance by its own effect. */
export function judgeVersions(wallet: Wallet, findings: Findings): void {
  const ordered = byVersion(wallet);
  const [first] = ordered;
  const last = ordered[ordered.length - 1];
  if (first === undefined || last === undefined) return;
  findings.looked("I11", ordered.length);
  const found = (subject: Subject, wanted: number, got: number) =>
    findings.add({ invariant: "I11", wallet: wallet.number, subject, wanted, got });

  const different = new Set(ordered.map(({ version }) => version)).size;
  if (different !== ordered.length) {
    found("versions", ordered.length, different);
    return;
  }
  // A wallet's making may take several versions, so they count from the first that was stated.
  const span = last.version - first.version + 1;
  const unknown = wallet.effects.length - ordered.length + wallet.doubts.length;
  if (span > ordered.length + unknown) found("versions", ordered.length + unknown, span);
  for (const [k, { version, balance, change }] of ordered.entries()) {
    const before = ordered[k - 1];
    if (before === undefined || before.version !== version - 1) continue;
    if (balance !== before.balance + change) {
      found("balance at a version", before.balance + change, balance);
      return;
    }
  }
}

/** Nothing the write side ever stated may be negative. */
export function judgeStated(wallet: Wallet, findings: Findings): void {
  findings.looked("I3", wallet.stated.length);
  const negative = wallet.stated.find(({ balance }) => balance < 0);
  if (negative)
    findings.add({ invariant: "I3", wallet: wallet.number, subject: "write side", wanted: 0, got: negative.balance });
}

/** What all wallets together must hold, at least and at most. */
export function total(wallets: readonly Wallet[]): { low: number; high: number } {
  const sum = (of: (wallet: Wallet) => number) => wallets.reduce((so, wallet) => so + of(wallet), 0);
  return { low: sum(lowest), high: sum(highest) };
}

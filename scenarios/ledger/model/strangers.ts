// I1, the other side of it: the world of a run is closed, so that nothing may happen to anybody else's wallet.
import type { Findings } from "./invariants.ts";

/** How often a list of all wallets has each, and with which balance. */
export type Listed = ReadonlyMap<string, { readonly times: number; readonly balance: number | undefined }>;

/**
 * Judges what happened to the wallets that are not the run's while it was under way: nothing may.
 * @param ours whether a wallet is the run's by its id
 */
export function judgeStrangers(before: Listed, after: Listed, ours: (id: string) => boolean, findings: Findings): void {
  findings.looked("I1");
  const strangers = new Set([...before.keys(), ...after.keys()].filter((id) => !ours(id)));
  const changed = [...strangers].filter((id) => before.get(id)?.balance !== after.get(id)?.balance);
  if (changed.length > 0)
    findings.add({
      invariant: "I1",
      wallet: undefined,
      subject: "wallets of others that changed",
      wanted: 0,
      got: changed.length,
    });
}

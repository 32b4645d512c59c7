// I10: after the last write the projections must come to rest. No fixed wait: they are read until they stand still.
import type { Wallet } from "../model/model.ts";
import { wrongBalance } from "../model/model.ts";
import { metrics, type Round } from "./context.ts";
import { eachOf } from "./parallel.ts";
import { pauseUntil } from "./pause.ts";
import type { TargetAdmin } from "./target-admin.ts";

/** What the projections show of one wallet. */
export interface Seen {
  readonly balance: number | undefined;
  /** Entries in its ledger. */
  readonly count: number;
}

/** Reads that are under way at once: what verifies is not the load, but a thousand wallets one by one would take minutes. */
export const READERS = 10;

/** Milliseconds between two full readings. */
const PAUSE = 100;

async function readAll(round: Round): Promise<Seen[]> {
  const seen: Seen[] = [];
  await eachOf(round.wallets, Math.max(READERS, round.workers), async ({ id }, index) => {
    const [balance, count] = await Promise.all([
      round.client.balance(round.caller("read"), id),
      round.client.entryCount(round.caller("read"), id),
    ]);
    seen[index] = { balance, count };
  });
  return seen;
}

const equal = (one: readonly Seen[], other: readonly Seen[]) =>
  one.length === other.length &&
  one.every(({ balance, count }, k) => Object.is(balance, other[k]?.balance) && count === other[k]?.count);

const right = (wallets: readonly Wallet[], seen: readonly Seen[]) =>
  wallets.every((wallet, k) => {
    const { balance, count = -1 } = seen[k] ?? {};
    const most = wallet.effects.length + wallet.doubts.length;
    return wrongBalance(wallet, balance) === undefined && count >= wallet.effects.length && count <= most;
  });

/**
 * Reads all wallets until two full readings are equal and it is certain that nothing more will come: they show what they must, the target says that its
 * consumers have nothing left, or they have not changed for LAG_TIMEOUT.
 * @returns the last reading
 */
export async function drained(round: Round, target: TargetAdmin | undefined): Promise<Seen[]> {
  const { values, findings } = round;
  const started = Date.now();
  let before = await readAll(round);
  let changed = Date.now();
  for (;;) {
    const quiet = target === undefined ? undefined : (await target.backlog()) === 0;
    await pauseUntil(Date.now() + PAUSE);
    const now = await readAll(round);
    const same = equal(before, now);
    if (!same) changed = Date.now();
    before = now;
    const certain = quiet ?? (right(round.wallets, now) || Date.now() - changed > values.LAG_TIMEOUT);
    const over = Date.now() - started > values.DRAIN_TIMEOUT;
    if (!(same && certain) && !over) continue;
    findings.looked("I10");
    metrics.drain.add(Date.now() - started);
    if (!(same && certain))
      findings.add({ invariant: "I10", wallet: undefined, subject: "projections at rest", wanted: 1, got: 0 });
    return now;
  }
}

// The whole account: every wallet of the round, in every view, against the model.
import type { LedgerEntry } from "../model/entries.ts";
import { WALLET_PREFIX } from "../model/ids.ts";
import { judgeWallets, type Views } from "../model/judge-views.ts";
import { judgeStrangers, type Listed } from "../model/strangers.ts";
import { metrics, type Round } from "./context.ts";
import { READERS, type Seen } from "./drain.ts";
import { eachOf } from "./parallel.ts";

/** Rows of the list of all wallets asked for at once; the original gives 1,000 at most. */
const LIST_PAGE = 1_000;
/** A list longer than this belongs to a service with other users, and is not read. */
const LONGEST_LIST = 50_000;

/**
 * Reads the list of all wallets; undefined when the service gives no whole list, by ignoring the offset or by its length. One that is empty is whole, and lacks the
 * wallets that are there.
 */
export async function readList(round: Round): Promise<Listed | undefined> {
  const listed = new Map<string, { times: number; balance: number }>();
  let firstOfLast: string | undefined;
  for (let offset = 0; offset < LONGEST_LIST; ) {
    const rows = await round.client.wallets(round.caller("read"), LIST_PAGE, offset);
    const [first] = rows;
    if (first === undefined) return listed;
    if (first.id === firstOfLast) return undefined;
    firstOfLast = first.id;
    for (const { id, balance } of rows) listed.set(id, { times: (listed.get(id)?.times ?? 0) + 1, balance });
    offset += rows.length;
  }
  return undefined;
}

async function readEntries(round: Round, seen: readonly Seen[]): Promise<LedgerEntry[][]> {
  const entries: LedgerEntry[][] = [];
  await eachOf(round.wallets, Math.max(READERS, round.workers), async ({ id }, index) => {
    entries[index] = await round.client.entries(round.caller("read"), id, seen[index]?.count ?? 0);
  });
  return entries;
}

/**
 * Verifies all wallets once the service is at rest, those of others too where it gives a whole list.
 * @param seen the reading that found it so
 * @param before the list before the round; undefined where others may move their money meanwhile
 */
export async function verify(round: Round, seen: readonly Seen[], before: Listed | undefined): Promise<void> {
  const started = Date.now();
  const entries = await readEntries(round, seen);
  const list = await readList(round);
  const views = round.wallets.map(
    ({ id }, k): Views => ({
      readModel: seen[k]?.balance,
      listed: list === undefined ? undefined : { times: list.get(id)?.times ?? 0, balance: list.get(id)?.balance },
      entries: entries[k] ?? [],
    }),
  );
  // Wallets of other instances and of runs before this one may still be on their way to rest.
  if (before !== undefined && list !== undefined)
    judgeStrangers(before, list, (id) => id.startsWith(WALLET_PREFIX), round.findings);
  const judged = judgeWallets(round.wallets, views, round.findings);
  metrics.verified.add(judged.verified);
  metrics.drift.add(judged.drift);
  metrics.entries.add(judged.entries);
  metrics.entriesMissing.add(judged.missing);
  metrics.verification.add(Date.now() - started);
}

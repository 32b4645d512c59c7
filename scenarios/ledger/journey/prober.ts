// I9: how long an acknowledged credit takes to be seen in each projection, measured while the operations run.
import { idempotencyKey } from "../model/ids.ts";
import type { Wallet } from "../model/model.ts";
import type { Order } from "../model/operations.ts";
import { metrics, type Round } from "./context.ts";
import { book, requestOf } from "./operation.ts";
import { pauseUntil } from "./pause.ts";
import { settled, timed } from "./send.ts";

/** Milliseconds between two looks, and between two probes. */
const LOOK_EVERY = 20;
const PROBE_EVERY = 250;

/** Looks until it sees what it waits for. @returns milliseconds since `acknowledged`, or undefined when LAG_TIMEOUT was over first */
async function visibleAfter(
  round: Round,
  acknowledged: number,
  look: () => Promise<boolean>,
): Promise<number | undefined> {
  const last = acknowledged + round.values.LAG_TIMEOUT;
  for (let next = Date.now(); ; next = Date.now() + LOOK_EVERY) {
    await pauseUntil(next);
    const asked = Date.now();
    // What was seen by an answer was there when that came, and perhaps earlier.
    if (await look()) return Date.now() - acknowledged;
    if (asked > last) return undefined;
  }
}

async function readModelShows(round: Round, wallet: Wallet, past: ReadonlySet<number>): Promise<boolean> {
  const shown = await round.client.balance(round.caller("read"), wallet.id);
  if (shown === wallet.balance) return true;
  // A stale read shows what once was.
  round.findings.looked("I11");
  if (shown !== undefined && !past.has(shown)) {
    const { balance: wanted, number } = wallet;
    round.findings.add({ invariant: "I11", wallet: number, subject: "balance shown", wanted, got: shown });
  }
  return false;
}

async function ledgerShows(round: Round, wallet: Wallet): Promise<boolean> {
  return (await round.client.entryCount(round.caller("read"), wallet.id)) >= wallet.effects.length;
}

/** One probe: a credit, and both projections watched for it. @returns whether its answer was definite */
async function probe(round: Round, wallet: Wallet, number: number, past: Set<number>): Promise<boolean> {
  const order: Order = { kind: "credit", wallet, to: undefined, amount: 1 + (number % 9) };
  past.add(wallet.balance);
  const request = requestOf(round, order, idempotencyKey(round.id, `probe-${number}`));
  const answer = await timed(
    "credit",
    ({ kind }) => kind === "ok",
    () => settled(round, "credit", request),
  );
  const acknowledged = Date.now();
  book(order, answer);
  // Without a definite answer nobody knows what should become visible.
  if (answer.kind !== "ok") return false;
  round.findings.looked("I9");
  const seen = await Promise.all([
    visibleAfter(round, acknowledged, () => readModelShows(round, wallet, past)),
    visibleAfter(round, acknowledged, () => ledgerShows(round, wallet)),
  ]);
  for (const [k, view] of (["read", "ledger"] as const).entries()) {
    const lag = seen[k];
    if (lag === undefined) metrics.lagNever.add(1, { view });
    else metrics.lag.add(lag, { view });
  }
  const visible = seen.filter((lag) => lag !== undefined).length;
  if (visible < seen.length)
    round.findings.add({
      invariant: "I9",
      wallet: wallet.number,
      subject: "projections that show a probe",
      wanted: seen.length,
      got: visible,
    });
  return true;
}

/** Probes until the operations are done, once at least. Ends with the first probe that got no definite answer: its wallet can no longer be told apart. */
export async function prober(round: Round, wallet: Wallet | undefined, done: () => boolean): Promise<void> {
  if (wallet === undefined) return;
  const past = new Set<number>();
  for (let number = 0; number === 0 || !done(); number++) {
    if (!(await probe(round, wallet, number, past))) return;
    if (!done()) await pauseUntil(Date.now() + PROBE_EVERY);
  }
}

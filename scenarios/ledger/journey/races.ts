// I4: several callers debit a whole balance at once, and exactly one of them gets it.
import { idempotencyKey } from "../model/ids.ts";
import { lowest, type Wallet } from "../model/model.ts";
import type { Order } from "../model/operations.ts";
import { metrics, type Round } from "./context.ts";
import { book, requestOf } from "./operation.ts";
import { settled, timed } from "./send.ts";

const CALLERS = 8;

/** One race. The wallet is nobody else's, so that its whole balance is known. */
async function race(round: Round, wallet: Wallet, number: number): Promise<void> {
  const order: Order = { kind: "debit", wallet, to: undefined, amount: lowest(wallet) };
  const answers = await Promise.all(
    Array.from({ length: CALLERS }, (_, caller) => {
      const request = requestOf(round, order, idempotencyKey(round.id, `race-${number}-${caller}`));
      return timed(
        "race",
        ({ kind }) => kind === "ok" || kind === "refused",
        () => settled(round, "race", request),
      );
    }),
  );
  for (const answer of answers) book(order, answer);
  const count = (kind: string) => answers.filter((answer) => answer.kind === kind).length;
  const wins = count("ok");
  metrics.races.add(1);
  round.findings.looked("I4");
  // A race whose answers stayed ambiguous may have been won by one of them.
  const unknown = count("ambiguous") + count("unexpected");
  if (wins === 1 || (wins === 0 && unknown > 0)) return;
  metrics.racesWrong.add(1);
  round.findings.add({ invariant: "I4", wallet: wallet.number, subject: "winners of a race", wanted: 1, got: wins });
}

/** The round's races, one after another, beside its operations. */
export async function races(round: Round, wallets: readonly Wallet[]): Promise<void> {
  for (const [number, wallet] of wallets.entries()) await race(round, wallet, number);
}

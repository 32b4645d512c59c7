// I3 and I6: every wallet is asked for one unit more than it holds. A service that pays it has no limit; one that refuses often says what is there, which is
// the write side's own word on every single wallet.
import { idempotencyKey } from "../model/ids.ts";
import { highest, type Wallet } from "../model/model.ts";
import type { Order } from "../model/operations.ts";
import { failed, type Round } from "./context.ts";
import { book, requestOf } from "./operation.ts";
import { eachOf } from "./parallel.ts";
import { settled, timed } from "./send.ts";

async function overdraft(round: Round, wallet: Wallet): Promise<void> {
  const order: Order = { kind: "debit", wallet, to: undefined, amount: highest(wallet) + 1 };
  const request = requestOf(round, order, idempotencyKey(round.id, `overdraft-${wallet.number}`));
  const answer = await timed(
    "overdraft",
    ({ kind }) => kind === "refused",
    () => settled(round, "overdraft", request),
  );
  book(order, answer);
  round.findings.looked("I3");
  round.findings.looked("I6");
  if (answer.kind === "refused") {
    wallet.last = answer.balance;
    return;
  }
  if (answer.kind === "ok")
    round.findings.add({
      invariant: "I3",
      wallet: wallet.number,
      subject: "amount paid beyond the balance",
      wanted: 0,
      got: 1,
    });
  failed(answer.kind === "ambiguous" ? answer.cause : answer.kind === "ok" ? "proof" : "protocol", "overdraft");
}

/** Asks all wallets, when no other write is under way. */
export async function overdrafts(round: Round): Promise<void> {
  await eachOf(round.wallets, round.workers, (wallet) => overdraft(round, wallet));
}

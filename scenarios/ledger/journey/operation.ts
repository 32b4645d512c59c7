// One operation: sent, answered, booked. A scenario's user is an operation here, and none can vanish.
import type { ErrorKind } from "../../../src/core/errors.ts";
import { grouped } from "../../../src/core/format.ts";
import { type Failure, type UserOutcome, userBegan, userEnded } from "../../../src/k6/accounting.ts";
import type { Caller } from "../../../src/k6/user.ts";
import type { Answer } from "../model/answers.ts";
import { idempotencyKey } from "../model/ids.ts";
import { type Reservation, reserve, settle, type Wallet } from "../model/model.ts";
import { drawOrder, effectsOf, type Order, replayOf } from "../model/operations.ts";
import { metrics, type Round } from "./context.ts";
import { repeated, together } from "./replay.ts";
import { settled, timed } from "./send.ts";

/** The request of an order. @param more added to its amount, which makes it another body for the same key */
export function requestOf({ client }: Round, { kind, wallet, to, amount }: Order, key: string) {
  return (caller: Caller, more = 0): Promise<Answer> => {
    if (to !== undefined) return client.transfer(caller, wallet.id, to.id, amount + more, key);
    return client[kind === "credit" ? "credit" : "debit"](caller, wallet.id, amount + more, key);
  };
}

/** Books what the answer says of the order's wallets. */
export function book(order: Order, answer: Answer): void {
  for (const [wallet, effect] of effectsOf(order)) {
    if (answer.kind === "ok")
      settle(
        wallet,
        effect,
        answer.wallets.find(({ id }) => id === wallet.id),
      );
    else (answer.kind === "refused" ? wallet.refused : wallet.doubts).push(effect);
  }
}

/** How an operation with this answer ended; refused is one that had to be. */
function endOf(
  round: Round,
  order: Order,
  answer: Answer,
  reservation: Reservation | undefined,
): UserOutcome | Failure {
  const failed = (kind: ErrorKind) => ({ kind, step: order.kind });
  switch (answer.kind) {
    case "ok":
      return "succeeded";
    case "ambiguous":
      return failed(answer.cause);
    case "unexpected":
      return failed("protocol");
    case "refused": {
      round.findings.looked("I6");
      if (answer.reason !== "funds") return failed("refused");
      if (reservation !== undefined && reservation.least < order.amount) return "refused";
      // The money was there all the time.
      round.findings.add({
        invariant: "I6",
        wallet: order.wallet.number,
        subject: "amount refused of a balance that has it",
        wanted: reservation?.least ?? order.wallet.balance,
        got: order.amount,
      });
      return failed("proof");
    }
  }
}

function log(number: number, { kind, wallet, to, amount }: Order, answer: Answer, ms: number): void {
  const where = to === undefined ? wallet.id : `${wallet.id} -> ${to.id}`;
  const shown =
    answer.kind === "ok"
      ? `balance ${answer.wallets.map(({ balance }) => grouped(balance)).join(" and ")}`
      : answer.says;
  console.log(`operation ${number}: ${kind} ${grouped(amount)} ${where}: ${answer.kind} after ${ms} ms, ${shown}`);
}

/** Draws the round's n-th operation and carries it out to its end. */
export async function operation(round: Round, wallets: readonly Wallet[], number: number): Promise<void> {
  const { values } = round;
  const order = drawOrder(round.random, wallets, values.MIX, values.HOT);
  const request = requestOf(round, order, idempotencyKey(round.id, `operation-${number}`));
  const replay = replayOf(values.REPLAY, number);
  const reservation = order.kind === "credit" ? undefined : reserve(order.wallet, order.amount);
  const started = Date.now();
  userBegan(metrics);
  const answer = await timed(
    order.kind,
    ({ kind }) => kind === "ok",
    () => (replay === "together" ? together(round, order, request) : settled(round, order.kind, request)),
  );
  const took = Date.now() - started;
  if (reservation !== undefined) order.wallet.reserved.delete(reservation);
  book(order, answer);
  const end = endOf(round, order, answer, reservation);
  if (values.VERBOSE) log(number, order, answer, took);
  if ((replay === "again" || replay === "other") && answer.kind === "ok")
    await repeated(round, order, request, replay, answer);

  userEnded(metrics, end, took);
}

// I5: one key, one effect, one answer, however often and with whatever body it is sent.

import type { Caller } from "../../../src/k6/user.ts";
import { type Answer, sameEffect } from "../model/answers.ts";
import type { Order, Replay } from "../model/operations.ts";
import { metrics, type Round } from "./context.ts";
import { asked, settled, timed } from "./send.ts";

type Request = (caller: Caller, more?: number) => Promise<Answer>;

/** Sends of one key that are under way at once. */
const AT_ONCE = 4;

function doubled(
  round: Round,
  order: Order,
  subject: "effects of one key" | "accepted uses of a key with another body",
  got: number,
): void {
  metrics.doubled.add(1);
  const wanted = subject === "effects of one key" ? 1 : 0;
  round.findings.add({ invariant: "I5", wallet: order.wallet.number, subject, wanted, got });
}

const isOk = (answer: Answer) => answer.kind === "ok";

/** Answers that differ in what they say was done. */
function different(answers: readonly Answer[]): Answer[] {
  const kinds: Answer[] = [];
  for (const answer of answers) if (!kinds.some((known) => sameEffect(known, answer))) kinds.push(answer);
  return kinds;
}

/**
 * Sends an operation several times at once under its key, and once more when those are answered: some may be told that the key is under way.
 * @returns the operation's one answer
 */
export async function together(round: Round, order: Order, request: Request): Promise<Answer> {
  metrics.replays.add(1, { how: "together" });
  round.findings.looked("I5");
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => asked(round, order.kind, request)));
  const last = await timed("replay", isOk, () => settled(round, "replay", request));
  const accepted = [...answers, last].filter(isOk);
  const effects = different(accepted).length;
  if (effects > 1) doubled(round, order, "effects of one key", effects);
  return accepted[0] ?? last;
}

/** Sends an operation that succeeded again under its key, as it was or with another body. */
export async function repeated(
  round: Round,
  order: Order,
  request: Request,
  how: Exclude<Replay, "together">,
  first: Answer,
): Promise<void> {
  metrics.replays.add(1, { how });
  round.findings.looked("I5");
  if (how === "again") {
    const answer = await timed("replay", isOk, () => settled(round, "replay", request));
    if (answer.kind !== "ambiguous" && !sameEffect(first, answer)) doubled(round, order, "effects of one key", 2);
    return;
  }
  const answer = await timed(
    "replay",
    ({ kind }) => kind === "refused",
    () => asked(round, "replay", (caller) => request(caller, 1)),
  );
  if (isOk(answer)) doubled(round, order, "accepted uses of a key with another body", 1);
}

// A write until its answer is definite.

import { defaultRetry, retryDelay } from "../../../src/core/retry.ts";
import { stepEnded } from "../../../src/k6/accounting.ts";
import type { Caller } from "../../../src/k6/user.ts";
import type { Answer } from "../model/answers.ts";
import type { LedgerStep } from "../model/metrics.ts";
import { metrics, type Round } from "./context.ts";

/** Unexpected answers that are printed; all are counted, and fail the run. */
const PRINTED = 3;
let printed = 0;

/** Counts what one request came to. */
function noted(answer: Answer, step: LedgerStep, ambiguous: boolean): Answer {
  if (ambiguous || answer.kind === "ambiguous") metrics.ambiguous.add(1);
  if (answer.kind === "ambiguous") metrics.unresolved.add(1);
  if (answer.kind === "unexpected") {
    metrics.unexpected.add(1);
    if (printed++ < PRINTED) console.error(`unexpected answer at ${step}: ${answer.says}`);
  }
  return answer;
}

/**
 * Sends a request, again with its key while its answer tells nothing certain: no answer, an error of the server, or a key that is still under way. What is
 * still ambiguous after RETRY_FOR stays so.
 */
export async function settled(
  round: Round,
  step: LedgerStep,
  request: (caller: Caller) => Promise<Answer>,
): Promise<Answer> {
  const caller = round.caller(step);
  const began = Date.now();
  for (let attempt = 1; ; attempt++) {
    const answer = await request(caller);
    if (answer.kind !== "refused" || answer.reason !== "conflict") return noted(answer, step, caller.wasAmbiguous());
    // A wallet that exists was made by a request whose answer was lost.
    if (step === "create" && /exist/i.test(answer.says)) return noted(answer, step, caller.wasAmbiguous());
    const policy = { ...defaultRetry, budget: caller.retryFor };
    const delay = retryDelay(policy, attempt, Date.now() - began, caller.random.uniform());
    if (delay === undefined) return noted({ kind: "ambiguous", cause: "refused", says: answer.says }, step, true);
    caller.retried("refused");
    await caller.pause(delay);
  }
}

/** Sends a request once with what `send` repeats by itself, whatever comes of it. */
export async function asked(round: Round, step: LedgerStep, request: (caller: Caller) => Promise<Answer>) {
  const caller = round.caller(step);
  return noted(await request(caller), step, caller.wasAmbiguous());
}

/** Measures one step. */
export async function timed<T>(step: LedgerStep, ok: (result: T) => boolean, fn: () => Promise<T>): Promise<T> {
  const started = Date.now();
  const result = await fn();
  stepEnded(metrics, step, started, ok(result));
  return result;
}

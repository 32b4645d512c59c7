import { JourneyError } from "../../../src/core/errors.ts";
import { stream } from "../../../src/core/random.ts";
import { clock } from "../../../src/k6/user.ts";
import { ledgerOf } from "../client/wallex.ts";
import type { LedgerRun } from "./context.ts";

/** Longest that the question may take, milliseconds: a wrong target must be told within seconds. */
const CHECK_TIMEOUT = 3_000;

/**
 * setup()'s part: something answers at LEDGER_URL, and it is a ledger. One attempt.
 * @throws JourneyError that says what is wrong and what to do
 */
export async function checkTarget({ values }: LedgerRun): Promise<void> {
  const caller = {
    random: stream(0, "check"),
    retryFor: 0,
    httpTimeout: CHECK_TIMEOUT,
    retried: () => undefined,
    ...clock(CHECK_TIMEOUT, "the check of the target"),
  };
  try {
    await ledgerOf(values.LEDGER_URL).probe(caller);
  } catch (thrown) {
    const { kind, message } = thrown as JourneyError;
    const what =
      kind === "transport" || kind === "timeout"
        ? "does not answer; start the service (bin/onrush sandbox --for ledger), or set LEDGER_URL"
        : "answers, but not as a ledger; set LEDGER_URL to the wallet service";
    throw new JourneyError(kind, `LEDGER_URL=${values.LEDGER_URL} ${what} (${message})`);
  }
}

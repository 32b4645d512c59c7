// What a round found, as metrics: the verdict knows nothing else.

import { grouped, plural } from "../../../src/core/format.ts";
import { findingWords, inTurn, numbersOf } from "../model/findings.ts";
import { type Invariant, invariantNames, invariants } from "../model/invariants.ts";
import { FINDING_SLOTS } from "../model/metrics.ts";
import { replayOf } from "../model/operations.ts";
import { metrics, type Round } from "./context.ts";

/** Findings of all rounds of this process so far. */
let found = 0;

/** The invariants that a whole round must have judged. */
function expected({ values, plan, wallets }: Round): Invariant[] {
  const replays = Array.from({ length: plan.operations }, (_, n) => replayOf(values.REPLAY, n)).some((how) => how);
  const versions = wallets.some(({ stated }) => stated.some(({ version }) => version !== undefined));
  const optional: Partial<Record<Invariant, boolean>> = { I4: values.RACES > 0, I5: replays, I11: versions };
  return invariantNames.filter((name) => optional[name] ?? true);
}

/** Writes down the findings of a round that came to its end, and says them where it happens too. */
export function record(round: Round): void {
  const { findings, id } = round;
  for (const name of invariantNames) {
    metrics.checked.add(findings.checked(name), { invariant: name });
    metrics.broken.add(findings.broken(name), { invariant: name });
  }
  metrics.findings.add(findings.all.length);
  for (const finding of inTurn(findings.all)) {
    if (found >= FINDING_SLOTS) break;
    const slot = String(found++);
    const numbers = numbersOf(finding, id.round);
    metrics.findingRound.add(numbers.round, { slot });
    metrics.findingWallet.add(numbers.wallet, { slot });
    metrics.findingInvariant.add(numbers.invariant, { slot });
    metrics.findingSubject.add(numbers.subject, { slot });
    metrics.findingWanted.add(numbers.wanted, { slot });
    metrics.findingGot.add(numbers.got, { slot });
    console.warn(findingWords(numbers, id.run, id.instance));
  }
  const unjudged = expected(round).filter((name) => findings.checked(name) === 0);
  for (const name of unjudged) console.error(`round ${id.round}: ${name}, ${invariants[name]}, could not be judged`);
  if (unjudged.length === 0) metrics.unjudged.add(-1);
  const broken = invariantNames.filter((name) => findings.broken(name) > 0);
  console.log(
    `round ${id.round}: ${plural(round.wallets.length, "wallet")} verified, ${
      broken.length === 0
        ? "every invariant held"
        : `${broken.join(", ")} broken (${grouped(findings.all.length)} findings)`
    }`,
  );
}

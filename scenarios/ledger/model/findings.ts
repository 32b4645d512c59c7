// How findings get from the VU that judged a round into the verdict: handleSummary knows metrics only, so each finding is written as six gauges of a slot.
import { grouped } from "../../../src/core/format.ts";
import { walletId } from "./ids.ts";
import { type Finding, invariantNames, subjects } from "./invariants.ts";

/** Gauges cannot be empty: these stand for "no wallet" and "nothing was there". */
const NO_WALLET = -1;
const NOTHING = -(2 ** 60);

/** A finding in numbers. */
export interface FindingNumbers {
  readonly round: number;
  readonly wallet: number;
  readonly invariant: number;
  readonly subject: number;
  readonly wanted: number;
  readonly got: number;
}

/** The findings in the order in which a reader wants them: the first of each broken invariant, then the second of each, and so on. */
export function inTurn(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, number>();
  const ranked = findings.map((finding) => {
    const rank = seen.get(finding.invariant) ?? 0;
    seen.set(finding.invariant, rank + 1);
    return { finding, rank };
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ finding }) => finding);
}

export function numbersOf(finding: Finding, round: number): FindingNumbers {
  const { got } = finding;
  return {
    round,
    wallet: finding.wallet ?? NO_WALLET,
    invariant: invariantNames.indexOf(finding.invariant),
    subject: subjects.indexOf(finding.subject),
    wanted: finding.wanted,
    got: got === undefined || Number.isNaN(got) ? NOTHING : got,
  };
}

/** "onrush-x-0-0-12: read model 510.01, wanted 1,010 (I8)". */
export function findingWords(numbers: FindingNumbers, run: number, instance: number): string {
  const { round, wallet, invariant, subject, wanted, got } = numbers;
  const who = wallet === NO_WALLET ? "all wallets" : walletId({ run, instance, round }, wallet);
  const shown = got === NOTHING ? "nothing" : grouped(got);
  return `${who}: ${subjects[subject]} ${shown}, wanted ${grouped(wanted)} (${invariantNames[invariant]})`;
}

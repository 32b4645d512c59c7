import { describe, expect, it } from "vitest";
import type { MetricReader } from "../../../src/core/summary/types.ts";
import { findingWords, inTurn, numbersOf } from "./findings.ts";
import { newRun, runPrefix, walletId } from "./ids.ts";
import { type Finding, invariantNames, subjects } from "./invariants.ts";
import { FINDING_SLOTS, ledgerMetrics as m, part } from "./metrics.ts";
import { ledgerReport, prefixIn } from "./report.ts";

const finding = (more: Partial<Finding> = {}): Finding => ({
  invariant: "I8",
  wallet: 12,
  subject: "read model",
  wanted: 1_010,
  got: 510.01,
  ...more,
});

/** A run whose metrics are these. */
function readerOf(counts: Record<string, number>, gauges: Record<string, number> = {}): MetricReader {
  return {
    count: (name) => counts[name] ?? 0,
    value: (name) => gauges[name],
    trend: () => undefined,
  };
}

/** The gauges of findings, as a VU writes them. */
function slots(findings: readonly Finding[], round = 0): Record<string, number> {
  return Object.fromEntries(
    findings.slice(0, FINDING_SLOTS).flatMap((each, slot) => {
      const n = numbersOf(each, round);
      return [
        [part(m.findingRound, "slot", slot), n.round],
        [part(m.findingWallet, "slot", slot), n.wallet],
        [part(m.findingInvariant, "slot", slot), n.invariant],
        [part(m.findingSubject, "slot", slot), n.subject],
        [part(m.findingWanted, "slot", slot), n.wanted],
        [part(m.findingGot, "slot", slot), n.got],
      ];
    }),
  );
}

describe("a finding's way through gauges", () => {
  it.each<[Partial<Finding>, string]>([
    [{}, "onrush-a-0-3-12: read model 510.01, wanted 1,010 (I8)"],
    [{ got: undefined }, "onrush-a-0-3-12: read model nothing, wanted 1,010 (I8)"],
    [{ got: Number.NaN }, "onrush-a-0-3-12: read model nothing, wanted 1,010 (I8)"],
    [{ got: -5, wanted: 0 }, "onrush-a-0-3-12: read model -5, wanted 0 (I8)"],
    [
      { wallet: undefined, invariant: "I1", subject: "sum of the ledger" },
      "all wallets: sum of the ledger 510.01, wanted 1,010 (I1)",
    ],
  ])("%j", (more, words) => expect(findingWords(numbersOf(finding(more), 3), 10, 0)).toBe(words));

  it("knows every invariant and subject", () => {
    for (const invariant of invariantNames) {
      for (const subject of subjects)
        expect(findingWords(numbersOf(finding({ invariant, subject }), 0), 10, 0)).toContain(
          `${subject} 510.01, wanted 1,010 (${invariant})`,
        );
    }
  });

  it("shows one of each invariant before a second one of any", () => {
    const order = inTurn(
      ["I5", "I5", "I5", "I2", "I2", "I7"].map((invariant) => finding({ invariant } as Partial<Finding>)),
    );
    expect(order.map(({ invariant }) => invariant)).toEqual(["I5", "I2", "I7", "I5", "I2", "I5"]);
  });
});

describe("the report", () => {
  const lines = (counts: Record<string, number>, gauges?: Record<string, number>) =>
    ledgerReport(readerOf(counts, gauges)).map(({ label, parts }) => `${label} ${parts.join(" ")}`);

  it("says of each invariant whether it held", () => {
    const text = lines({
      [part(m.checked, "invariant", "I1")]: 3,
      [part(m.checked, "invariant", "I7")]: 40,
      [part(m.broken, "invariant", "I7")]: 2,
    }).join("\n");
    expect(text).toMatch(/^I1 held +money is conserved 3 looked at$/m);
    expect(text).toMatch(/^I7 BROKEN 2 times /m);
    expect(text).toMatch(/^I8 not judged /m);
  });

  it("names the first ten findings and counts the rest", () => {
    const findings = Array.from({ length: 14 }, (_, wallet) => finding({ wallet }));
    const gauges = { ...slots(findings), [m.run.name]: 10, [m.instance.name]: 1 };
    const found = lines({ [m.findings.name]: 14 }, gauges).filter((line) => line.startsWith("found"));
    expect(found).toHaveLength(10);
    expect(found[9]).toBe("found onrush-a-1-0-9: read model 510.01, wanted 1,010 (I8)");
    expect(lines({ [m.findings.name]: 14 }, gauges)).toContain(" and 4 more");
  });

  it("holds the prefix of the run's wallets, which the command reads", () => {
    const run = newRun(1_790_000_000_000, 0.5);
    expect(prefixIn(ledgerReport(readerOf({}, { [m.run.name]: run })))).toBe(runPrefix(run));
    expect(walletId({ run, instance: 0, round: 0 }, 5).startsWith(runPrefix(run))).toBe(true);
    expect(prefixIn([])).toBeUndefined();
  });
});

// The ledger's lines of the verdict: each invariant held or broken, and the wallets that break one, with the amounts.

import { grouped, plural } from "../../../src/core/format.ts";
import { time } from "../../../src/core/summary/text.ts";
import type { Reading, ReportLine } from "../../../src/core/summary/types.ts";
import { findingWords } from "./findings.ts";
import { runPrefix } from "./ids.ts";
import { invariantNames, invariants } from "./invariants.ts";
import { FINDING_SLOTS, ledgerMetrics as m, part } from "./metrics.ts";

const WALLETS = "wallets";

function findingLines(reading: Reading): ReportLine[] {
  const all = reading.count(m.findings.name);
  const run = reading.value(m.run.name) ?? 0;
  const instance = reading.value(m.instance.name) ?? 0;
  const lines: ReportLine[] = [];
  for (let slot = 0; slot < Math.min(all, FINDING_SLOTS); slot++) {
    const value = (metric: { readonly name: string }) => reading.value(part(metric, "slot", slot)) ?? 0;
    const numbers = {
      round: value(m.findingRound),
      wallet: value(m.findingWallet),
      invariant: value(m.findingInvariant),
      subject: value(m.findingSubject),
      wanted: value(m.findingWanted),
      got: value(m.findingGot),
    };
    lines.push({ label: "found", parts: [findingWords(numbers, run, instance)] });
  }
  if (all > FINDING_SLOTS) lines.push({ label: "", parts: [`and ${grouped(all - FINDING_SLOTS)} more`] });
  return lines;
}

function invariantLines(reading: Reading): ReportLine[] {
  return invariantNames.map((name) => {
    const checked = reading.count(part(m.checked, "invariant", name));
    const broken = reading.count(part(m.broken, "invariant", name));
    const state = broken > 0 ? `BROKEN ${plural(broken, "time")}` : checked > 0 ? "held" : "not judged";
    return { label: name, parts: [state.padEnd(14), invariants[name], `${grouped(checked)} looked at`] };
  });
}

const optionalTime = (label: string, ms: number | undefined) => (ms === undefined ? "" : `${label} ${time(ms)}`);

/** The lines, in the order of a reader's questions: how fast, what became of the money, where is it wrong. */
export function ledgerReport(reading: Reading): ReportLine[] {
  const seconds = reading.count(m.working.name);
  const done = reading.count("ledger_succeeded");
  const lag = (view: string) => {
    const metric = part(m.lag, "view", view);
    const p50 = reading.trend(metric, "med");
    const p95 = reading.trend(metric, "p(95)");
    return p50 === undefined || p95 === undefined ? `${view} never seen` : `${view} P50 ${time(p50)} P95 ${time(p95)}`;
  };
  const [ambiguous, unresolved, unexpected] = [m.ambiguous, m.unresolved, m.unexpected].map(({ name }) =>
    reading.count(name),
  ) as [number, number, number];
  return [
    {
      label: "speed",
      parts: [seconds > 0 ? `${(done / seconds).toFixed(1)} operations/s over ${time(1_000 * seconds)}` : "none"],
    },
    {
      label: WALLETS,
      parts: [
        `${grouped(reading.count(m.verified.name))} of ${grouped(reading.count(m.created.name))} verified`,
        `drift ${grouped(reading.count(m.drift.name))}`,
        `ids ${runPrefix(reading.value(m.run.name) ?? 0)}*`,
      ],
    },
    {
      label: "answers",
      parts: [
        `ambiguous ${grouped(ambiguous)}, unresolved ${grouped(unresolved)}`,
        `unexpected ${grouped(unexpected)}`,
        `replayed ${grouped(reading.count(m.replays.name))}, doubled ${grouped(reading.count(m.doubled.name))}`,
        `races ${grouped(reading.count(m.races.name))}, wrong ${grouped(reading.count(m.racesWrong.name))}`,
      ],
    },
    {
      label: "visible",
      parts: [
        `lag ${lag("read")}, ${lag("ledger")}`,
        optionalTime("at rest after", reading.trend(m.drain.name, "max")),
        optionalTime("verified in", reading.trend(m.verification.name, "max")),
      ],
    },
    ...invariantLines(reading),
    ...findingLines(reading),
  ];
}

/** The prefix of a finished run's wallets, from the lines of its verdict; undefined when it made none. */
export function prefixIn(lines: readonly ReportLine[]): string | undefined {
  const text = lines.find(({ label }) => label === WALLETS)?.parts.join(" ");
  return /\bids (\S+)\*/.exec(text ?? "")?.[1];
}

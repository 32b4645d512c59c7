// The ledger's lines of the verdict: each invariant held or broken, and the wallets that break one, with the amounts.

import { grouped, plural } from "../../../src/core/format.ts";
import { formatMs } from "../../../src/core/summary/text.ts";
import type { MetricReader, ReportLine } from "../../../src/core/summary/types.ts";
import { findingWords } from "./findings.ts";
import { runPrefix } from "./ids.ts";
import { invariantNames, invariants } from "./invariants.ts";
import { FINDING_SLOTS, ledgerMetrics as m, part } from "./metrics.ts";

const WALLETS = "wallets";

function findingLines(reader: MetricReader): ReportLine[] {
  const all = reader.count(m.findings.name);
  const run = reader.value(m.run.name) ?? 0;
  const instance = reader.value(m.instance.name) ?? 0;
  const lines: ReportLine[] = [];
  for (let slot = 0; slot < Math.min(all, FINDING_SLOTS); slot++) {
    const value = (metric: { readonly name: string }) => reader.value(part(metric, "slot", slot)) ?? 0;
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

function invariantLines(reader: MetricReader): ReportLine[] {
  return invariantNames.map((name) => {
    const checked = reader.count(part(m.checked, "invariant", name));
    const broken = reader.count(part(m.broken, "invariant", name));
    const state = broken > 0 ? `BROKEN ${plural(broken, "time")}` : checked > 0 ? "held" : "not judged";
    return { label: name, parts: [state.padEnd(14), invariants[name], `${grouped(checked)} looked at`] };
  });
}

const optionalTime = (label: string, ms: number | undefined) => (ms === undefined ? "" : `${label} ${formatMs(ms)}`);

/** The lines, in the order of a reader's questions: how fast, what became of the money, where is it wrong. */
export function ledgerReport(reader: MetricReader): ReportLine[] {
  const seconds = reader.count(m.working.name);
  const done = reader.count("ledger_succeeded");
  const lag = (view: string) => {
    const metric = part(m.lag, "view", view);
    const p50 = reader.trend(metric, "med");
    const p95 = reader.trend(metric, "p(95)");
    return p50 === undefined || p95 === undefined
      ? `${view} never seen`
      : `${view} P50 ${formatMs(p50)} P95 ${formatMs(p95)}`;
  };
  const [ambiguous, unresolved, unexpected] = [m.ambiguous, m.unresolved, m.unexpected].map(({ name }) =>
    reader.count(name),
  ) as [number, number, number];
  return [
    {
      label: "speed",
      parts: [seconds > 0 ? `${(done / seconds).toFixed(1)} operations/s over ${formatMs(1_000 * seconds)}` : "none"],
    },
    {
      label: WALLETS,
      parts: [
        `${grouped(reader.count(m.verified.name))} of ${grouped(reader.count(m.created.name))} verified`,
        `drift ${grouped(reader.count(m.drift.name))}`,
        `ids ${runPrefix(reader.value(m.run.name) ?? 0)}*`,
      ],
    },
    {
      label: "answers",
      parts: [
        `ambiguous ${grouped(ambiguous)}, unresolved ${grouped(unresolved)}`,
        `unexpected ${grouped(unexpected)}`,
        `replayed ${grouped(reader.count(m.replays.name))}, doubled ${grouped(reader.count(m.doubled.name))}`,
        `races ${grouped(reader.count(m.races.name))}, wrong ${grouped(reader.count(m.racesWrong.name))}`,
      ],
    },
    {
      label: "visible",
      parts: [
        `lag ${lag("read")}, ${lag("ledger")}`,
        optionalTime("at rest after", reader.trend(m.drain.name, "max")),
        optionalTime("verified in", reader.trend(m.verification.name, "max")),
      ],
    },
    ...invariantLines(reader),
    ...findingLines(reader),
  ];
}

/** The prefix of a finished run's wallets, from the lines of its verdict; undefined when it made none. */
export function prefixIn(lines: readonly ReportLine[]): string | undefined {
  const text = lines.find(({ label }) => label === WALLETS)?.parts.join(" ");
  return /\bids (\S+)\*/.exec(text ?? "")?.[1];
}

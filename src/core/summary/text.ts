import { formatDuration } from "../duration.ts";
import { grouped } from "../format.ts";
import type { ErrorCount, GateResult, Verdict } from "./types.ts";

const LABEL = 12;

/** Milliseconds for people: "350 ms", "2.1 s", "1m30s"; "-" for what was not measured. */
export function formatMs(ms: number | undefined): string {
  if (ms === undefined) return "-";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${(ms / 1_000).toFixed(1)} s` : formatDuration(Math.round(ms / 1_000) * 1_000);
}

/** Never rounded up to all of them: one failure in ten thousand is not "100.0 %". */
const share = (part: number, whole: number) =>
  whole === 0 ? "-" : `${Math.min((100 * part) / whole, part < whole ? 99.9 : 100).toFixed(1)} %`;
const line = (label: string, ...parts: string[]) =>
  `  ${label.padEnd(LABEL - 1)}${parts.filter((p) => p !== "").join("   ")}`;

/** A gate's value in the metric's own notation. */
function shown(value: number | undefined): string {
  if (value === undefined) return "no data";
  if (Number.isInteger(value)) return grouped(value);
  return Math.abs(value) >= 100 ? grouped(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function gateLines(gates: readonly GateResult[]): string[] {
  if (gates.length === 0) return ["  no gate judged this run: it proves nothing"];
  const rows = gates.map((g) => {
    const [, aggregate = "", operator = "", right = ""] = /^(.*?)\s*([<>=!]+)\s*(.*)$/.exec(g.expression) ?? [];
    // The aggregate is worth printing only where it is not the metric's one natural value.
    const what = /^(count|rate|value)$/.test(aggregate) ? "" : `${aggregate} `;
    const limit = shown(Number(right));
    const got = shown(g.got);
    return {
      ok: g.ok ? "ok  " : "FAIL",
      name: g.metric,
      wanted: `${what}${operator} ${limit}`,
      // Rounding must not make a value that failed look like the one that was wanted.
      got: !g.ok && got === limit ? String(g.got) : got,
    };
  });
  const name = Math.max(4, ...rows.map((r) => r.name.length));
  const wanted = Math.max(6, ...rows.map((r) => r.wanted.length));
  return [
    `  ${"gate".padEnd(name + 5)}   ${"wanted".padEnd(wanted)}   got`,
    ...rows.map((r) => `  ${r.ok} ${r.name.padEnd(name)}   ${r.wanted.padEnd(wanted)}   ${r.got}`),
  ];
}

const listed = (counts: readonly ErrorCount[]) =>
  counts.map((t) => `${grouped(t.count)} ${t.kind}${t.detail ? ` ${t.detail}` : ""} at ${t.step}`).join(" · ");

function headline(verdict: Verdict): string {
  const failed = verdict.gates.filter((g) => !g.ok).length;
  switch (verdict.status) {
    case "PASSED":
      return `PASSED  ${verdict.gates.length} of ${verdict.gates.length} gates`;
    case "FAILED":
      return verdict.gates.length === 0
        ? "FAILED  no gate judged this run"
        : `FAILED  ${failed} of ${verdict.gates.length} gates`;
    case "UNPROVED":
      return "UNPROVED  every gate held, but not everything could be judged";
    case "ABORTED":
      return "ABORTED  circuit breaker: too many users failed in a row";
    case "INTERRUPTED":
      return `INTERRUPTED  ${grouped(verdict.users.ended)} of ${grouped(verdict.context.planned)} ${verdict.context.noun} ended, ${grouped(verdict.users.unfinished)} were cut off: not a result`;
    case "NOT STARTED":
      return `FAILED  no ${verdict.context.noun.replace(/s$/, "")} started`;
  }
}

/** The verdict as a person reads it in ten seconds. */
export function verdictText(verdict: Verdict): string {
  const { context, users, response, wallets, generator } = verdict;
  const rate = context.seconds ? users.succeeded / context.seconds : undefined;
  const lines = [
    `${context.scenario} · ${context.target} · ${context.load}${context.instances > 1 ? ` · 1 of ${context.instances} instances` : ""}`,
    `  ${headline(verdict)}`,
    ...verdict.unproved.map((what) => `  unproved: ${what}`),
    ...context.labels.map((label) => `  note: ${label}`),
    "",
    line(
      context.noun,
      grouped(users.ended),
      `successful ${grouped(users.succeeded)} (${share(users.succeeded, users.ended)})`,
      `failed ${grouped(users.failed)}`,
      users.refused > 0 ? `refused ${grouped(users.refused)}` : "",
      `degraded ${grouped(users.degraded)}`,
      `dropped ${grouped(users.dropped)}`,
      users.unfinished === 0 ? "" : `unfinished ${grouped(users.unfinished)}`,
    ),
  ];
  if (response) {
    lines.push(
      line(
        "response",
        `avg ${formatMs(response.avg)}`,
        `P50 ${formatMs(response.p50)}`,
        `P95 ${formatMs(response.p95)}`,
        `P99 ${formatMs(response.p99)}`,
      ),
    );
  }
  if (rate !== undefined) {
    lines.push(
      line(
        "rate",
        `${rate.toFixed(2)} successful ${context.noun}/s sustained`,
        context.peakPerSecond === undefined ? "" : `peak ${context.peakPerSecond} arrivals in one second`,
      ),
    );
  }
  if (verdict.steps.length > 0) {
    lines.push(line("steps P95", verdict.steps.map((s) => `${s.step} ${formatMs(s.p95)}`).join(" · ")));
  }
  lines.push(...verdict.lines.map(({ label, parts }) => line(label, ...parts)));
  if (wallets) {
    const swept = wallets.sweptEther > 0 ? `left over ${Number(wallets.sweptEther.toPrecision(4))} ETH, swept` : "";
    lines.push(
      line(
        "wallets",
        `waited P95 ${formatMs(wallets.waitP95)}`,
        `funded ${grouped(wallets.funded)} in ${grouped(wallets.transactions)} transactions`,
        swept,
        wallets.unswept > 0 ? `${grouped(wallets.unswept)} NOT swept` : "",
      ),
    );
  }
  if (generator) {
    lines.push(
      line(
        "generator",
        `peak ${Math.round(generator.peakBytes / 1e6)} MB`,
        `CPU ${generator.cpuPercent.toFixed(1)} % (${generator.cpuWithoutKdfPercent.toFixed(1)} % without password hashing)`,
        formatMs(verdict.durationMs),
      ),
    );
  }
  lines.push("", ...gateLines(verdict.gates));
  if (verdict.errors.length > 0) lines.push("", line("errors", listed(verdict.errors)));
  if (verdict.retries.length > 0) lines.push("", line("retries", listed(verdict.retries)));
  return `\n${lines.join("\n")}\n`;
}

// Runs of the ledger scenario, and what their verdicts say.
import { join } from "node:path";
import { type K6Options, type K6Run, root, runK6, type SandboxProcess } from "./support.ts";

/** A small run that has enough of each operation for every fault to show: 20 wallets, 60 operations. */
const small = { PROFILE: "ci", WALLETS: "20", OPERATIONS: "60", WORKERS: "5", DRAIN_TIMEOUT: "30s" };

/** Runs the ledger scenario on a sandbox. */
export function ledger(
  sandbox: SandboxProcess,
  settings: Readonly<Record<string, string>> = {},
  options: Omit<K6Options, "environment" | "script"> = {},
): Promise<K6Run> {
  return runK6({
    ...options,
    script: join(root, "dist/ledger.js"),
    environment: { ...sandbox.environment, ...small, ...settings },
  });
}

/** The invariants that a verdict's lines call broken. */
export const broken = ({ verdict }: K6Run): string[] =>
  verdict.lines
    .filter(({ label, parts }) => /^I\d+$/.test(label) && /BROKEN/.test(parts.join()))
    .map(({ label }) => label);

/** The invariants that it calls held. */
export const held = ({ verdict }: K6Run): string[] =>
  verdict.lines
    .filter(({ label, parts }) => /^I\d+$/.test(label) && /\bheld\b/.test(parts.join()))
    .map(({ label }) => label);

/** How many things were looked at for an invariant. */
export function lookedAt(run: K6Run, invariant: string): number {
  return Number(/([\d,]+) looked at/.exec(textOf(run, invariant))?.[1]?.replaceAll(",", ""));
}

/** What it found, one line each. */
export const found = ({ verdict }: K6Run): string[] =>
  verdict.lines.filter(({ label }) => label === "found").map(({ parts }) => parts.join(" "));

/** One of its own lines. */
export const textOf = ({ verdict }: K6Run, label: string): string =>
  verdict.lines.find((line) => line.label === label)?.parts.join("   ") ?? "";

/** The numbers that stand behind words in its lines: "ambiguous" -> 3. */
export function figure({ verdict }: K6Run, word: string): number {
  const text = verdict.lines.map(({ parts }) => parts.join(" ")).join("\n");
  const match = new RegExp(`\\b${word} ([\\d,.]+)`).exec(text)?.[1];
  if (match === undefined) throw new Error(`the verdict has no ${word}:\n${text}`);
  return Number(match.replaceAll(",", ""));
}

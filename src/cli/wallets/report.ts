// What the wallet commands print: tables for people, JSON for programs. Amounts are exact in both.
import { formatEther } from "../../core/ether.ts";
import { plural } from "../../core/format.ts";
import type { MoveOutcome } from "./move.ts";
import type { Planned } from "./plan.ts";

/** JSON with amounts as decimal text, since programs would round them as numbers. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? part.toString() : part), 2);
}

/** Columns as wide as their widest cell; amounts stand at the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], right: readonly number[]): string {
  const lines = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...lines.map((line) => (line[i] ?? "").length)));
  const pad = (cell: string, i: number) =>
    right.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0);
  return lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}

const notes: Readonly<Record<Planned["state"], string>> = {
  send: "",
  dust: "skipped: less than the transfer costs",
  busy: "has a pending transaction",
};

/** Wei that a plan sends from one wallet. */
export const plannedAmount = ({ state, send }: Planned) => (state === "send" ? send.value : 0n);

/** What is going to be sent. */
export function planTable(wallets: readonly Planned[]): string {
  const rows = wallets.map((planned) => {
    const { wallet, balance, fee, state, again } = planned;
    return [
      wallet.name,
      wallet.account.address,
      wallet.to,
      formatEther(balance),
      state === "send" ? formatEther(fee) : "",
      state === "send" ? formatEther(plannedAmount(planned)) : "",
      again === undefined ? notes[state] : "sent before, without a receipt",
    ];
  });
  return table(["wallet", "from", "to", "balance", "fee at most", "amount", ""], rows, [0, 3, 4, 5]);
}

const sum = <T>(items: readonly T[], of: (item: T) => bigint) => items.reduce((total, item) => total + of(item), 0n);
const count = (outcomes: readonly MoveOutcome[], state: MoveOutcome["state"]) =>
  outcomes.filter((o) => o.state === state).length;

/** The figures of a move. */
export function totals(outcomes: readonly MoveOutcome[]) {
  return {
    successful: count(outcomes, "moved"),
    skipped: count(outcomes, "dust"),
    failed: count(outcomes, "failed"),
    notSent: count(outcomes, "not sent"),
    moved: sum(outcomes, (o) => o.moved),
    fees: sum(outcomes, (o) => o.fees),
  };
}

/** The summary for people. */
export function summary(outcomes: readonly MoveOutcome[], ms: number): string {
  const { successful, skipped, failed, notSent, moved, fees } = totals(outcomes);
  const reasons = outcomes.flatMap(({ planned, reason }) =>
    reason === undefined ? [] : [`  failed  ${planned.wallet.name}  ${planned.wallet.account.address}  ${reason}`],
  );
  return [
    ...reasons,
    `${plural(successful, "wallet")} moved, ${skipped} skipped (less than a transfer costs), ${failed} failed${notSent > 0 ? `, ${notSent} not sent` : ""}`,
    `${formatEther(moved)} ETH moved, ${formatEther(fees)} ETH in fees, ${(ms / 1_000).toFixed(1)} s`,
  ].join("\n");
}

/** One wallet of a move as JSON. */
export function outcomeJson({ planned, state, moved, fees, hash, reason }: MoveOutcome) {
  return { ...plannedJson(planned), state, moved, fees, hash, reason };
}

/** One wallet of a plan as JSON. */
export function plannedJson(planned: Planned) {
  const { wallet, balance, state, fee, send } = planned;
  const sending = state === "send";
  return {
    wallet: wallet.name,
    from: wallet.account.address,
    to: wallet.to,
    balance,
    state,
    ...(sending ? { nonce: send.nonce, amount: send.value, feeAtMost: fee } : {}),
  };
}

// What `transfer-funds transfer` and `reclaim` have in common: show what would be moved, wait, move it, sum it up.
import { join } from "node:path";
import { formatEther } from "../../core/ether.ts";
import { plural } from "../../core/format.ts";
import { duration, integer, text } from "../../core/settings/types.ts";
import { type ConnectedChain, requireAllowed } from "./chain.ts";
import type { CommandContext } from "./command-context.ts";
import { openJournal } from "./journal-file.ts";
import { move } from "./move.ts";
import { bufferPercent, type Endpoint, type FlagReader, type Spending } from "./options.ts";
import { type MovePlan, planMove, type SourceWallet } from "./plan.ts";
import { jsonText, outcomeJson, plannedAmount, plannedJson, planTable, summary, totals } from "./report.ts";

/** How wallets are emptied. */
export interface Emptying extends Spending {
  readonly endpoint: Endpoint;
  /** Percent of the gas cost kept back. */
  readonly buffer: number;
  readonly concurrency: number;
  /** Milliseconds. */
  readonly timeout: number;
  readonly journal: string | undefined;
  readonly json: boolean;
}

export function emptyingIn(flags: FlagReader, spending: Spending, endpoint: Endpoint): Emptying {
  return {
    ...spending,
    endpoint,
    buffer: flags.value("gasBuffer", bufferPercent) ?? 0,
    concurrency: flags.value("concurrency", integer("wallets", 1, 10_000)) ?? 1,
    timeout: flags.value("timeout", duration) ?? 0,
    journal: flags.value("journal", text("a path")),
    json: flags.has("json"),
  };
}

/** The journal of a kind of move between two places on one chain: the same command finds it again. */
const journalOf = (command: string, chain: ConnectedChain, from: string, to: string) =>
  join("results", "wallets", `${command}-${chain.id}-${from.slice(2, 10)}-${to.slice(2, 10)}.jsonl`.toLowerCase());

/**
 * Empties wallets, and sets the process's exit code to 1 when one failed.
 * @param command what the journal is named after
 * @param scope which wallets, in words that stand in the journal
 * @param walletsOn made once the chain has been let through, since deriving many takes seconds; may refuse the chain too
 */
export async function empty(
  context: CommandContext,
  command: string,
  scope: string,
  options: Emptying,
  walletsOn: (chain: ConnectedChain) => readonly SourceWallet[],
): Promise<void> {
  const chain = await context.connect(options.endpoint);
  requireAllowed(chain, options.allowed);
  const all = walletsOn(chain);
  const [first] = all;
  const path = options.journal ?? journalOf(command, chain, first?.account.address ?? "", first?.to ?? "");
  // A dry run writes nothing, and so it does not see what an unfinished move has under way.
  const journal = options.dryRun ? undefined : await openJournal(path, `${command} of ${scope} on chain ${chain.id}`);
  try {
    if (journal?.unfinished !== undefined) context.note(`going on with what ${path} says is unfinished`);
    const plan = await planMove(
      chain,
      all,
      journal ?? { unfinished: undefined, write: async () => {} },
      options.buffer,
    );
    announce(context, command, chain, plan, options);
    if (journal === undefined) return;
    if (plan.wallets.some(({ state }) => state === "send") && !(await context.confirm(options.delay))) return;
    const started = performance.now();
    let done = 0;
    const outcomes = await context.interruptible((stop) =>
      move(chain, plan, journal, {
        concurrency: options.concurrency,
        timeout: options.timeout,
        stop,
        onOutcome: () => context.progress(command, ++done, all.length),
      }),
    );
    const ms = Math.round(performance.now() - started);
    const figures = totals(outcomes);
    if (options.json) {
      context.print(
        jsonText({ command, chain: chain.id, journal: path, ...figures, ms, wallets: outcomes.map(outcomeJson) }),
      );
    } else {
      context.print(summary(outcomes, ms));
    }
    if (figures.failed === 0 && figures.notSent === 0) await journal.write({ event: "end" });
    else context.note(`run the same command again to go on; the journal is ${path}`);
    if (figures.failed > 0) process.exitCode ??= 1;
  } finally {
    await journal?.close();
  }
}

function announce(
  context: CommandContext,
  command: string,
  chain: ConnectedChain,
  plan: MovePlan,
  { dryRun, json: asJson }: Emptying,
): void {
  const sending = plan.wallets.filter(({ state }) => state === "send");
  const amount = sending.reduce((sum, planned) => sum + plannedAmount(planned), 0n);
  const words = `${command} on ${chain.name} by ${chain.rpc.host}: ${formatEther(amount)} ETH from ${plural(sending.length, "wallet")}`;
  if (!asJson) context.print(`${planTable(plan.wallets)}\n\n${words}`);
  else if (dryRun)
    context.print(jsonText({ command, chain: chain.id, dryRun, amount, wallets: plan.wallets.map(plannedJson) }));
  if (dryRun) context.note("dry run: nothing was sent");
}

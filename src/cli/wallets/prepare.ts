// `prepare`: funds a run's wallets before it starts, with the plan that setup() has. What is there already is not paid again.
import { Command } from "commander";
import { formatEther } from "../../core/ether.ts";
import { plural } from "../../core/format.ts";
import { integer } from "../../core/settings/types.ts";
import { pay, planPayments, requireFunds } from "../../core/wallets/pay.ts";
import { CommandError } from "../errors.ts";
import { action, type CommandContext } from "./command-context.ts";
import { addChain, addSpending, type FlagReader, spendingIn } from "./options.ts";
import { payerOf } from "./payer.ts";
import { jsonText } from "./report.ts";
import { addScenario, requireChain, scenarioWalletsOf } from "./scenario.ts";

/** The `prepare` command. */
export function prepareCommand(): Command {
  const command = new Command("prepare")
    .description("fund the wallets of a run before it starts, from the funder m/44'/60'/0'/0/0; safe to run again")
    .option("--count <wallets>", "how many (default: the users of the profile)")
    .option("--amount <ether>", "what each wallet is topped up to (default: FUND_AMOUNT)")
    .action(action(fund));
  return addScenario(addSpending(addChain(command, "the scenario's")));
}

async function fund(context: CommandContext, flags: FlagReader): Promise<void> {
  const count = flags.value("count", integer("wallets"));
  const spending = spendingIn(flags, context.environment);
  const { endpoint, chainId, phrase, offset, users, amount } = await scenarioWalletsOf(context, flags);
  const chain = await context.connect(endpoint);
  requireChain(chain, chainId, spending.allowed);
  const targets = new Map(
    Array.from({ length: count ?? users }, (_, k) => [phrase.account(offset + k).address, amount] as const),
  );
  let mined = 0;
  let transactions = 0;
  const payer = await payerOf(chain, phrase.account(0), () => context.progress("paying", ++mined, transactions));
  try {
    const plan = await planPayments(payer, targets, endpoint.multicall);
    transactions = plan.payments.length;
    await requireFunds(payer, plan.cost);
    context.note(
      `prepare on ${chain.name} by ${chain.rpc.host}: ${plan.wallets} of ${plural(targets.size, "wallet")} need ${formatEther(plan.value)} ETH, in ${plural(transactions, "transaction")} from ${payer.address}, ${formatEther(plan.cost)} ETH at most with fees`,
    );
    if (spending.dryRun) return context.note("dry run: nothing was sent");
    if (transactions > 0 && !(await context.confirm(spending.delay))) return;
    const started = performance.now();
    const paid = await pay(payer, targets, endpoint.multicall);
    const ms = Math.round(performance.now() - started);
    if (flags.has("json")) return context.print(jsonText({ command: "prepare", chain: chain.id, ...paid, ms }));
    context.print(
      paid.transactions === 0
        ? `${plural(targets.size, "wallet")} have enough already`
        : `${plural(paid.wallets, "wallet")} paid ${formatEther(paid.value)} ETH in ${plural(paid.transactions, "transaction")} over ${plural(paid.blocks, "block")}, ${(ms / 1_000).toFixed(1)} s`,
    );
  } catch (error) {
    throw new CommandError(`${(error as Error).message}. Running it again pays only what is missing`);
  }
}

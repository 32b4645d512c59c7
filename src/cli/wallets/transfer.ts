// `transfer-funds`: what the wallets of a phrase have, and moving it to the same wallets of another phrase.
import { Command } from "commander";
import { formatEther } from "../../core/ether.ts";
import { plural } from "../../core/format.ts";
import type { Environment } from "../../core/settings/table.ts";
import { url } from "../../core/settings/types.ts";
import { UsageError } from "../errors.ts";
import { balancesOf } from "./chain.ts";
import { action, type CommandContext } from "./command-context.ts";
import { empty, emptyingIn } from "./emptying.ts";
import {
  addChain,
  addMoving,
  addRange,
  endpointIn,
  type FlagReader,
  indicesOf,
  rangeIn,
  spendingIn,
} from "./options.ts";
import type { Phrase } from "./phrase.ts";
import { jsonText, table } from "./report.ts";
import type { SeedSource } from "./seeds.ts";

const PUBLIC_RPC = "https://sepolia.base.org";
const PRESET = { start: 0, end: 40 };

const source = (flags: FlagReader, what: "old" | "new", environment: readonly string[]): SeedSource => ({
  what,
  flag: { name: `--${what}-seed`, value: flags.text(`${what}Seed`) },
  file: { name: `--${what}-seed-file`, value: flags.text(`${what}SeedFile`) },
  environment,
});

const addSeed = (command: Command, what: string, name: string) =>
  command
    .option(`--${what}-seed-file <file>`, `file with the ${what} phrase; - is standard input (default: ${name})`)
    .option(`--${what}-seed <phrase>`, `the ${what} phrase itself; other users of the machine can see it`);

/** RPC_URL, unless the flag says otherwise. */
const endpointOf = (flags: FlagReader, environment: Environment) =>
  endpointIn(flags, flags.value("rpcUrl", url, environment.RPC_URL) ?? PUBLIC_RPC);

/** The `transfer-funds` command. */
export function transferFundsCommand(): Command {
  const check = new Command("check")
    .description("the balances of a phrase's wallets, and their sum")
    .action(action(checkBalances));
  addSeed(addChain(addRange(check, "0", "40"), PUBLIC_RPC), "old", "OLD_MNEMONIC, else MNEMONIC");
  const transfer = new Command("transfer")
    .description("move everything from the wallets of one phrase to those of another, wallet i to wallet i")
    .action(action(transferFunds));
  addSeed(addMoving(addChain(addRange(transfer, "0", "40"), PUBLIC_RPC)), "old", "OLD_MNEMONIC");
  addSeed(transfer, "new", "NEW_MNEMONIC");
  return new Command("transfer-funds")
    .description("see and move the funds of a phrase's wallets")
    .addCommand(check)
    .addCommand(transfer);
}

async function checkBalances(context: CommandContext, flags: FlagReader): Promise<void> {
  const range = rangeIn(flags, PRESET);
  const endpoint = endpointOf(flags, context.environment);
  flags.done();
  const phrase = context.seeds.read(source(flags, "old", ["OLD_MNEMONIC", "MNEMONIC"]));
  const chain = await context.connect(endpoint);
  const wallets = indicesOf(range).map((index, i, { length }) => {
    context.progress("deriving", i + 1, length);
    return { index, address: phrase.account(index).address };
  });
  const balances = await balancesOf(
    chain,
    wallets.map(({ address }) => address),
  );
  const total = balances.reduce((sum, balance) => sum + balance, 0n);
  if (flags.has("json")) {
    const rows = wallets.map((wallet, i) => ({ ...wallet, balance: balances[i] }));
    return context.print(jsonText({ command: "check", chain: chain.id, total, wallets: rows }));
  }
  const rows = wallets.map(({ index, address }, i) => [String(index), address, formatEther(balances[i] ?? 0n)]);
  context.print(table(["wallet", "address", "balance"], rows, [0, 2]));
  const funded = balances.filter((balance) => balance > 0n).length;
  context.print(`\n${formatEther(total)} ETH in ${funded} of ${plural(wallets.length, "wallet")} on ${chain.name}`);
}

async function transferFunds(context: CommandContext, flags: FlagReader): Promise<void> {
  const range = rangeIn(flags, PRESET);
  const endpoint = endpointOf(flags, context.environment);
  const options = emptyingIn(flags, spendingIn(flags, context.environment), endpoint);
  flags.done();
  const from = context.seeds.read(source(flags, "old", ["OLD_MNEMONIC"]));
  const to = context.seeds.read(source(flags, "new", ["NEW_MNEMONIC"]));
  if (from.equals(to))
    throw new UsageError("the old and the new phrase are the same: nothing would move. Nothing was sent");
  await empty(context, "transfer", `wallets ${range.start} to ${range.end - 1}`, options, () =>
    indicesOf(range).map((index, i, { length }) => {
      context.progress("deriving", i + 1, length);
      return pair(index, from, to);
    }),
  );
}

const pair = (index: number, from: Phrase, to: Phrase) => ({
  name: String(index),
  account: from.account(index),
  to: to.account(index).address,
});

// `reclaim`: sends what a run's wallets and its funding workers have left back to the funder.
import { Command } from "commander";
import { getAddress, isAddress } from "viem";
import { integer, parsedBy } from "../../core/settings/types.ts";
import { WALLET_BRANCH, WORKER_BRANCH } from "../../core/wallets/branches.ts";
import { action, type CommandContext } from "./command-context.ts";
import { empty, emptyingIn } from "./emptying.ts";
import { addChain, addMoving, addRange, type FlagReader, indicesOf, rangeIn, spendingIn } from "./options.ts";
import { addScenario, requireChain, scenarioWalletsOf } from "./scenario.ts";

/** Accounts of workers that are looked at even if the settings at hand ask for fewer: an earlier run may have had more, and looking is cheap. */
const LEAST_WORKERS = 100;

/** An address whose checksum, where it has one, is right: one that is mistyped would take the money for good. */
const receiver = parsedBy("an address: 0x and 40 hex digits", (text) => {
  if (!isAddress(text)) throw new Error("must be an address: 0x and 40 hex digits with the right checksum");
  return getAddress(text);
});

/** The `reclaim` command. */
export function reclaimCommand(): Command {
  const command = new Command("reclaim")
    .description("send what a run's wallets and workers have left back to the funder m/44'/60'/0'/0/0")
    .option("--to <address>", "send it there instead")
    .option(
      "--workers <accounts>",
      `funding workers' accounts m/44'/60'/1'/0/i (default: the run's, at least ${LEAST_WORKERS})`,
    )
    .action(action(reclaim));
  return addScenario(
    addMoving(addChain(addRange(command, "WALLET_OFFSET", "WALLET_OFFSET + users of the profile"), "the scenario's")),
  );
}

async function reclaim(context: CommandContext, flags: FlagReader): Promise<void> {
  const given = flags.value("to", receiver);
  const workersGiven = flags.value("workers", integer("accounts", 0, 100_000));
  const { endpoint, chainId, phrase, offset, users, workers } = await scenarioWalletsOf(context, flags);
  const options = emptyingIn(flags, spendingIn(flags, context.environment), endpoint);
  const range = rangeIn(flags, { start: offset, end: offset + users });
  flags.done();
  const to = given ?? phrase.account(0).address;
  const count = workersGiven ?? Math.max(workers, LEAST_WORKERS);
  const owners = [
    ...indicesOf(range).map((index) => ({ name: String(index), index, branch: WALLET_BRANCH })),
    ...indicesOf({ start: 0, end: count }).map((index) => ({ name: `worker ${index}`, index, branch: WORKER_BRANCH })),
  ];
  const scope = `wallets ${range.start} to ${range.end - 1} and ${count} workers`;
  await empty(context, "reclaim", scope, options, (chain) => {
    requireChain(chain, chainId, options.allowed);
    return owners
      .map(({ name, index, branch }, i) => {
        context.progress("deriving", i + 1, owners.length);
        return { name, account: phrase.account(index, branch), to };
      })
      .filter(({ account }) => account.address !== to);
  });
}

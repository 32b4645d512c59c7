// The wallets of a scenario, as the commands around a run see them: from the same settings, so that they mean the same wallets as the run does.
import type { Command } from "commander";
import { arrivalsOf } from "../../core/options.ts";
import { prepare, type ScenarioSpec } from "../../core/scenario.ts";
import type { CommonSettings, FundingSettings } from "../../core/settings/common.ts";
import { type Environment, SettingsError } from "../../core/settings/table.ts";
import { UsageError } from "../errors.ts";
import { defaultScenario, scenarioNamed } from "../scenarios.ts";
import { type ConnectedChain, requireAllowed } from "./chain.ts";
import type { CommandContext } from "./command-context.ts";
import { type Endpoint, endpointIn, type FlagReader } from "./options.ts";
import type { Phrase } from "./phrase.ts";

/** What a scenario that funds its users' wallets says about them. */
export interface ScenarioWallets {
  readonly endpoint: Endpoint;
  readonly chainId: number;
  readonly phrase: Phrase;
  /** Index of the first user's wallet. */
  readonly offset: number;
  readonly users: number;
  /** Wei that each is topped up to. */
  readonly amount: bigint;
  /** Accounts of funding workers, over all instances. */
  readonly workers: number;
}

/** Flags -> settings of the scenario. */
const settingsByFlag = {
  profile: "PROFILE",
  rpcUrl: "RPC_URL",
  chainId: "CHAIN_ID",
  allowChain: "ALLOW_CHAIN",
  amount: "FUND_AMOUNT",
};

export function addScenario(command: Command): Command {
  return command
    .option("--scenario <name>", "whose settings count (default: the one that is meant where none is named)")
    .option("--profile <name>", "the load whose users' wallets are meant (default: PROFILE)")
    .option("--chain-id <id>", "the chain that the endpoint must be (default: CHAIN_ID)")
    .option("--seed-file <file>", "file with the phrase; - is standard input (default: MNEMONIC_FILE, else MNEMONIC)");
}

/**
 * Reads a scenario's settings from the environment, with the command's flags above them.
 * @throws UsageError that names everything that is wrong
 */
export async function scenarioWalletsOf(context: CommandContext, flags: FlagReader): Promise<ScenarioWallets> {
  const named = flags.text("scenario");
  const spec = named === undefined ? await defaultScenario() : await scenarioNamed(named);
  if (!spec.uses.includes("funding")) throw new UsageError(`${spec.name} funds no wallets`);
  const given = Object.entries(settingsByFlag).flatMap(([flag, name]) => {
    const value = flags.text(flag);
    return value === undefined ? [] : [[name, value] as const];
  });
  const { load, values } = prepared(spec, { ...context.environment, ...Object.fromEntries(given) });
  const endpoint = endpointIn(flags, values.RPC_URL, values.MULTICALL_ADDRESS);
  flags.done();
  const phrase = context.seeds.read({
    what: "funder's",
    file: { name: "--seed-file", value: flags.text("seedFile") ?? values.MNEMONIC_FILE },
    environment: ["MNEMONIC"],
    preset: values.MNEMONIC,
  });
  return {
    endpoint,
    chainId: values.CHAIN_ID,
    phrase,
    offset: values.WALLET_OFFSET,
    users: arrivalsOf(load, values.SEED).users,
    amount: values.FUND_AMOUNT,
    workers: load.fundingWorkers * values.INSTANCES,
  };
}

function prepared(spec: ScenarioSpec, environment: Environment) {
  try {
    const { load, values } = prepare(spec, environment);
    return { load, values: values as unknown as FundingSettings & CommonSettings };
  } catch (error) {
    if (error instanceof SettingsError) throw new UsageError(error.message);
    throw error;
  }
}

/** @throws UsageError when the endpoint is another chain than the settings say, or one that is not to be spent on */
export function requireChain(chain: ConnectedChain, expected: number, allowed: readonly number[]): void {
  if (chain.id !== expected)
    throw new UsageError(
      `${chain.rpc.host} is ${chain.name}, but CHAIN_ID says ${expected}: correct the one that is wrong (--rpc-url, --chain-id). Nothing was sent`,
    );
  requireAllowed(chain, allowed);
}

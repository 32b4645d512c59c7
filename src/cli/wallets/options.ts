// The flags that several wallet commands share, and how their values are read: with the types of the settings, so that they are refused in the same words.

import type { Command } from "commander";
import * as v from "valibot";
import { canonicalMulticall } from "../../core/abi/addresses.ts";
import { showEndpoint } from "../../core/endpoint.ts";
import type { Environment, SettingType } from "../../core/settings/table.ts";
import { chainIds, duration, integer, parsedBy } from "../../core/settings/types.ts";
import { UsageError } from "../errors.ts";

/** Flags by their camel-case names, as commander gives them. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** Reads the values of flags and collects what is wrong with them. */
export class FlagReader {
  readonly #flags: Flags;
  readonly #problems: string[] = [];

  constructor(flags: Flags) {
    this.#flags = flags;
  }

  text(name: string): string | undefined {
    const value = this.#flags[name];
    return typeof value === "string" ? value : undefined;
  }

  has(name: string): boolean {
    return this.#flags[name] === true;
  }

  /** The value of a flag, else of `otherwise` (an environment's, say), read as `type`; undefined when there is none, or it is wrong. */
  value<T>(name: string, type: SettingType<T>, otherwise?: string): T | undefined {
    const text = this.text(name) ?? (otherwise || undefined);
    if (text === undefined) return undefined;
    const result = v.safeParse(type.schema, text);
    if (result.success) return result.output;
    this.problem(`${flagNamed(name)} ${type.endpoint ? showEndpoint(text) : text} ${result.issues[0].message}`);
    return undefined;
  }

  problem(text: string): void {
    this.#problems.push(text);
  }

  /** @throws UsageError that names everything that is wrong */
  done(): void {
    if (this.#problems.length > 0) throw new UsageError(this.#problems.join("\n       "));
  }
}

/** rpcUrl -> "--rpc-url" */
const flagNamed = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The highest index that is not hardened. */
const LAST_INDEX = 2 ** 31 - 1;

/** Indices start .. end - 1. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export function addRange(command: Command, start: string, end: string): Command {
  return command
    .option("--start <index>", `first wallet, as i in m/44'/60'/0'/0/i (default: ${start})`)
    .option("--end <index>", `the wallet after the last one (default: ${end})`);
}

/** The range of wallets that --start and --end name. */
export function rangeIn(flags: FlagReader, preset: Range): Range {
  const start = flags.value("start", integer("index", 0, LAST_INDEX)) ?? preset.start;
  const end = flags.value("end", integer("index", 0, LAST_INDEX + 1)) ?? preset.end;
  if (start >= end)
    flags.problem(`--start ${start} must be less than --end ${end}: the wallet of --end is not included`);
  return { start, end };
}

export const indicesOf = ({ start, end }: Range) =>
  Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);

export function addChain(command: Command, preset: string): Command {
  return command
    .option("--rpc-url <url>", `the chain's JSON-RPC endpoint (default: RPC_URL, else ${preset})`)
    .option("--batch-size <calls>", "JSON-RPC calls in one request; 1 where the endpoint takes no batches", "100")
    .option("--json", "print the result as JSON; amounts are in wei");
}

export function addSpending(command: Command): Command {
  return command
    .option("--allow-chain <ids>", "chains to allow beside the known test networks (also: ALLOW_CHAIN)")
    .option("--dry-run", "show what would be sent, and send nothing")
    .option("--delay <duration>", "time to think after what is going to happen was shown", "5s")
    .option("--yes", "do not wait");
}

export function addMoving(command: Command): Command {
  return addSpending(command)
    .option("--gas-buffer <percent>", "of the gas cost that is kept back beside it", "10")
    .option("--concurrency <wallets>", "wallets under way at once", "500")
    .option("--timeout <duration>", "how long a transaction may take to get into a block", "120s")
    .option(
      "--journal <file>",
      "what was sent and received, to go on from after a crash (default: results/wallets/...)",
    );
}

/** What the flags of `addSpending` say. */
export interface Spending {
  readonly allowed: readonly number[];
  readonly dryRun: boolean;
  /** Milliseconds. */
  readonly delay: number;
}

export function spendingIn(flags: FlagReader, environment: Environment): Spending {
  const delay = flags.value("delay", duration) ?? 0;
  return {
    allowed: flags.value("allowChain", chainIds, environment.ALLOW_CHAIN) ?? [],
    dryRun: flags.has("dryRun"),
    delay: flags.has("yes") ? 0 : delay,
  };
}

/** A share of the gas cost, in percent. */
export const bufferPercent: SettingType<number> = parsedBy("a percentage from 0 to 1000", (text) => {
  const percent = /^\d+(\.\d{1,2})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(percent <= 1_000)) throw new Error("must be a percentage from 0 to 1000, such as 10");
  return percent;
});

/** Where the chain is, and how it is asked. */
export interface Endpoint {
  readonly url: string;
  readonly multicall: `0x${string}`;
  readonly batchSize: number;
}

export function endpointIn(flags: FlagReader, url: string, multicall: `0x${string}` = canonicalMulticall): Endpoint {
  return { url, multicall, batchSize: flags.value("batchSize", integer("calls", 1, 1_000)) ?? 1 };
}

// `onrush sandbox`: the embedded target in the foreground, until Ctrl+C.
import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { grouped } from "../core/format.ts";
import { type Environment, parseTable, type Table } from "../core/settings/table.ts";
import { FaultError, parseFault } from "../sandbox/faults.ts";
import { portsOf, type Sandbox, type SandboxOptions, startSandbox } from "../sandbox/index.ts";
import type { Target } from "../sandbox/system.ts";
import { CommandError, UsageError } from "./errors.ts";
import { addSettingFlags, flagOf, settingsFromFlags } from "./flags.ts";
import { catchInterrupts } from "./interrupts.ts";
import { targetNames, targetsOf } from "./scenarios.ts";

interface Flags {
  for?: string;
  ports: string;
  blockTime: string;
  gasLimit?: string;
  fault: string[];
  json?: boolean;
  writeEnv?: string;
}

/**
 * The `onrush sandbox` command.
 * @param names of the scenarios whose systems it can start
 */
export async function sandboxCommand(names = targetNames()): Promise<Command> {
  const targets = await targetsOf(names);
  const all = Object.values(targets);
  const table: Table = Object.assign({}, ...all.map(({ settings }) => settings));
  const ports = Object.values(portsOf(all)).sort((a, b) => a - b);
  const command = new Command("sandbox")
    .description("run the embedded target, everything that the scenarios load, on loopback ports")
    .option("--for <scenarios>", `only what these load, separated by commas: ${names.join(", ")} (default: all)`)
    .option("--ports <which>", `default (${ports.join(", ")}) or auto (free ones)`, "default")
    .option("--block-time <seconds>", "time between blocks", "1")
    .option("--gas-limit <gas>", "gas a block may hold (default: 100000000)");
  addSettingFlags(command, table);
  return (
    command
      .option(
        "--fault <service:fault[,key=value...]>",
        "a fault that is on from the start; may be given more than once",
        collect,
        [],
      )
      .option("--json", 'print one line {"environment": {...}} when ready, and end when stdin closes')
      // Not --env-file: Node 20 takes that for its own wherever it stands on the command line.
      .option("--write-env <path>", "write the settings that point at this sandbox to a file, as NAME=value lines")
      .action(async (flags: Flags) => serve(optionsOf(flags, targets, settingsFromFlags(command, table)), flags))
  );
}

const collect = (value: string, before: string[]) => [...before, value];

/** @throws UsageError that names every wrong flag */
function optionsOf(flags: Flags, targets: Readonly<Record<string, Target>>, settings: Environment): SandboxOptions {
  const problems: string[] = [];
  const read = <T>(flag: string, text: string, parse: (text: string) => T): T | undefined => {
    try {
      return parse(text);
    } catch (error) {
      problems.push(`--${flag} ${text} ${(error as Error).message}`);
      return undefined;
    }
  };
  const known = Object.keys(targets);
  const wanted = flags.for === undefined ? known : (read("for", flags.for, listOf(...known)) ?? []);
  const options = {
    ports: read("ports", flags.ports, oneOf("default", "auto")),
    blockTime: read("block-time", flags.blockTime, numberFrom(0.1, 3_600, "seconds")),
    gasLimit:
      flags.gasLimit === undefined
        ? undefined
        : read("gas-limit", flags.gasLimit, numberFrom(1_000_000, 2 ** 40, "gas")),
  };
  for (const { settings: table } of Object.values(targets))
    for (const { name, value, message } of parseTable(table, settings).problems)
      problems.push(`${flagOf(name)} ${value} ${message}`);
  for (const fault of flags.fault) {
    try {
      parseFault(fault);
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const chosen = Object.fromEntries(Object.entries(targets).filter(([name]) => wanted.includes(name)));
  return { ...given, targets: chosen, settings, faults: flags.fault };
}

function oneOf<T extends string>(...known: T[]) {
  return (text: string): T => {
    if (!(known as string[]).includes(text)) throw new Error(`must be one of ${known.join(", ")}`);
    return text as T;
  };
}

function listOf<T extends string>(...known: T[]) {
  const one = oneOf(...known);
  return (text: string): T[] => [...new Set(text.split(",").map((name) => one(name.trim())))];
}

function numberFrom(low: number, high: number, unit: string) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || value < low || value > high)
      throw new Error(`must be a number from ${low} to ${high} (${unit})`);
    return value;
  };
}

async function serve(options: SandboxOptions, { json, writeEnv }: Flags): Promise<void> {
  const say = json ? () => {} : (text: string) => console.log(text);
  const told = new Promise<void>((resolve) => {
    catchInterrupts((press) => {
      if (press === 1) say("\nstopping ...");
      if (press >= 3) process.exit(130); // what it started ends with it; only the storage's folder may stay
      resolve();
    });
    // With --json a program started this. When it is gone, so is its end of stdin, however it ended.
    if (json)
      process.stdin
        .once("end", resolve)
        .once("error", () => resolve())
        .resume();
  });

  const begun = performance.now();
  const sandbox = await startSandbox(options).catch((error: Error) => {
    if (error instanceof FaultError) throw new UsageError(error.message);
    throw new CommandError(error.message);
  });
  let failure: Error | undefined;
  try {
    if (writeEnv !== undefined) await writeFile(writeEnv, envLines(sandbox));
    if (json) console.log(JSON.stringify({ environment: sandbox.environment }));
    else say(table(sandbox, options, (performance.now() - begun) / 1_000, writeEnv));
    await Promise.race([told, sandbox.failed]);
  } catch (error) {
    failure = error as Error;
  }
  await sandbox.stop();
  if (failure) throw new CommandError(failure.message);
  say("stopped");
  process.exit(0); // stdin, still open, would keep it alive
}

const envLines = ({ environment }: Sandbox) =>
  `${Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n")}\n`;

/** What runs where, and what to do with it. */
function table(
  { chain, services, adminUrl, environment }: Sandbox,
  options: SandboxOptions,
  seconds: number,
  writeEnv?: string,
): string {
  const chainFacts = chain
    ? `anvil: chain ${chain.chainId}, a block every ${chain.blockTime} s of ${grouped(chain.gasLimit)} gas`
    : "";
  const about: Record<string, string> = Object.fromEntries(
    Object.values(options.targets).flatMap(({ services }) =>
      Object.entries(services).map(([name, service]) => [name, service.about]),
    ),
  );
  const rows = [
    ...services.map(({ name, url }) => [name, url, name === "chain" ? chainFacts : (about[name] ?? "")] as const),
    ["admin", adminUrl, "/counters, /errors, /faults, /environment, /reset"] as const,
  ];
  const width = Math.max(...rows.map(([, url]) => url.length));
  const command = `bin/k6 run dist/${Object.keys(options.targets).at(-1)}.js`;
  const settings =
    options.ports !== "auto"
      ? command
      : writeEnv !== undefined
        ? `(set -a; . ${writeEnv}; ${command})`
        : `env ${Object.entries(environment)
            .map(([name, value]) => `${name}=${value}`)
            .join(" ")} ${command}`;
  return [
    `sandbox ready after ${seconds.toFixed(1)} s`,
    "",
    ...rows.map(([name, url, what]) => `  ${name.padEnd(9)} ${url.padEnd(width)}  ${what}`),
    ...(options.faults?.length ? ["", `  faults    ${options.faults.join("  ")}`] : []),
    "",
    "in another terminal:",
    `  ${settings}`,
    "Ctrl+C stops it",
  ].join("\n");
}

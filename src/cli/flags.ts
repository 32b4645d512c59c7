// Flags are the settings' table in another spelling: POOL_SIZE=75 is --pool-size 75. Nothing is declared twice.
import { type Command, Option } from "commander";
import type { Setting, Table } from "../core/settings/table.ts";
import { flag as trueOrFalse } from "../core/settings/types.ts";
import { UsageError } from "./errors.ts";

/** POOL_SIZE -> "--pool-size". */
export function flagOf(name: string): string {
  return `--${name.toLowerCase().replaceAll("_", "-")}`;
}

function optionOf(name: string, row: Setting<unknown>): Option {
  if (row.secret) {
    // Known, so that it is refused with a reason; hidden, so that nobody is invited to try. Arguments show in `ps` and in shell histories.
    const option = new Option(`${flagOf(name)} [value]`).hideHelp();
    return option.argParser(() => {
      throw new UsageError(
        `${name} is secret and arguments are not: set it in the environment instead of ${flagOf(name)}`,
      );
    });
  }
  // A switch may stand alone: --verbose is --verbose true.
  const value = row.type === trueOrFalse ? "[true|false]" : "<value>";
  const preset = row.preset === undefined || row.preset === "" ? "" : ` (${row.preset})`;
  return new Option(`${flagOf(name)} ${value}`, `${row.help}${preset}`);
}

/** Adds a flag for every row of a scenario's table. */
export function addSettingFlags(command: Command, table: Table): void {
  for (const [name, row] of Object.entries(table)) command.addOption(optionOf(name, row));
}

/** The settings that flags gave, by their names in the table. */
export function settingsFromFlags(command: Command, table: Table): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const [name, row] of Object.entries(table)) {
    const value: unknown = command.getOptionValue(optionOf(name, row).attributeName());
    if (value !== undefined) settings[name] = String(value);
  }
  return settings;
}

/** The sandbox's own options that make no sense when `run` starts it. */
const NOT_FOR_RUN = new Set(["for", "json", "ports", "write-env", "help", "version"]);

const passable = (sandbox: Command): Option[] =>
  sandbox.options.filter((o) => o.long !== undefined && !NOT_FOR_RUN.has(o.long.slice(2)));

/** Adds the sandbox command's options with the prefix --sandbox-. */
export function addSandboxFlags(command: Command, sandbox: Command): void {
  for (const option of passable(sandbox)) {
    const value = option.required ? " <value>" : option.optional ? " [value]" : "";
    const prefixed = new Option(
      `--sandbox-${option.long?.slice(2)}${value}`,
      `of the sandbox it starts: ${option.description}`,
    );
    // Repeatable whatever the original is: the sandbox itself refuses what it does not want twice.
    command.addOption(
      value === "" ? prefixed : prefixed.argParser((text: string, before: string[] = []) => [...before, text]),
    );
  }
}

/** The arguments for the sandbox command that --sandbox- flags gave. */
export function sandboxArguments(command: Command, sandbox: Command): string[] {
  return passable(sandbox).flatMap((option) => {
    const long = option.long ?? "";
    const value: unknown = command.getOptionValue(new Option(`--sandbox-${long.slice(2)}`).attributeName());
    if (value === undefined) return [];
    return Array.isArray(value) ? value.flatMap((text) => [long, String(text)]) : [long];
  });
}

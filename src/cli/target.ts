// Whether a run needs a sandbox of its own, and what its environment then is.
import type { Environment, Table } from "../core/settings/table.ts";

const isSet = (text: string | undefined): text is string => text !== undefined && text !== "";

/** The settings that say where the target is, among those that are set: a TARGET other than the sandbox, or an address of a service. */
export function targetSettings(table: Table, environment: Environment): string[] {
  return Object.entries(table).flatMap(([name, { type }]) => {
    const value = environment[name];
    return isSet(value) && (name === "TARGET" ? value !== "sandbox" : type.partOfTarget) ? [name] : [];
  });
}

/** The environment for k6: what the sandbox says about itself, then what was set by hand, which wins. */
export function withSandbox(
  environment: Environment,
  sandbox: Readonly<Record<string, string>>,
): Record<string, string> {
  const set = Object.entries(environment).filter((entry): entry is [string, string] => isSet(entry[1]));
  return { ...sandbox, ...Object.fromEntries(set) };
}

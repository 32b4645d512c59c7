// The scenarios, read from the folder: what is in scenarios/ can be run. Their parts are loaded when they are wanted, so that nothing waits for the others.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { didYouMean } from "../core/format.ts";
import type { ScenarioSpec } from "../core/scenario.ts";
import type { Environment } from "../core/settings/table.ts";
import type { Verdict } from "../core/summary/types.ts";
import { built, root } from "../sandbox/root.ts";
import type { Target } from "../sandbox/system.ts";
import { UsageError } from "./errors.ts";

/** What a scenario adds to the command: scenarios/<name>/cli/index.ts. */
export interface ScenarioCli {
  /** `onrush <name>`: work around its runs. */
  readonly command?: () => Command;
  /** Judges what k6 could not, while the target still runs. Undefined where there is nothing to judge by. */
  readonly judge?: (
    verdict: Verdict,
    environment: Environment,
  ) => Promise<{ readonly held: boolean; readonly lines: readonly string[] } | undefined>;
}

/** Part of a scenario's folder -> its source; build.mjs puts what it makes of it into dist/cli/scenarios/<name>/<part>.mjs. */
const sources = { spec: "spec.ts", sandbox: "sandbox/index.ts", cli: "cli/index.ts" } as const;
type Part = keyof typeof sources;

const fileOf = (name: string, part: Part) =>
  built ? join(root, "dist/cli/scenarios", name, `${part}.mjs`) : join(root, "scenarios", name, sources[part]);

const has = (name: string, part: Part) => existsSync(fileOf(name, part));

async function load<T>(name: string, part: Part): Promise<T> {
  return (await import(/* @vite-ignore */ pathToFileURL(fileOf(name, part)).href)) as T;
}

const foldersIn = (folder: string, file: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, file)))
        .map(({ name }) => name)
    : [];

/** Names of all scenarios, also of those that are not built yet; an image of the built files has no sources. */
export function scenarioNames(): string[] {
  const sources = foldersIn(join(root, "scenarios"), "main.ts");
  return (sources.length > 0 ? sources : foldersIn(join(root, "dist/cli/scenarios"), "spec.mjs")).sort();
}

/** Those with a part of their own in the sandbox. */
export const targetNames = (): string[] => scenarioNames().filter((name) => has(name, "sandbox"));

/** Those with a command of their own. */
export const commandNames = (): string[] => scenarioNames().filter((name) => has(name, "cli"));

/** @throws UsageError that lists the known ones */
export function requireScenario(name: string): void {
  const known = scenarioNames();
  if (!known.includes(name))
    throw new UsageError(`"${name}" is not a scenario${didYouMean(name, known)}; known: ${known.join(", ")}`);
}

/** The scenario of a name. @throws UsageError that lists the known ones */
export async function scenarioNamed(name: string): Promise<ScenarioSpec> {
  requireScenario(name);
  return (await load<{ spec: ScenarioSpec }>(name, "spec")).spec;
}

/** Every scenario that is built. */
export const builtScenarios = (): Promise<ScenarioSpec[]> =>
  Promise.all(
    scenarioNames()
      .filter((name) => has(name, "spec"))
      .map(scenarioNamed),
  );

/** The scenario that is meant where none is named. @throws UsageError that lists the known ones where it takes a name */
export async function defaultScenario(): Promise<ScenarioSpec> {
  const found = (await builtScenarios()).find(({ byDefault }) => byDefault);
  if (!found) throw new UsageError(`which scenario? name one with --scenario: ${scenarioNames().join(", ")}`);
  return found;
}

/** The sandbox's parts for some scenarios, by name; without those that need none. */
export async function targetsOf(names: readonly string[]): Promise<Record<string, Target>> {
  const wanted = names.filter((name) => has(name, "sandbox"));
  const parts = wanted.map(async (name) => [name, (await load<{ target: Target }>(name, "sandbox")).target] as const);
  return Object.fromEntries(await Promise.all(parts));
}

/** What a scenario adds to the command; nothing for most. */
export const cliOf = async (name: string): Promise<ScenarioCli> =>
  has(name, "cli") ? load<ScenarioCli>(name, "cli") : {};

// One declarative table per scenario: what can be set, how it is read, what it means. The k6 scripts, the CLI's flags and the README's table
// are all made from it, so none of them can drift from the others.
import * as v from "valibot";
import { showEndpoint } from "../endpoint.ts";

/** How the text of one setting becomes a value. `accepts` completes the sentence "must be ...". */
export interface SettingType<T> {
  readonly accepts: string;
  /** Whether it says where a part of the target is: a run that sets one gets no sandbox. */
  readonly partOfTarget?: true;
  /** Whether it is an address, of which only scheme, host and port are shown: the rest may be a key. */
  readonly endpoint?: true;
  readonly schema: v.GenericSchema<string, T>;
}

/** One row of a table. */
export interface Setting<T> {
  readonly type: SettingType<T>;
  /** Value when nothing sets it; text is parsed by `type`, so that the table prints what a user would write. */
  readonly preset: string | undefined;
  readonly help: string;
  readonly secret: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: a table mixes value types; ValuesOf recovers each one
export type Table = Readonly<Record<string, Setting<any>>>;

/** The parsed values of a table. */
export type ValuesOf<T extends Table> = { readonly [K in keyof T]: T[K] extends Setting<infer V> ? V : never };

/** A problem with one setting, in words that say what to do. */
export interface Problem {
  readonly name: string;
  readonly value: string;
  readonly message: string;
}

/** A required row with a default, written as its user would write it. */
export function setting<T>(type: SettingType<T>, preset: string | number | boolean, help: string): Setting<T> {
  return { type, preset: String(preset), help, secret: false };
}

/** A row without a default: the profile or the target decides, or the feature is off. */
export function optional<T>(type: SettingType<T>, help: string): Setting<T | undefined> {
  return { type, preset: undefined, help, secret: false };
}

/** A row whose value is never printed. */
export function secret<T>(type: SettingType<T>, preset: string | undefined, help: string): Setting<T> {
  return { type, preset, help, secret: true };
}

/** A secret row without a default. */
export function optionalSecret<T>(type: SettingType<T>, help: string): Setting<T | undefined> {
  return { type, preset: undefined, help, secret: true };
}

/** Text by name: an environment, or a target's preset. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a whole table from `environment`, falling back to `presets` (a target's values), then to each row's default.
 * An empty text counts as not set. Never throws: all problems come back at once.
 */
export function parseTable<T extends Table>(
  table: T,
  environment: Environment,
  presets: Environment = {},
): { values: ValuesOf<T>; problems: Problem[]; given: ReadonlySet<string> } {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  const given = new Set<string>();
  for (const [name, row] of Object.entries(table)) {
    const set = environment[name];
    const isSet = set !== undefined && set !== "";
    if (isSet) given.add(name);
    const text = isSet ? set : (presets[name] ?? row.preset);
    if (text === undefined) continue;
    const result = v.safeParse(row.type.schema, text);
    if (result.success) {
      values[name] = result.output;
    } else {
      problems.push({ name, value: row.secret ? "(secret)" : show(row, text), message: result.issues[0].message });
    }
  }
  return { values: values as ValuesOf<T>, problems, given };
}

/** Thrown when a run cannot start for its settings' sake; lists every problem. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: readonly Problem[];

  constructor(scenario: string, problems: readonly Problem[]) {
    super(describeProblems(scenario, problems));
    this.problems = problems;
  }
}

/** "chain cannot start, 2 settings are wrong:" and a line for each. */
export function describeProblems(scenario: string, problems: readonly Problem[]): string {
  const pairs = problems.map((p) => `${p.name}=${p.value}`);
  const width = Math.max(...pairs.map((pair) => pair.length)) + 3;
  const count = problems.length === 1 ? "1 setting is" : `${problems.length} settings are`;
  const lines = problems.map((p, i) => `  ${(pairs[i] ?? "").padEnd(width)}${p.message}`);
  return [`${scenario} cannot start, ${count} wrong:`, ...lines].join("\n");
}

/** What a row's value is shown as where people can see it. */
export function show(row: Setting<unknown>, text: string | undefined): string {
  if (text === undefined || text === "") return "";
  if (row.secret) return "(set, hidden)";
  return row.type.endpoint ? showEndpoint(text) : text;
}

/** The endpoints that `environment` sets, secret ones too: what is said elsewhere is cleared of them. */
export function endpointsIn(table: Table, environment: Environment): string[] {
  return Object.entries(table).flatMap(([name, { type }]) => (type.endpoint && environment[name]) || []);
}

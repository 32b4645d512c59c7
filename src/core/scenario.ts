// What a scenario is, as data, and how an environment becomes a run of it. The k6 scripts and the CLI prepare a run with the same function,
// so what one refuses the other refuses too, in the same words.
import { holdsSecrets } from "./endpoint.ts";
import type { LiveFigure } from "./live.ts";
import type { Load, LoadSettings, Profiles } from "./load.ts";
import type { MetricSpec } from "./metrics.ts";
import { resolveLoad } from "./profile.ts";
import {
  type Environment,
  endpointsIn,
  type Problem,
  parseTable,
  SettingsError,
  show,
  type Table,
  type ValuesOf,
} from "./settings/table.ts";
import type { Details } from "./summary/breakdown.ts";
import type { MetricReader, ReportLine } from "./summary/types.ts";

/** Chains that exist for development and testing; every other one needs ALLOW_CHAIN. */
export const testChains: Readonly<Record<number, string>> = {
  1337: "local development",
  31337: "local development",
  31338: "local development",
  14800: "Vana Moksha and the sandbox",
  11155111: "Sepolia",
  17000: "Holesky",
  560048: "Hoodi",
  84532: "Base Sepolia",
  11155420: "OP Sepolia",
  421614: "Arbitrum Sepolia",
  80002: "Polygon Amoy",
  6524490: "Towns testnet",
};

/** What a scenario's script imports, and so which of the suite's metrics exist in it; a script that uses none runs on a stock k6. */
export type ScenarioFeature = "ethereum" | "process" | "funding";

export interface ScenarioSpec<T extends Table = Table> {
  readonly name: string;
  readonly about: string;
  /** The scenario that the wallet commands mean where none is named; one of them at most. */
  readonly byDefault?: true;
  /** Its settings; made when asked for, so that nothing keeps it for longer than it takes to read them. */
  readonly table: T;
  readonly profiles: Profiles;
  /** TARGET -> presets of settings. */
  readonly targets: Readonly<Record<string, Environment>>;
  /** TARGET -> settings that must be given by hand; a list means one of them. */
  readonly required: Readonly<Record<string, readonly (string | readonly string[])[]>>;
  /** A user's steps, in order. */
  readonly steps: readonly string[];
  /** Named errors worth a line of their own in the verdict. */
  readonly details: readonly Details[];
  /** Milliseconds that a user usually takes, for the warning that CONCURRENCY is too low. */
  readonly expectedDuration: number;
  readonly uses: readonly ScenarioFeature[];
  /** What its users are called in reports, in the plural; "users" by default. */
  readonly noun?: string;
  /** Metrics of its own, beside those of all users. */
  readonly metrics?: Readonly<Record<string, MetricSpec>>;
  /** Figures of its own in the live view. */
  readonly live?: readonly LiveFigure[];
  /** Parts of metrics, such as `chat_lost{room:General}`, that k6 has to keep apart for `report`. */
  breakdowns?(values: ValuesOf<T>): readonly string[];
  /** Milliseconds after which a user has failed, where no USER_TIMEOUT says so. */
  userTimeout?(values: ValuesOf<T>, load: Load): number;
  /** Problems between settings that no single row can see. */
  problems?(values: ValuesOf<T>, load: Load): Problem[];
  /**
   * Lines of its own in the verdict.
   * @param seconds length of the load's window; 0 where it has none
   */
  report?(reader: MetricReader, values: ValuesOf<T>, seconds: number): ReportLine[];
  /** Metrics that a run under these settings has no sample of: their gates, which nothing could hold, are not judged. */
  unmeasured?(values: ValuesOf<T>): readonly string[];
  /** What a reader of the report must know of these settings. */
  labels(values: ValuesOf<T>): string[];
}

/** A run, ready to be compiled. */
export interface Prepared<T extends Table = Table> {
  readonly spec: ScenarioSpec<T>;
  readonly values: ValuesOf<T>;
  readonly profile: string;
  readonly target: string;
  readonly load: Load;
  /** Names of the settings that were given by hand. */
  readonly given: ReadonlySet<string>;
  /** Endpoints that hold more than scheme, host and port: no text that leaves the process may. */
  readonly endpoints: readonly string[];
}

interface Common extends LoadSettings {
  readonly PROFILE?: string;
  readonly TARGET?: string;
  readonly CHAIN_ID?: number;
  readonly ALLOW_CHAIN?: readonly number[];
}

function chainProblems(values: Common): Problem[] {
  const id = values.CHAIN_ID;
  if (id === undefined || testChains[id] !== undefined || values.ALLOW_CHAIN?.includes(id)) return [];
  return [
    {
      name: "CHAIN_ID",
      value: String(id),
      message: `is not a known test network; set ALLOW_CHAIN=${id} if it is yours to load`,
    },
  ];
}

function missing(spec: ScenarioSpec, target: string, given: ReadonlySet<string>): Problem[] {
  if (!Object.hasOwn(spec.required, target)) return [];
  return (spec.required[target] ?? []).flatMap((need) => {
    const names = typeof need === "string" ? [need] : need;
    return names.some((name) => given.has(name))
      ? []
      : [{ name: names[0] ?? "", value: "", message: `is needed for TARGET=${target}: set ${names.join(" or ")}` }];
  });
}

/**
 * Reads the environment into a run.
 * @throws SettingsError naming everything that is wrong
 */
export function prepare<T extends Table>(spec: ScenarioSpec<T>, environment: Environment): Prepared<T> {
  // Read as the table reads it: a blank around the name must not lead past the target's presets.
  const target = environment.TARGET?.trim() || "sandbox";
  const { table } = spec;
  const named = environment.PROFILE?.trim() || table.PROFILE?.preset || "";
  const presets = {
    ...(Object.hasOwn(spec.profiles, named) ? spec.profiles[named]?.presets : {}),
    ...(Object.hasOwn(spec.targets, target) ? spec.targets[target] : {}),
  };
  const { values, problems, given } = parseTable(table, environment, presets);
  const common = values as Common;
  const profile = common.PROFILE ?? "";
  const shown = (name: string) => (table[name] === undefined ? "" : show(table[name], environment[name]));
  const asSet = (p: Problem) => ({ ...p, value: shown(p.name) || p.value });
  const resolved = spec.profiles[profile] && resolveLoad(spec.profiles[profile], common);
  const all = [
    ...problems,
    ...missing(spec, target, given),
    ...chainProblems(common),
    // In the words of whoever set it: "DURATION=15s", not its milliseconds.
    ...(resolved?.problems ?? []).map(asSet),
    // Judged only when each row is right by itself.
    ...(resolved && problems.length === 0 ? (spec.problems?.(values, resolved.load) ?? []).map(asSet) : []),
  ];
  if (all.length > 0 || !resolved) throw new SettingsError(spec.name, all);
  const endpoints = endpointsIn(table, environment).filter(holdsSecrets);
  return { spec, values, profile, target, load: resolved.load, given, endpoints };
}

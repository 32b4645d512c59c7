// Binds a scenario's table to k6's environment.
import { SharedArray } from "k6/data";
import type { CompiledLoad } from "../core/arrivals/index.ts";
import type { OptionValues } from "../core/k6-options.ts";
import { arrivalsOf, sizeOf } from "../core/options.ts" with { load: "deferred" };
import { type LoadSize, sizeIn } from "../core/options.ts";
import { type RunData, runFromJson } from "../core/run-json.ts";
import type { Prepared, ScenarioSpec } from "../core/scenario.ts";
import type { CommonSettings } from "../core/settings/common.ts";
import type { Table } from "../core/settings/table.ts";
import { prepared } from "./prepare.ts" with { load: "deferred" };
import { redactAll } from "./redact.ts";

/** A run as the scripts see it. */
export interface Run<T extends Table = Table> extends Omit<Prepared<T>, "spec"> {
  /** The scenario's. */
  readonly name: string;
  /** The same values, as what all scenarios share. */
  readonly common: CommonSettings;
  /** The scenario as data. Not for users: a VU that asks loads the script's deferred part, which is as much as all the rest of it. */
  spec(): ScenarioSpec<T>;
  /** The compiled arrivals over all instances. Not for users either. */
  arrivals(): CompiledLoad;
  /** k6's options as the script compiled them, once it has: to hold against those that k6 has. */
  readonly compiled: { options: OptionValues };
  /** Their size, which VUs know without compiling them: a plan in each VU would cost more than all the rest of it. */
  size(): LoadSize;
}

/**
 * Reads the settings of a scenario from the environment. The first VU of the process does; the others take over what it read, and so need neither the tables nor
 * what reads them.
 * @param spec gives the scenario; import it deferred
 * @throws SettingsError with every problem at once; k6 then ends with code 107 before anything starts
 */
export function settings<T extends Table>(spec: () => ScenarioSpec<T>): Run<T> {
  const texts = new SharedArray("run", () => prepared(spec(), __ENV));
  const [name = "", handed = "", commonText = ""] = texts as readonly string[];
  const run = runFromJson(handed) as RunData & Pick<Prepared<T>, "values">;
  const common = JSON.parse(commonText) as CommonSettings;
  redactAll(run.endpoints);
  let load: CompiledLoad | undefined;
  const arrivals = () => {
    load ??= arrivalsOf(run.load, common.SEED);
    return load;
  };
  const size = () => sizeIn(__ENV) ?? sizeOf(run.load, arrivals(), common.INSTANCES);
  return { ...run, name, common, spec, arrivals, compiled: { options: {} }, size };
}

/** What a scenario adds to its settings. */
export interface ScenarioNeeds {
  /** The text of thresholds/<scenario>.json, bundled. */
  readonly gates: string;
  /** Whether workers fund wallets while users run. */
  readonly funding: boolean;
}

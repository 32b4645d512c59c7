// Binds a scenario's table to k6's environment.
import type { CompiledLoad } from "../core/arrivals/index.ts";
import { arrivalsOf, type LoadSize, sizeIn } from "../core/options.ts";
import { type Prepared, prepare, type ScenarioSpec } from "../core/scenario.ts";
import type { Table } from "../core/settings/table.ts";

/** What every scenario's settings hold. */
export interface CommonSettings {
  readonly SEED: number;
  readonly INSTANCES: number;
  readonly USER_TIMEOUT: number;
  readonly RETRY_FOR: number;
  readonly HTTP_TIMEOUT: number;
  readonly VERBOSE: boolean;
  readonly THRESHOLDS?: string;
  readonly REPORT_DIR?: string;
}

/** A run as the scripts see it. */
export interface Run<T extends Table = Table> extends Prepared<T> {
  /** The same values, as what all scenarios share. */
  readonly common: CommonSettings;
  /** The compiled arrivals over all instances. Computed when first asked for: most VUs never need them. */
  arrivals(): CompiledLoad;
  /** Their size, which VUs know without compiling them: a plan in each VU would cost more than all the rest of it. */
  size(): LoadSize;
}

/**
 * Reads the settings of a scenario from the environment.
 * @throws SettingsError with every problem at once; k6 then ends with code 107 before anything starts
 */
export function settings<T extends Table>(spec: ScenarioSpec<T>): Run<T> {
  const prepared = prepare(spec, __ENV);
  // What a scenario has no row for has no effect in it, but for a user's time, which its spec then knows.
  const given = prepared.values as unknown as Partial<CommonSettings>;
  const common = {
    USER_TIMEOUT: spec.userTimeout?.(prepared.values, prepared.load) ?? 0,
    RETRY_FOR: 0,
    HTTP_TIMEOUT: 15_000,
    ...given,
  } as CommonSettings;
  let compiled: CompiledLoad | undefined;
  const arrivals = () => {
    compiled ??= arrivalsOf(prepared.load, common.SEED);
    return compiled;
  };
  return { ...prepared, common, arrivals, size: () => sizeIn(__ENV) ?? arrivals() };
}

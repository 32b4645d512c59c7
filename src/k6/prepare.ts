import { handOver } from "../core/handed.ts";
import { prepare, type ScenarioSpec } from "../core/scenario.ts";
import type { Environment, Table } from "../core/settings/table.ts";
import type { CommonSettings } from "./run.ts";

const HTTP_TIMEOUT = 15_000;

/**
 * A run as texts: the scenario's name, the run, its common settings.
 * @throws SettingsError
 */
export function prepared<T extends Table>(spec: ScenarioSpec<T>, environment: Environment): string[] {
  const run = prepare(spec, environment);
  const given = run.values as unknown as Partial<CommonSettings>;
  const { SEED, INSTANCES, VERBOSE, THRESHOLDS, REPORT_DIR } = given as CommonSettings;
  // What a scenario has no row for has no effect in it, but for a user's time, which its spec then knows.
  const common: CommonSettings = {
    SEED,
    INSTANCES,
    VERBOSE,
    USER_TIMEOUT: given.USER_TIMEOUT ?? spec.userTimeout?.(run.values, run.load) ?? 0,
    RETRY_FOR: given.RETRY_FOR ?? 0,
    HTTP_TIMEOUT: given.HTTP_TIMEOUT ?? HTTP_TIMEOUT,
    ...(THRESHOLDS === undefined ? {} : { THRESHOLDS }),
    ...(REPORT_DIR === undefined ? {} : { REPORT_DIR }),
  };
  return [spec.name, handOver(run), JSON.stringify(common)];
}

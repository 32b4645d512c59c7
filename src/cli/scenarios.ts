import type { ScenarioSpec } from "../core/scenario.ts";
import { didYouMean } from "../core/words.ts";
import { scenarios } from "../profiles/index.ts";
import { UsageError } from "./errors.ts";

/** The scenario of a name. @throws UsageError that lists the known ones */
export function scenarioNamed(name: string): ScenarioSpec {
  const known = Object.keys(scenarios);
  const spec = scenarios[name];
  if (!spec) throw new UsageError(`"${name}" is not a scenario${didYouMean(name, known)}; known: ${known.join(", ")}`);
  return spec;
}

import { compileOptions } from "./plan.ts" with { load: "deferred" };
import type { Run, ScenarioNeeds } from "./run.ts";

/**
 * k6's options for a run. Only the first init (VU 0) builds them: k6 runs init code again in every VU and gives each the final options anyway, and a plan
 * of thousands of stages in each VU would cost seconds and hundreds of megabytes.
 */
export function optionsFor(run: Run, needs: ScenarioNeeds): Record<string, unknown> {
  return __VU === 0 ? compileOptions(run, needs) : {};
}

import type { K6Summary } from "../core/summary/types.ts";
import { objectionsTo } from "./options.ts";
import type { Run, ScenarioNeeds } from "./run.ts";
import { runContextOf, verdictOf } from "./verdict.ts" with { load: "deferred" };

/** handleSummary for a scenario: the verdict on stdout, and with REPORT_DIR the machine-readable files beside it. */
export function reportFor(run: Run, needs: ScenarioNeeds): (data: K6Summary) => Record<string, string> {
  // k6 runs init once more for the summary, with VU 0: only there may THRESHOLDS be opened, so the context is made here and not in the handler.
  const context = __VU === 0 ? runContextOf(run, needs) : undefined;
  return (data) => {
    if (context === undefined) throw new Error("the summary belongs to VU 0");
    return verdictOf(run, context, data, objectionsTo(run));
  };
}

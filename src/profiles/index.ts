// Every scenario, for the CLI and the generated documents.
import type { ScenarioSpec } from "../core/scenario.ts";
import { streamingSpec } from "./streaming-spec.ts";

export const scenarios: Readonly<Record<string, ScenarioSpec>> = {
  streaming: streamingSpec as unknown as ScenarioSpec,
};

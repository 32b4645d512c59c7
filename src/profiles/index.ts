// Every scenario, for the CLI and the generated documents.
import type { ScenarioSpec } from "../core/scenario.ts";
import { chatSpec } from "../../scenarios/chat/spec.ts";
import { ledgerSpec } from "../../scenarios/ledger/spec.ts";
import { spaceSpec } from "../../scenarios/space/spec.ts";
import { streamingSpec } from "../../scenarios/streaming/spec.ts";

export const scenarios: Readonly<Record<string, ScenarioSpec>> = {
  streaming: streamingSpec as unknown as ScenarioSpec,
  chat: chatSpec as unknown as ScenarioSpec,
  ledger: ledgerSpec as unknown as ScenarioSpec,
  space: spaceSpec as unknown as ScenarioSpec,
};

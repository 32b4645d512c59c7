import type { ScenarioSpec } from "../../../../core/scenario.ts";
import { lacking } from "./model/lacking.ts";
import { profiles } from "./profiles.ts";
import { table } from "./settings.ts";

/** The example scenario as data. */
export const spec: ScenarioSpec<ReturnType<typeof table>> = {
  name: "example",
  about: "each user mints a token of a contract, and its event must say so",
  get table() {
    return table();
  },
  profiles,
  targets: { sandbox: {}, custom: {} },
  required: { sandbox: [], custom: ["RPC_URL", "CHAIN_ID", "CONTRACT_ADDRESS", ["MNEMONIC", "MNEMONIC_FILE"]] },
  steps: ["wallet", "submit", "confirm"],
  details: [{ kind: "proof", steps: ["confirm"], names: ["NOT_MINTED"] }],
  expectedDuration: 2_500,
  uses: ["ethereum", "process", "funding"],
  labels: () => Object.values(lacking),
};

import type { ScenarioSpec } from "../../../../core/scenario.ts";
import { lacking } from "./model/lacking.ts";
import { profiles } from "./profiles.ts";
import { table } from "./settings.ts";

/** The example scenario as data. */
export const spec: ScenarioSpec<ReturnType<typeof table>> = {
  name: "example",
  about: "users put notes into a service over HTTP and read them back",
  get table() {
    return table();
  },
  profiles,
  targets: { sandbox: {}, custom: {} },
  required: { sandbox: [], custom: ["NOTES_URL"] },
  steps: ["put", "read"],
  details: [{ kind: "proof", steps: ["read"], names: ["ANOTHER_NOTE"] }],
  expectedDuration: 100,
  uses: ["process"],
  labels: () => Object.values(lacking),
};

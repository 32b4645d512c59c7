// A small scenario, for tests of the frame that all scenarios share.
import type { ScenarioSpec } from "../../../src/core/scenario.ts";
import { loadSettings, reportSettings } from "../../../src/core/settings/common.ts";
import { optional, setting } from "../../../src/core/settings/table.ts";
import { choice, duration, integer, oneOfNames, pause } from "../../../src/core/settings/types.ts";

const profiles = {
  turns: {
    about: "users one after another",
    arrivals: { kind: "sequence", vus: 1, iterations: 6 },
    concurrency: 1,
  },
  arriving: { about: "users arrive", arrivals: { kind: "poisson", rate: 20, duration: "3s" }, concurrency: 20 },
} as const;

const table = {
  PROFILE: setting(oneOfNames("profile", Object.keys(profiles)), "turns", "the load"),
  TARGET: setting(choice("nothing"), "nothing", "the target"),
  ...loadSettings(),
  BATCH_SIZE: optional(integer("users"), "not used"),
  DELAY: optional(pause, "between users"),
  BREAKER: optional(integer("failures", 0), "consecutive failed users that abort the run"),
  USER_TIMEOUT: setting(duration, "1s", "of a user"),
  RETRY_FOR: setting(duration, "2s", "of a call"),
  HTTP_TIMEOUT: setting(duration, "500ms", "of a request"),
  ...reportSettings(),
};

export const spec: ScenarioSpec<typeof table> = {
  name: "frame",
  about: "the frame's test",
  table,
  profiles,
  targets: {},
  required: {},
  steps: ["wallet", "submit", "infer"],
  details: [{ kind: "revert", steps: ["submit"], names: ["InvalidNonce"] }],
  expectedDuration: 100,
  uses: ["process"],
  labels: () => [],
};

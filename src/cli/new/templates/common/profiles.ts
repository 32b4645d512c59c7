// The loads of the example scenario, as data. Every number can be overridden by a setting.
import type { Profiles } from "../../../../core/load.ts";

export const profiles = {
  demo: { about: "a look at it", arrivals: { kind: "poisson", rate: 3, duration: "20s" }, concurrency: 50 },
  steady: {
    about: "users arrive continuously",
    arrivals: { kind: "poisson", rate: 5, duration: "5m" },
    concurrency: 100,
  },
} satisfies Profiles;

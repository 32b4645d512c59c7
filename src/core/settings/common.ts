// Rows that every scenario has: the load's shape, the report, and the guard against loading somebody else's chain.
import { optional, setting } from "./table.ts";
import { choice, duration, flag, integer, positive, text } from "./types.ts";

const runSettings = () => ({
  SEED: setting(
    integer("seed", 0, 2 ** 31 - 1),
    42,
    "of arrivals, personas and pauses; the same seed gives the same run",
  ),
  INSTANCES: setting(
    integer("instances", 1, 1_000),
    1,
    "k6 processes that share this run by --execution-segment; gates are divided by it",
  ),
});

export const loadSettings = () => ({
  ARRIVALS: optional(choice("poisson", "constant"), "how users arrive: a seeded Poisson process, or evenly spaced"),
  RATE: optional(positive("users per second"), "users arriving per second (at the peak, where the profile has one)"),
  DURATION: optional(duration, "how long users arrive"),
  USERS: optional(integer("users"), "stop after this many users"),
  CONCURRENCY: optional(
    integer("users at once", 1, 20_000),
    "users that can be under way at once; an arrival that finds none free is dropped, counted and gated",
  ),
  ...runSettings(),
});

/** The load of a scenario whose users are clients: there from start to end. */
export const clientSettings = () => ({
  CLIENTS: optional(integer("clients", 1, 20_000), "clients, all there from start to end"),
  DURATION: optional(duration, "how long each client works"),
  ...runSettings(),
});

export const reportSettings = () => ({
  THRESHOLDS: optional(text("the path of a JSON file"), "a file of gates to use instead of the bundled ones"),
  REPORT_DIR: optional(text("an existing folder"), "where summary.json and junit.xml go"),
  VERBOSE: setting(flag, false, "print a line for each user"),
});

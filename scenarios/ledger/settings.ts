// Everything the ledger scenario can be told. Defaults point at the sandbox's fixed loopback ports.

import { loadSettings, reportSettings } from "../../src/core/settings/common.ts";
import { optional, optionalSecret, setting, type ValuesOf } from "../../src/core/settings/table.ts";
import { choice, duration, flag, integer, oneOfNames, positive, text, url } from "../../src/core/settings/types.ts";
import { mix } from "./model/operations.ts";
import { profiles } from "./profiles.ts";

/** Presets of settings by TARGET; what is set by hand wins. */
export const targets = {
  sandbox: {},
  // Its projectors poll once a second, and its lock waits for up to 70 s.
  wallex: { LEDGER_URL: "http://127.0.0.1:3000", TIMEOUT: "30s", LAG_TIMEOUT: "10s", DRAIN_TIMEOUT: "2m" },
} satisfies Record<string, Record<string, string>>;

/** Settings without which a target cannot be run. */
export const requiredByTarget = { sandbox: [], wallex: [] } satisfies Record<keyof typeof targets, readonly string[]>;

const percentage = integer("percent", 0, 100);

/** The rows, made anew at each call: a table kept for each VU would cost more than all the rest of it. */
export const ledgerTable = () => {
  const { ARRIVALS, SEED, INSTANCES } = loadSettings();
  return {
    PROFILE: setting(
      oneOfNames("profile", Object.keys(profiles)),
      "standard",
      "the load: how many wallets and operations",
    ),
    TARGET: setting(choice("sandbox", "wallex"), "sandbox", "presets of the settings below for a known system"),
    WALLETS: optional(integer("wallets", 1, 100_000), "wallets of a round"),
    OPERATIONS: optional(integer("operations", 1, 1_000_000), "operations of a round; of arriving ones, the most"),
    WORKERS: optional(
      integer("operations at once", 1, 1_000),
      "operations under way at once; arriving ones beyond it are dropped, counted and gated",
    ),
    FAST: optional(flag, "false: one operation after another; true: WORKERS at once; by default as the profile says"),
    ARRIVALS,
    RATE: optional(positive("operations per second"), "operations arriving per second (open, soak)"),
    DURATION: optional(duration, "how long operations arrive (open, soak), or rounds begin again (continuous)"),
    SEED: { ...SEED, help: "of amounts, wallets and arrivals; the same seed draws the same operations" },
    INSTANCES,

    MIX: setting(mix, "50/30/20", "percentages of credits, debits and transfers"),
    HOT: setting(percentage, 0, "percentage of operations that go to three wallets"),
    REPLAY: setting(
      percentage,
      10,
      "percentage of operations sent again with their key: at once, later, and with another body",
    ),
    RACES: setting(integer("races", 0, 100), 3, "whole balances that several callers debit at once in a round"),
    CLOSED: setting(
      flag,
      "true",
      "true: nobody else moves money meanwhile, and no wallet of others may change; false where others do",
    ),
    SLEEP: setting(duration, "0s", "pause of each worker between two operations"),

    TIMEOUT: setting(duration, "20s", "of one request"),
    RETRY_FOR: setting(
      duration,
      "30s",
      "how long a request without a definite answer is sent again with its key; 0s never",
    ),
    LAG_TIMEOUT: setting(duration, "5s", "after which a probe counts as never visible"),
    DRAIN_TIMEOUT: setting(duration, "1m", "how long the projections may take to come to rest"),
    ROUND_TIMEOUT: setting(duration, "30m", "after which a round begins no further operation"),

    LEDGER_URL: setting(url, "http://127.0.0.1:14806", "the wallet service: /wallets, /ledger"),
    ADMIN_URL: optional(url, "the sandbox's admin endpoint: consumers and errors are judged too where it is known"),
    LEDGER_DSN: optionalSecret(
      // Not where the target is, and what it holds is shown as little. Its reader says what is wrong with it.
      { ...text("a PostgreSQL address"), endpoint: true },
      "the service's database, for what only SQL can tell (onrush run) and for onrush ledger cleanup",
    ),
    ...reportSettings(),
  };
};

export type LedgerSettings = ValuesOf<ReturnType<typeof ledgerTable>>;

// The loads of the ledger scenario, as data: the original test's sizes, and loads of our own. Every number can be overridden by a setting.
import type { Profiles } from "../../src/core/load.ts";

const closed = (wallets: number, operations: number, workers: number) =>
  ({ kind: "rounds", rounds: [{ wallets, operations }], workers }) as const;

export const profiles = {
  quick: { about: "a first look: one operation after another", arrivals: closed(10, 20, 1) },
  standard: { about: "the original's usual size", arrivals: closed(100, 200, 10) },
  ci: { about: "for every change", arrivals: closed(50, 100, 5) },
  performance: { about: "the original's performance run", arrivals: closed(500, 2_000, 20) },
  stress: { about: "the original's stress run", arrivals: closed(1_000, 5_000, 30) },
  progressive: {
    about: "four rounds, each larger and verified by itself",
    arrivals: {
      kind: "rounds",
      rounds: [10, 50, 100, 500].map((wallets) => ({ wallets, operations: 2 * wallets })),
      workers: 10,
    },
  },
  continuous: {
    about: "a verified round every 30 s until Ctrl+C or DURATION",
    arrivals: {
      kind: "rounds",
      rounds: [{ wallets: 20, operations: 50 }],
      workers: 5,
      every: "30s",
      duration: "24h",
    },
  },
  soak: { about: "an hour of arriving operations", arrivals: arriving(200, 10, "1h", 100) },
  open: { about: "operations arrive whatever the service does", arrivals: arriving(50, 20, "1m", 100) },
} satisfies Profiles;

function arriving(wallets: number, rate: number, duration: string, workers: number) {
  return { kind: "rounds", rounds: [{ wallets }], workers, arrivals: { kind: "poisson", rate, duration } } as const;
}

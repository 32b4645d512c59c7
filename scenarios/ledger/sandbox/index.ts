// The system that the ledger scenario loads, as data.
import type { Target } from "../../../src/sandbox/system.ts";

export const target: Target = {
  services: {
    ledger: { port: 14806, about: "wallets, transfers and their ledger: /wallets, /ledger, /health" },
    postgres: { port: 14807, about: "the ledger's database (LEDGER_DSN)" },
  },
  settings: {},
  start: async (ground) => (await import("./start.ts")).startLedgerSystem(ground),
};

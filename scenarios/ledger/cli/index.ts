import { Command } from "commander";
import { cleanupCommand } from "./cleanup.ts";

/** `onrush ledger`: work around the ledger scenario. */
export function ledgerCommand(): Command {
  return new Command("ledger").description("work around the ledger scenario").addCommand(cleanupCommand());
}

// The wallet commands.
import type { Command } from "commander";
import { generateWalletsCommand } from "./generate.ts";
import { prepareCommand } from "./prepare.ts";
import { reclaimCommand } from "./reclaim.ts";
import { transferFundsCommand } from "./transfer.ts";

/** generate-wallets, transfer-funds, prepare and reclaim. */
export function walletCommands(): Command[] {
  return [generateWalletsCommand(), transferFundsCommand(), prepareCommand(), reclaimCommand()];
}

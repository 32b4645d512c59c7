// What the ledger adds to the command: a look at the service's tables after a run, and the removal of what runs left there.
import { Command } from "commander";
import type { ScenarioCli } from "../../../src/cli/scenarios.ts";
import { prefixIn } from "../model/report.ts";
import { checkTables } from "./check.ts";
import { cleanupCommand } from "./cleanup.ts";

export const command: ScenarioCli["command"] = () =>
  new Command("ledger").description("work around the ledger scenario").addCommand(cleanupCommand());

export const judge: ScenarioCli["judge"] = async ({ lines }, { LEDGER_DSN: dsn }) => {
  const prefix = prefixIn(lines);
  return dsn === undefined || dsn === "" || prefix === undefined ? undefined : checkTables(dsn, prefix);
};

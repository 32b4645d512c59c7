// The system that the ledger scenario loads.
import type { Ground, System } from "../../../src/sandbox/system.ts";
import { prepareDatabase } from "./database.ts";
import { startPostgres } from "./postgres.ts";
import { postgresControls } from "./postgres-controls.ts";
import { startLedger } from "./start-ledger.ts";

/** Starts PostgreSQL, and the ledger on it. */
export async function startLedgerSystem(ground: Ground): Promise<System> {
  const postgres = await startPostgres(ground.portOf("postgres"));
  ground.started(postgresControls(postgres));
  await prepareDatabase(postgres.dsn);
  const ledger = ground.started(await startLedger({ port: ground.portOf("ledger"), dsn: postgres.dsn }));
  return {
    environment: { LEDGER_URL: ledger.url, LEDGER_DSN: postgres.dsn },
    processes: {
      ...(postgres.pid === undefined ? {} : { postgres: postgres.pid }),
      ...(ledger.pid === undefined ? {} : { ledger: ledger.pid }),
    },
    failed: Promise.race([postgres.failed, ...(ledger.failed === undefined ? [] : [ledger.failed])]),
  };
}

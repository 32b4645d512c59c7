// I12, which only SQL can tell: every consumer has worked off every event of the run, and every event that moved money has its row in the ledger. The original's
// outbox said "all processed" while rows were missing.
import type pg from "pg";
import { grouped } from "../../../src/core/format.ts";
import { walletTables, withDatabase } from "./database.ts";

/** What the tables say of one run. */
export interface TableCheck {
  readonly held: boolean;
  /** For the terminal. */
  readonly lines: readonly string[];
}

const number = async (client: pg.Client, query: string, prefix: string): Promise<number> =>
  Number((await client.query<{ count: string }>(query, [prefix])).rows[0]?.count ?? 0);

/**
 * Compares the outbox, its consumers and the ledger's rows, for the wallets of one run.
 * @param prefix of the run's wallets
 * @throws CommandError when the database cannot be used
 */
export function checkTables(dsn: string, prefix: string): Promise<TableCheck> {
  return withDatabase(dsn, async (client) => {
    const tables = await walletTables(client, dsn);
    const idOf = (name: string) => tables.find((table) => table.name === name)?.id ?? "";
    const outbox = idOf("outbox");
    const events = await number(client, `SELECT count(*) FROM outbox WHERE starts_with(${outbox}, $1)`, prefix);
    const money = await number(
      client,
      `SELECT count(*) FROM outbox WHERE starts_with(${outbox}, $1) AND event_type IN ('WalletCredited', 'WalletDebited')`,
      prefix,
    );
    const entries = await number(
      client,
      `SELECT count(*) FROM ledger_entries WHERE starts_with(${idOf("ledger_entries")}, $1)`,
      prefix,
    );
    // Consumers that ever worked here: one that stopped before this run must be missed.
    const { rows } = await client.query<{ name: string; done: string }>(
      `SELECT p.consumer_name AS name, count(*) FILTER (WHERE starts_with(o.${outbox}, $1)) AS done
       FROM outbox_consumer_processing p JOIN outbox o ON o.id = p.outbox_event_id GROUP BY 1 ORDER BY 1`,
      [prefix],
    );
    const behind = rows.filter(({ done }) => Number(done) !== events);
    const held = events > 0 && rows.length > 0 && behind.length === 0 && entries >= money;
    const consumers = rows.map(({ name, done }) => `${name} ${grouped(Number(done))}`).join(", ");
    return {
      held,
      lines: [
        `I12 ${held ? "held" : "BROKEN"}: ${grouped(events)} events of ${prefix}*; consumers: ${consumers || "none"}`,
        `    ${grouped(money)} events moved money, ${grouped(entries)} ledger rows${entries < money ? `: ${grouped(money - entries)} are missing` : ""}`,
      ],
    };
  });
}

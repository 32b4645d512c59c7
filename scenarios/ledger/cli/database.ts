// A connection to a ledger's database, for what only SQL can tell.
import pg from "pg";
import { CommandError, UsageError } from "../../../src/cli/errors.ts";
import { showEndpoint } from "../../../src/core/endpoint.ts";

const CONNECT_TIMEOUT = 3_000;

/** Tables that hold a wallet's rows, with the column that names it and the one that says when; the services at hand agree on the tables, not on the spelling. */
interface KnownTable {
  readonly name: string;
  readonly id: readonly string[];
  readonly time: readonly string[];
}

const known: readonly KnownTable[] = [
  { name: "ledger_entries", id: ["walletId", "wallet_id"], time: ["createdAt", "created_at"] },
  { name: "outbox", id: ["aggregate_id", "aggregateId"], time: ["created_at", "createdAt"] },
  { name: "holds", id: ["wallet_id", "walletId"], time: ["created_at", "createdAt"] },
  { name: "wallets_read_model", id: ["id"], time: ["created_at", "createdAt"] },
  { name: "wallets", id: ["id"], time: ["created_at", "createdAt"] },
];

/** A table that is there, its columns quoted for SQL. */
export interface WalletTable {
  readonly name: string;
  readonly id: string;
  readonly time: string;
}

/** Whether a text is an address of PostgreSQL at all. @throws UsageError without repeating it: it may hold a password */
function requireDsn(dsn: string): void {
  if (!URL.canParse(dsn) || !/^postgres(ql)?:$/.test(new URL(dsn).protocol))
    throw new UsageError("the database's address must be like postgres://user:password@127.0.0.1:5432/name");
}

/**
 * Does some work on a connection of its own.
 * @throws CommandError when there is no database, or it refuses
 */
export async function withDatabase<T>(dsn: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  requireDsn(dsn);
  const client = new pg.Client({ connectionString: dsn, connectionTimeoutMillis: CONNECT_TIMEOUT });
  client.on("error", () => {}); // a query under way rejects as well
  try {
    await client.connect();
  } catch (error) {
    throw new CommandError(`the database ${showEndpoint(dsn)} cannot be used: ${(error as Error).message}`);
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * The tables of wallets that this database has.
 * @throws CommandError when it is no ledger's
 */
export async function walletTables(client: pg.Client, dsn: string): Promise<WalletTable[]> {
  const { rows } = await client.query<{ table: string; column: string }>(
    `SELECT table_name AS table, column_name AS column FROM information_schema.columns WHERE table_schema = current_schema()`,
  );
  const has = (table: string, column: string) => rows.some((row) => row.table === table && row.column === column);
  const there = known.flatMap(({ name, id, time }): WalletTable[] => {
    const [ofId, ofTime] = [id, time].map((columns) => columns.find((column) => has(name, column)));
    return ofId === undefined || ofTime === undefined ? [] : [{ name, id: `"${ofId}"`, time: `"${ofTime}"` }];
  });
  const missing = ["wallets", "outbox", "ledger_entries"].filter((name) => !there.some((table) => table.name === name));
  if (missing.length > 0)
    throw new CommandError(`the database ${showEndpoint(dsn)} is no ledger's: it has no table ${missing.join(", ")}`);
  return there;
}

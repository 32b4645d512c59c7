// Connections to the ledger's database, and what their errors mean.
import pg from "pg";
import functions from "./functions.sql" with { type: "text" };
import type { Query } from "./queries.ts";
import tables from "./tables.sql" with { type: "text" };

/** Milliseconds to wait for a connection, a lock and a statement: less than any client waits for an answer. */
const CONNECT_TIMEOUT = 2_000;
/** The same for the sandbox's start, where everything else starts as well and nothing is measured. */
const START_TIMEOUT = 30_000;
const LOCK_TIMEOUT = 5_000;
const STATEMENT_TIMEOUT = 10_000;

/**
 * Every query here finds its rows by an index. Left to itself PostgreSQL reads whole tables, or joins them, for as long as its statistics have them empty: a minute
 * in which a load test makes 100,000 rows.
 */
const PLANS = ["seqscan", "hashjoin", "mergejoin", "material"].map((plan) => `-c enable_${plan}=off`).join(" ");

export interface Database {
  /** @throws what PostgreSQL or the connection says; see `isUnavailable` */
  rows<Row>(query: Query, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs `work` on one connection, which nobody else uses meanwhile; a connection that failed is closed, and its transaction with it. */
  connected<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** @param connections most at once */
export function openDatabase(dsn: string, connections: number): Database {
  const pool = new pg.Pool({
    connectionString: dsn,
    max: connections,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    idleTimeoutMillis: 0,
    options: PLANS,
    lock_timeout: LOCK_TIMEOUT,
    statement_timeout: STATEMENT_TIMEOUT,
  });
  pool.on("error", () => {}); // of an idle connection: the pool opens another one, and who needs it is told if that fails
  return {
    async rows<Row>({ name, text }: Query, values: readonly unknown[] = []) {
      return (await pool.query({ name, text, values: [...values] })).rows as Row[];
    },
    async connected(work) {
      const client = await pool.connect();
      const ignore = () => {};
      client.on("error", ignore); // a query under way rejects as well
      let failure: Error | undefined;
      try {
        return await work(client);
      } catch (error) {
        failure = error as Error;
        throw error;
      } finally {
        client.off("error", ignore);
        client.release(failure);
      }
    },
    close: () => pool.end(),
  };
}

/** Whether an error says that there is no database, rather than that the database found something wrong. */
export function isUnavailable(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  // Classes of SQLSTATE: 08 connection exception, 57P operator intervention, 53 insufficient resources, 55P03 a lock that was waited for too long. What is no SQLSTATE comes from the connection.
  if (typeof code === "string" && /^[0-9A-Z]{5}$/.test(code)) return /^(08|53|57|55P03)/.test(code);
  if (typeof code === "string") return /^(ECONN|EPIPE|ETIMEDOUT)/.test(code);
  return error instanceof Error && /connection|timeout/i.test(error.message);
}

/** Creates the ledger's database, tables and functions in a server that has none yet. */
export async function prepareDatabase(dsn: string): Promise<void> {
  const at = new URL(dsn);
  const name = at.pathname.slice(1);
  await withClient(new URL("/postgres", at).href, (client) => client.query(`CREATE DATABASE "${name}"`));
  await withClient(dsn, (client) => client.query(tables + functions));
}

async function withClient(dsn: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: dsn, connectionTimeoutMillis: START_TIMEOUT });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

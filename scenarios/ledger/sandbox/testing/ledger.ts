// A ledger on a database of its own, and what tests ask of both.
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect } from "vitest";
import type { Service } from "../../../../src/sandbox/service.ts";
import { prepareDatabase } from "../database.ts";
import { createLedger } from "../ledger.ts";
import { type Postgres, startPostgres } from "../postgres.ts";

export interface JsonResponse {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the service says is for the test to look at
  readonly body: any;
  readonly headers: Headers;
}

/** Sends a request; a body is sent as JSON, a text as it is. */
export async function send(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<JsonResponse> {
  const response = await fetch(base + path, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text), headers: response.headers };
}

/** A time as the API writes it. */
export const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

/** A wallet in an answer. */
export const wallet = (id: string, balance: number, version: number) => ({
  id,
  ownerId: "owner",
  balance,
  version,
  createdAt: time,
  updatedAt: time,
});

export interface TestDatabase {
  readonly postgres: Postgres;
  /** Rows of a query. */
  rows<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Resolves when no consumer has anything left to do. @throws after 20 s */
  quiet(): Promise<void>;
  /** What is wrong with the projections, wallet by wallet; empty when all agree with the write side. */
  wrong(): Promise<string[]>;
  stop(): Promise<void>;
}

const unprocessed = `SELECT count(*)::int AS left FROM outbox o CROSS JOIN projector_checkpoints c WHERE NOT EXISTS (
  SELECT FROM outbox_consumer_processing p WHERE p.outbox_event_id = o.id AND p.consumer_name = c.projector_name)`;

const differences = `
  WITH chain AS (
    SELECT "walletId" AS id, "balanceBefore" <> coalesce(lag("balanceAfter") OVER w, 0)
      OR "balanceAfter" - "balanceBefore" <> amount * CASE WHEN "transactionType" IN ('CREDIT', 'TRANSFER_IN') THEN 1 ELSE -1 END
      AS broken
    FROM ledger_entries WINDOW w AS (PARTITION BY "walletId" ORDER BY version)
  ), views AS (
    SELECT w.id, w.balance, (SELECT balance FROM wallets_read_model WHERE id = w.id) AS read_model,
      coalesce((SELECT "balanceAfter" FROM ledger_entries WHERE "walletId" = w.id ORDER BY version DESC LIMIT 1), 0) AS last_entry,
      (SELECT count(*) FROM ledger_entries WHERE "walletId" = w.id) AS entries,
      (SELECT count(*) FROM outbox WHERE aggregate_id = w.id AND event_type <> 'WalletCreated') AS movements,
      (SELECT count(*) FROM chain WHERE id = w.id AND broken) AS breaks
    FROM wallets w
  )
  SELECT format('%s holds %s: read model %s, last entry %s, %s entries of %s, %s breaks', id, trim_scale(balance), read_model, last_entry,
    entries, movements, breaks) AS text
  FROM views WHERE balance IS DISTINCT FROM read_model OR balance <> last_entry OR entries <> movements OR breaks > 0 ORDER BY id`;

/** Starts PostgreSQL with the ledger's tables in it. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const postgres = await startPostgres(0);
  await prepareDatabase(postgres.dsn);
  const pool = new pg.Pool({ connectionString: postgres.dsn, max: 2 });
  pool.on("error", () => {}); // tests end the server under it
  const rows = async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
    (await pool.query<Row>(sql, [...values])).rows;
  return {
    postgres,
    rows,
    async quiet() {
      for (let tries = 0; tries < 400; tries++) {
        const [row] = await rows<{ left: number }>(unprocessed);
        if (row?.left === 0) return;
        await sleep(50);
      }
      throw new Error("the consumers are still at work");
    },
    wrong: async () => (await rows<{ text: string }>(differences)).map(({ text }) => text),
    async stop() {
      await pool.end();
      await postgres.stop();
    },
  };
}

/** What a file of tests runs against. */
export interface LedgerUnderTest {
  readonly database: TestDatabase;
  /** Services of this process on the one database. */
  readonly ledgers: readonly Service[];
}

/** Starts ledgers on a database before a file's tests, and ends them after. @returns what is set by the time that the tests run */
export function ledgersUnderTest(count: number): LedgerUnderTest {
  const ledgers: Service[] = [];
  let started: TestDatabase | undefined;
  beforeAll(async () => {
    started = await startTestDatabase();
    for (let k = 0; k < count; k++) {
      const ledger = createLedger({ port: 0, dsn: started.postgres.dsn });
      await ledger.listen();
      ledgers.push(ledger);
    }
  }, 60_000);
  afterAll(async () => {
    for (const ledger of ledgers) await ledger.close();
    await started?.stop();
  });
  return {
    ledgers,
    get database() {
      if (started === undefined) throw new Error("the tests do not run yet");
      return started;
    },
  };
}

/** The same with one ledger, and the requests and shapes that tests of its API share. */
export function ledgerUnderTest() {
  const under = ledgersUnderTest(1);
  const ledger = () => {
    const [first] = under.ledgers;
    if (first === undefined) throw new Error("the tests do not run yet");
    return first;
  };
  const post = (path: string, body?: unknown, headers?: Record<string, string>) =>
    send(ledger().url, "POST", path, body, headers);
  return {
    get database() {
      return under.database;
    },
    get ledger() {
      return ledger();
    },
    get: (path: string, headers?: Record<string, string>) => send(ledger().url, "GET", path, undefined, headers),
    post,
    /** Creates a wallet of the owner "owner". */
    create: (walletId: string, initialBalance?: number) =>
      post("/wallets", { walletId, ownerId: "owner", ...(initialBalance === undefined ? {} : { initialBalance }) }),
  };
}

// `onrush ledger cleanup`: removes what test runs left in a ledger's database, and nothing else.
import { Command } from "commander";
import type pg from "pg";
import { UsageError } from "../../../src/cli/errors.ts";
import { parseDuration } from "../../../src/core/duration.ts";
import { showEndpoint } from "../../../src/core/endpoint.ts";
import { grouped } from "../../../src/core/format.ts";
import { WALLET_PREFIX } from "../model/ids.ts";
import { type WalletTable, walletTables, withDatabase } from "./database.ts";

interface Flags {
  readonly dsn?: string;
  readonly prefix: string;
  readonly olderThan?: string;
  readonly dryRun?: boolean;
}

/** What was and is in one table. */
interface Cleaned {
  readonly table: string;
  readonly before: number;
  readonly removed: number;
  readonly after: number;
}

/** The `onrush ledger cleanup` command. */
export function cleanupCommand(): Command {
  return new Command("cleanup")
    .description("remove test wallets, and all that belongs to them, from a ledger's database")
    .option("--dsn <address>", "the database, such as postgres://127.0.0.1:5432/wallex; better set as LEDGER_DSN")
    .option("--prefix <prefix>", `only wallets whose ids begin so; never less than ${WALLET_PREFIX}`, WALLET_PREFIX)
    .option("--older-than <duration>", "only wallets without anything newer, such as 1h")
    .option("--dry-run", "count what would be removed, and remove nothing")
    .action(async (flags: Flags) => {
      const { dsn, prefix, olderMs } = readFlags(flags);
      const rows = await withDatabase(dsn, (client) => clean(client, dsn, prefix, olderMs, flags.dryRun ?? false));
      const age = flags.olderThan === undefined ? "" : `, older than ${flags.olderThan}`;
      console.log(
        [
          `${showEndpoint(dsn)}: wallets ${prefix}*${age}${flags.dryRun ? "; nothing is removed" : ""}`,
          ...table(rows),
        ].join("\n"),
      );
    });
}

function readFlags(flags: Flags): { dsn: string; prefix: string; olderMs: number } {
  const dsn = flags.dsn ?? process.env.LEDGER_DSN;
  if (dsn === undefined || dsn === "") throw new UsageError("which database? set LEDGER_DSN, or give --dsn");
  if (!/^[a-z0-9-]+$/.test(flags.prefix) || !flags.prefix.startsWith(WALLET_PREFIX))
    throw new UsageError(`--prefix ${flags.prefix} must begin with ${WALLET_PREFIX}: other wallets may be somebody's`);
  try {
    return { dsn, prefix: flags.prefix, olderMs: flags.olderThan === undefined ? 0 : parseDuration(flags.olderThan) };
  } catch (error) {
    throw new UsageError(`--older-than ${flags.olderThan} ${(error as Error).message}`);
  }
}

async function count(client: pg.Client, table: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
  return Number(rows[0]?.count ?? 0);
}

/** Removes in one transaction: whoever reads meanwhile sees all of a wallet or nothing of it. */
async function clean(
  client: pg.Client,
  dsn: string,
  prefix: string,
  olderMs: number,
  dryRun: boolean,
): Promise<Cleaned[]> {
  await client.query("BEGIN");
  const tables = await walletTables(client, dsn);
  const times = tables
    .map(({ name, id, time }) => `SELECT ${id} AS id, ${time} AS at FROM ${name}`)
    .join(" UNION ALL ");
  await client.query("CREATE TEMP TABLE doomed (id text PRIMARY KEY) ON COMMIT DROP");
  await client.query(
    `INSERT INTO doomed SELECT id FROM (${times}) AS rows WHERE starts_with(id, $1)
     GROUP BY id HAVING max(at) <= now() - make_interval(secs => $2)`,
    [prefix, olderMs / 1_000],
  );
  const rows: Cleaned[] = [];
  for (const [name, condition] of await conditions(client, tables)) {
    const before = await count(client, name);
    const { rowCount } = await client.query(`DELETE FROM ${name} WHERE ${condition}`);
    rows.push({ table: name, before, removed: rowCount ?? 0, after: await count(client, name) });
  }
  await client.query(dryRun ? "ROLLBACK" : "COMMIT");
  return rows;
}

/** What to delete from which table, those first that refer to others. */
async function conditions(client: pg.Client, tables: readonly WalletTable[]): Promise<[string, string][]> {
  const there = async (name: string) =>
    (await client.query("SELECT to_regclass($1) IS NOT NULL AS there", [name])).rows[0]?.there === true;
  const found: [string, string][] = tables.map(({ name, id }) => [name, `${id} IN (SELECT id FROM doomed)`]);
  const outbox = tables.find(({ name }) => name === "outbox");
  if (outbox !== undefined && (await there("outbox_consumer_processing"))) {
    const events = `SELECT outbox.id FROM outbox JOIN doomed ON doomed.id = outbox.${outbox.id}`;
    found.unshift(["outbox_consumer_processing", `outbox_event_id IN (${events})`]);
  }
  if (await there("idempotency_keys")) {
    // A key is named after its run, as its wallets are.
    const runs = "SELECT split_part(id, '-', 2) FROM doomed";
    found.push(["idempotency_keys", `starts_with(key, '${WALLET_PREFIX}') AND split_part(key, '-', 2) IN (${runs})`]);
  }
  return found;
}

function table(rows: readonly Cleaned[]): string[] {
  const width = Math.max(...rows.map((row) => row.table.length));
  const line = (name: string, cells: readonly string[]) =>
    `  ${name.padEnd(width)}${cells.map((cell) => cell.padStart(10)).join("")}`;
  return [
    line("table", ["before", "removed", "after"]),
    ...rows.map(({ table: name, before, removed, after }) => line(name, [before, removed, after].map(grouped))),
  ];
}

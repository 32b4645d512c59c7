// What the ledger shows: wallets from the read model, entries from the ledger projection, and how far both are.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Database, Query } from "./database.ts";
import { consumerStates } from "./facts.ts";
import { checked, queries } from "./requests.ts";

/** A query that answers with one text of JSON. */
const json = (name: string, expression: string, from: string): Query => ({
  name,
  text: `SELECT (${expression})::text AS body FROM ${from}`,
});
const list = (item: string, order: string) => `coalesce(jsonb_agg(${item} ORDER BY ${order}), '[]')`;
const entries = (order: string) =>
  `jsonb_build_object('count', count(*), 'transactions', ${list("entry_body(e)", order)})`;

const walletsPage = json(
  "wallets_page",
  list("wallet_body(w)", "(w).id"),
  "(SELECT w FROM wallets_read_model w ORDER BY id LIMIT $1 OFFSET $2) AS page",
);

const walletById = json(
  "wallet_by_id",
  `wallet_body(w) || jsonb_build_object('auditTrail', (
    SELECT ${list("jsonb_build_object('version', event_version, 'type', event_type, 'data', payload, 'at', iso(created_at))", "event_version DESC")}
    FROM (SELECT * FROM outbox WHERE aggregate_id = $1 ORDER BY event_version DESC LIMIT 100) AS latest))`,
  "wallets_read_model w WHERE id = $1",
);

const entriesOfWallet = json(
  "entries_of_wallet",
  `jsonb_build_object('walletId', $1::text) || ${entries("(e).version DESC")}`,
  `(SELECT e FROM ledger_entries e WHERE "walletId" = $1
    AND ($4::text IS NULL OR "transactionType" = $4)
    AND ($5::timestamptz IS NULL OR "createdAt" >= $5) AND ($6::timestamptz IS NULL OR "createdAt" <= $6)
    ORDER BY version DESC LIMIT $2 OFFSET $3) AS page`,
);

const summaryOfWallet = json(
  "summary_of_wallet",
  `jsonb_build_object('walletId', $1::text,
    'totalCredits', trim_scale(coalesce(sum(amount) FILTER (WHERE "transactionType" IN ('CREDIT', 'TRANSFER_IN')), 0)),
    'totalDebits', trim_scale(coalesce(sum(amount) FILTER (WHERE "transactionType" IN ('DEBIT', 'TRANSFER_OUT')), 0)),
    'transactionCount', count(*),
    'lastTransaction', (SELECT entry_body(e) FROM ledger_entries e WHERE "walletId" = $1 ORDER BY version DESC LIMIT 1))`,
  `ledger_entries WHERE "walletId" = $1`,
);

const latestEntries = json(
  "latest_entries",
  entries(`(e)."createdAt" DESC, (e).id`),
  `(SELECT e FROM ledger_entries e ORDER BY "createdAt" DESC, id LIMIT $1 OFFSET $2) AS page`,
);

const entriesOfReference = json(
  "entries_of_reference",
  entries("(e).id"),
  `(SELECT e FROM ledger_entries e WHERE "referenceId" = $1) AS page`,
);

/** Adds the routes. */
export function addReads(app: FastifyInstance, database: Database): void {
  async function answer(reply: FastifyReply, query: Query, values: readonly unknown[], absent?: string) {
    const [row] = await database.rows<{ body: string }>(query, values);
    if (row === undefined) return reply.code(404).send({ message: absent, error: "Not Found", statusCode: 404 });
    return reply.type("application/json; charset=utf-8").send(row.body);
  }
  const idOf = (request: FastifyRequest) => (request.params as { id: string }).id;

  app.get("/wallets", async (request, reply) => {
    const { limit, offset } = checked(queries.wallets, request.query);
    return answer(reply, walletsPage, [limit, offset]);
  });
  app.get("/wallets/:id", async (request, reply) => {
    const id = idOf(request);
    return answer(reply, walletById, [id], `Wallet ${id} not found`);
  });
  app.get("/ledger/wallet/:id", async (request, reply) => {
    const { limit, offset, transactionType, startDate, endDate } = checked(queries.entries, request.query);
    const filters = [transactionType ?? null, startDate ?? null, endDate ?? null];
    return answer(reply, entriesOfWallet, [idOf(request), limit, offset, ...filters]);
  });
  app.get("/ledger/wallet/:id/summary", (request, reply) => answer(reply, summaryOfWallet, [idOf(request)]));
  app.get("/ledger/transactions", async (request, reply) => {
    const { limit, offset } = checked(queries.latest, request.query);
    return answer(reply, latestEntries, [limit, offset]);
  });
  app.get("/ledger/reference/:id", (request, reply) => answer(reply, entriesOfReference, [idOf(request)]));

  // Healthy is a ledger whose database answers; how far its consumers are is read there.
  for (const path of ["/", "/health", "/ledger/health"])
    app.get(path, async () => ({ status: "ok", consumers: await consumerStates(database) }));
}

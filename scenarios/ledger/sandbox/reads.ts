// What the ledger shows: wallets from the read model, entries from the ledger projection, and how far both are.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Database } from "./database.ts";
import { consumerStates } from "./facts.ts";
import type { Marks } from "./flags.ts";
import { query } from "./queries.ts";
import { checked, queries } from "./requests.ts";

/** Adds the routes. */
export function addReads(app: FastifyInstance, database: Database, marks: Pick<Marks, "fault">): void {
  async function answer(reply: FastifyReply, name: string, values: readonly unknown[], absent?: string) {
    const [row] = await database.rows<{ body: string }>(query(name), values);
    if (row === undefined) return reply.code(404).send({ message: absent, error: "Not Found", statusCode: 404 });
    return reply.type("application/json; charset=utf-8").send(row.body);
  }
  const idOf = (request: FastifyRequest) => (request.params as { id: string }).id;

  app.get("/wallets", async (request, reply) => {
    const { limit, offset } = checked(queries.wallets, request.query);
    return marks.fault("empty-list") ? [] : answer(reply, "wallets_page", [limit, offset]);
  });
  app.get("/wallets/:id", async (request, reply) => {
    const id = idOf(request);
    return answer(reply, "wallet_by_id", [id], `Wallet ${id} not found`);
  });
  app.get("/ledger/wallet/:id", async (request, reply) => {
    const { limit, offset, transactionType, startDate, endDate } = checked(queries.entries, request.query);
    const filters = [transactionType ?? null, startDate ?? null, endDate ?? null];
    return answer(reply, "entries_of_wallet", [idOf(request), limit, offset, ...filters]);
  });
  app.get("/ledger/wallet/:id/summary", (request, reply) => answer(reply, "summary_of_wallet", [idOf(request)]));
  app.get("/ledger/transactions", async (request, reply) => {
    const { limit, offset } = checked(queries.latest, request.query);
    return answer(reply, "latest_entries", [limit, offset]);
  });
  app.get("/ledger/reference/:id", (request, reply) => answer(reply, "entries_of_reference", [idOf(request)]));

  // Healthy is a ledger whose database answers; how far its consumers are is read there.
  for (const path of ["/", "/health", "/ledger/health"])
    app.get(path, async () => ({ status: "ok", consumers: await consumerStates(database) }));
}

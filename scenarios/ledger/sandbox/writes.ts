// The operations that move money. Each is one call of a function of the database.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Database } from "./database.ts";
import type { Marks } from "./flags.ts";
import { amountText } from "./money.ts";
import { query } from "./queries.ts";
import { bodies, hashOf, headerOf, keyOf, parsed, RequestError } from "./requests.ts";

interface WriteResult {
  readonly status: number;
  /** JSON text. */
  readonly body: string;
  /** done, replayed, or why it was refused. */
  readonly outcome: string;
  readonly conflicts: number;
}

/** Adds the routes. @param written called when events may have been appended */
export function addWrites(
  app: FastifyInstance,
  { count, fault }: Marks,
  database: Database,
  written: () => void,
): void {
  async function answer(operation: string, reply: FastifyReply, name: string, values: readonly unknown[]) {
    const [given] = await database.rows<WriteResult>(query(name), values);
    if (given === undefined) throw new Error(`${name} answered nothing`);
    const { status, body, outcome, conflicts } = given;
    if (conflicts > 0) count("conflicts", conflicts);
    if (outcome === "done") {
      count(`operations.${operation}`);
      written();
    } else if (outcome === "replayed") {
      count("replayed");
      reply.header("idempotent-replayed", "true");
    } else count(`refusals.${outcome}`);
    return reply.code(status).type("application/json; charset=utf-8").send(body);
  }

  const metadataOf = ({ headers }: FastifyRequest) => ({ correlationId: headerOf(headers["x-correlation-id"]) });
  /** The key of a request that moves money. */
  const movingKey = ({ headers }: FastifyRequest) => {
    const key = keyOf(headers["idempotency-key"]);
    return key !== null && fault("key-ignored") ? null : key;
  };
  const overdraft = () => fault("overdraft") !== undefined;

  /** Pays a wallet that is nobody's of the caller's. */
  async function toll(request: FastifyRequest): Promise<void> {
    const hash = hashOf("toll");
    await database.rows(query("create_wallet"), [
      null,
      hash,
      "stranger",
      "stranger",
      amountText(0),
      metadataOf(request),
    ]);
    const one = [amountText(1), "toll", metadataOf(request), false];
    await database.rows(query("move_money"), [null, hash, "stranger", 1, ...one]);
    written();
  }

  app.post("/wallets", async (request, reply) => {
    const { walletId, ownerId, initialBalance } = parsed(bodies.create, request.body);
    return answer("create", reply, "create_wallet", [
      keyOf(request.headers["idempotency-key"]),
      hashOf("create", walletId, ownerId, initialBalance),
      walletId,
      ownerId,
      amountText(initialBalance),
      metadataOf(request),
    ]);
  });

  for (const [operation, sign] of [["credit", 1] as const, ["debit", -1] as const]) {
    app.post(`/wallets/:id/${operation}`, async (request, reply) => {
      const { id } = request.params as { id: string };
      const { amount, description = "" } = parsed(bodies.move, request.body);
      if (sign > 0 && fault("toll")) await toll(request);
      return answer(operation, reply, "move_money", [
        movingKey(request),
        hashOf(operation, id, amount, description),
        id,
        sign,
        amountText(amount),
        description,
        metadataOf(request),
        sign < 0 && overdraft(),
      ]);
    });
  }

  app.post("/wallets/:id/transfer", async (request, reply) => {
    const { id } = request.params as { id: string };
    const { toWalletId, amount, description = "" } = parsed(bodies.transfer, request.body);
    if (toWalletId === id) throw new RequestError(`Cannot transfer from wallet ${id} to itself`);
    return answer("transfer", reply, "transfer_money", [
      movingKey(request),
      hashOf("transfer", id, toWalletId, amount, description),
      id,
      toWalletId,
      amountText(amount),
      description,
      metadataOf(request),
      overdraft(),
      fault("half-transfer") !== undefined,
    ]);
  });
}

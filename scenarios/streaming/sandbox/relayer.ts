// The relayer: users sign, it pays. Answers in the forms that its clients of different ages expect.
import { randomUUID } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Hex } from "viem";
import type { LocalAccount } from "viem/accounts";
import { createNonceQueue, TooLargeError } from "../../../src/sandbox/nonce-queue.ts";
import { RpcError, rpc } from "../../../src/sandbox/rpc.ts";
import type { Service } from "../../../src/sandbox/service.ts";
import { addFile } from "./relay-files.ts";
import type { RelayMode } from "./relay-modes.ts";
import { callFor, RelayError, type SignedRequest } from "./relay-request.ts";

export interface RelayerOptions {
  service: Service;
  rpcUrl: string;
  chainId: number;
  account: LocalAccount;
  answer: RelayMode;
}

/** Operations and signatures remembered; beyond it the oldest goes. */
const KEPT = 20_000;

interface PendingOperation {
  hash?: Hex;
  error?: string;
}

/** Mounts POST /api/relay on the service. */
export function mountRelayer({ service, rpcUrl, chainId, account, answer }: RelayerOptions): void {
  const { app, count } = service;
  const chain = <T>(method: string, params?: readonly unknown[]) => rpc<T>(rpcUrl, method, params);
  const queue = createNonceQueue({ account, chainId, rpc: chain, count, error: service.error });
  const operations = new Map<string, PendingOperation>();
  const bySignature = new Map<string, Promise<Hex>>();
  app.addHook("onClose", async () => queue.close());

  /** Submits once for each signature: a client that repeats a request whose answer was lost gets the hash it missed. */
  async function submit(request: SignedRequest): Promise<Hex> {
    const call = await callFor(request, chainId);
    const key = `${call.signer}/${String(request.signature)}`;
    const before = bySignature.get(key);
    if (before) {
      count("relay.repeated");
      return before;
    }
    count(`relay.${call.operation}`);
    const hash = queue.submit(call);
    remember(bySignature, key, hash);
    hash.catch(() => bySignature.delete(key)); // refused: the next one may be tried anew
    return hash;
  }

  async function signed(request: SignedRequest) {
    const error = service.fault("error200");
    if (error) throw new RelayError("the sandbox was told to refuse this");
    const mode = (service.fault("relay-answer")?.mode as RelayMode | undefined) ?? answer;
    if (mode !== "pending") return { type: mode, hash: await submit(request) };
    const operationId = randomUUID();
    const operation: PendingOperation = {};
    remember(operations, operationId, operation);
    submit(request).then(
      (hash) => {
        operation.hash = hash;
      },
      (failure: Error) => {
        operation.error = failure.message;
        refused(failure);
      },
    );
    return { type: "pending", operationId };
  }

  async function status(operationId: unknown) {
    const operation = operations.get(String(operationId));
    if (!operation) throw new RelayError(`Operation ${String(operationId)} not found`);
    if (operation.error !== undefined) throw new RelayError(operation.error);
    const { hash } = operation;
    if (hash === undefined) return { type: "pending", operationId };
    const receipt = await chain<{ status: Hex } | null>("eth_getTransactionReceipt", [hash]);
    if (receipt === null) return { type: "pending", operationId };
    if (receipt.status !== "0x1") throw new RelayError(`Transaction ${hash} reverted`);
    return { type: "confirmed", hash, receipt };
  }

  function refused(error: unknown): void {
    count("relay.errors");
    service.error("relay", error);
  }

  async function handle(body: Record<string, unknown>) {
    if (body.type === "signed") return signed(body);
    if (body.type === "status_check") return status(body.operationId);
    if (body.type === "direct") return { type: "direct", result: await addFile(body, { queue, chain }) };
    throw new RelayError(`Unknown request type: ${String(body.type)}`);
  }

  app.post("/api/relay", async (request: FastifyRequest, reply: FastifyReply) => {
    const body = (request.body ?? {}) as Record<string, unknown>;
    // Before there were types a relay request was a signature, and its answer had another form.
    const legacy = body.type === undefined && body.typedData !== undefined;
    try {
      if (!legacy) return await handle(body);
      if (service.fault("error200")) return { success: false, error: "the sandbox was told to refuse this" };
      return { success: true, transactionHash: await submit(body) };
    } catch (error) {
      refused(error);
      // A refusal is an answer, in HTTP 200; only what went wrong in the relayer itself is a 500.
      const { message } = error as Error;
      const expected = error instanceof RelayError || error instanceof RpcError || error instanceof TooLargeError;
      reply.code(expected && !legacy ? 200 : expected ? 400 : 500);
      return legacy ? { success: false, error: message } : { type: "error", error: message };
    }
  });
}

/** Keeps the newest entries of a map that would otherwise grow for as long as the sandbox runs. */
function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  if (map.size >= KEPT) map.delete(map.keys().next().value as K);
  map.set(key, value);
}

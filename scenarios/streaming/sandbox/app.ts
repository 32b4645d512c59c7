// The application that users share their data with: it asks the personal server for an inference under a permission, signed with its own key, and passes the
// answers on. The relayer lives on the same host, as it does for the original's demo.
import type { FastifyReply } from "fastify";
import { picklist } from "valibot";
import type { LocalAccount } from "viem/accounts";
import { createService, type Service } from "../../../src/sandbox/service.ts";
import { type RelayMode, relayModes } from "./relay-modes.ts";
import { mountRelayer } from "./relayer.ts";

export interface AppOptions {
  port: number;
  rpcUrl: string;
  chainId: number;
  personalServerUrl: string;
  /** The app's key: it must be the grantee's on chain. */
  app: LocalAccount;
  relayer: LocalAccount;
  relayAnswer: RelayMode;
}

/** Its own faults. */
const flags = {
  /** The relayer refuses in HTTP 200, as the real one reports every refusal. */
  error200: {},
  /** The relayer answers in another form than it was started with. */
  "relay-answer": { mode: picklist(relayModes) },
};

const TIMEOUT = 60_000;

interface Upstream {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: Record<string, unknown>;
}

export function createApp(options: AppOptions): Service {
  const service = createService({
    name: "app",
    port: options.port,
    flags,
    // It shares the app's port, and may be told to fail by itself.
    parts: { relayer: { path: "/api/relay", flags: ["error200", "relay-answer"] } },
    refusal: ({ message }) => ({ body: { success: false, error: message } }),
  });
  const { app, count } = service;
  mountRelayer({
    service,
    rpcUrl: options.rpcUrl,
    chainId: options.chainId,
    account: options.relayer,
    answer: options.relayAnswer,
  });

  /** Asks the personal server for a client, and no longer than it waits. */
  async function personalServer(client: FastifyReply, path: string, init?: RequestInit): Promise<Upstream> {
    const left = new AbortController();
    client.raw.once("close", () => left.abort());
    const signal = AbortSignal.any([left.signal, AbortSignal.timeout(TIMEOUT)]);
    const answer = await fetch(options.personalServerUrl + path, { ...init, signal });
    const body = (await answer.json()) as Record<string, unknown>;
    return { status: answer.status, retryAfter: answer.headers.get("retry-after"), body };
  }

  /** Answers with the personal server's data, or its refusal under its own status. */
  async function passOn(
    reply: FastifyReply,
    ask: () => Promise<Upstream>,
    dataOf: (body: Record<string, unknown>) => unknown,
  ) {
    let upstream: Upstream;
    try {
      upstream = await ask();
    } catch (error) {
      if (reply.raw.destroyed) {
        count("abandoned"); // the client did not wait
        return reply.hijack();
      }
      service.error("personal server", error);
      return reply
        .code(502)
        .send({ success: false, error: `the personal server cannot be reached: ${(error as Error).message}` });
    }
    const { status, retryAfter, body } = upstream;
    if (status < 300) return { success: true, data: dataOf(body) };
    count("personal-server.refusals");
    if (retryAfter !== null) reply.header("retry-after", retryAfter);
    const detail = body.detail as { detail?: unknown; error_code?: unknown } | undefined;
    return reply
      .code(status)
      .send({ success: false, error: String(detail?.detail ?? `HTTP ${status}`), code: detail?.error_code });
  }

  app.post("/api/trusted-server", async (request, reply) => {
    const { permissionId } = (request.body ?? {}) as { permissionId?: unknown };
    if (typeof permissionId !== "number" || !Number.isSafeInteger(permissionId)) {
      return reply.code(400).send({ success: false, error: "permissionId must be a whole number" });
    }
    // The signature is over exactly these bytes, and the server recovers the signer from them.
    const operation_request_json = JSON.stringify({ permission_id: permissionId });
    const app_signature = await options.app.signMessage({ message: operation_request_json });
    const body = JSON.stringify({ app_signature, operation_request_json });
    const ask = () =>
      personalServer(reply, "/operations", { method: "POST", headers: { "content-type": "application/json" }, body });
    return passOn(reply, ask, (operation) => {
      count("operations.requested");
      return operation;
    });
  });

  app.post("/api/trusted-server/poll", async (request, reply) => {
    const { operationId, chainId = options.chainId } = (request.body ?? {}) as {
      operationId?: unknown;
      chainId?: unknown;
    };
    if (typeof operationId !== "string" || operationId === "") {
      return reply.code(400).send({ success: false, error: "operationId must be a text" });
    }
    if (chainId !== options.chainId)
      return reply.code(400).send({ success: false, error: `chain ${String(chainId)} is not served` });
    const ask = () => personalServer(reply, `/operations/${encodeURIComponent(operationId)}`);
    return passOn(reply, ask, ({ id, status, result, started_at, finished_at }) => ({
      id,
      status,
      result,
      started_at,
      finished_at,
    }));
  });
  return service;
}

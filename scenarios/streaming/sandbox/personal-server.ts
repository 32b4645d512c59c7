// The personal server: the one party that may decrypt users' data. It speaks the real one's API, does every check it does, decrypts for real, and lets a
// model that knows nothing but the data answer the grant's prompt.
import { randomUUID } from "node:crypto";
import { stream } from "../../../src/core/random.ts";
import type { ServiceLimit } from "../../../src/sandbox/limits.ts";
import { createService, type Service } from "../../../src/sandbox/service.ts";
import { answer, buildPrompt } from "./model.ts";
import { createChainReader } from "./personal/chain-reader.ts";
import { createDownloads } from "./personal/download.ts";
import { codeOf, errorBody, ServerError } from "./personal/errors.ts";
import { createIdentities } from "./personal/identity.ts";
import { AbandonedError, createLimiter } from "./personal/limiter.ts";
import { createOperations, type OperationLatency } from "./personal/operations.ts";
import { approve, type OperationRequest, type Outside, openFiles } from "./personal/request.ts";

export interface PersonalServerOptions {
  port: number;
  rpcUrl: string;
  /** The phrase that every user's server key is derived from. */
  mnemonic: string;
  latency?: Partial<OperationLatency>;
  /** The real server's default rate limits: 120 identities a minute and 100 operations an hour, per IP and per address or signature. */
  realLimits?: boolean;
  /** Hosts beside loopback ones that grants and files may be fetched from. */
  allowedHosts?: readonly string[];
}

/** Operations whose checks and decryption run at once: key derivation fills a core, the rest waits for chain and storage. */
const AT_ONCE = 8;
const KEPT_OPERATIONS = 10_000;

const signatureOf = (body: unknown) => {
  const signature = (body as Partial<OperationRequest> | null)?.app_signature;
  return typeof signature === "string" ? signature.toLowerCase() : undefined;
};

const identityLimit = { name: "120 identity requests per minute", path: "/identity", limit: 120, windowMs: 60_000 };
const operationLimit = {
  name: "100 operations per hour",
  path: "/operations",
  method: "POST",
  limit: 100,
  windowMs: 3_600_000,
};
const realLimits: readonly ServiceLimit[] = [
  { ...identityLimit, key: "ip" },
  { ...identityLimit, key: "address" },
  { ...operationLimit, key: "ip" },
  { ...operationLimit, key: (request) => signatureOf(request.body) },
];

/** Its own faults: how an operation that passed every check ends. */
const flags = {
  /** Ends failed. */
  failed: {},
  /** Succeeds with a made-up answer, without having read the file. */
  undecrypted: {},
  /** Decrypts, and answers something else. */
  "wrong-answer": {},
  /** Answers rightly, and quotes all that it has answered to anybody since it does so. */
  "all-answers": {},
  /** Answers with a dump of its memory, in which the user's file is. */
  "crash-dump": {},
  /** Never leaves processing. */
  "hang-operation": {},
};

/** Answers that `all-answers` quotes. */
const QUOTED_ANSWERS = 100;

export function createPersonalServer(options: PersonalServerOptions): Service {
  const service = createService({
    name: "personal",
    port: options.port,
    flags,
    limits: options.realLimits ? realLimits : [],
    refusal: ({ status, message, cause }) => ({
      body:
        cause instanceof ServerError ? errorBody(cause.code, message, cause.field) : errorBody(codeOf(status), message),
    }),
  });
  const { app, count } = service;
  const chain = createChainReader(options.rpcUrl);
  const downloads = createDownloads(options.allowedHosts);
  const outside: Outside = { chain, downloads, identityOf: createIdentities(options.mnemonic) };
  const limited = createLimiter(AT_ONCE);
  const said: string[] = [];
  /** The newest answers under the fault of this name, this one among them. */
  const allAnswers = (right: string): string => {
    said.push(right);
    if (said.length > QUOTED_ANSWERS) said.shift();
    return JSON.stringify(said);
  };
  const operations = createOperations({
    latency: { start: 200, process: 500, jitter: 0, ...options.latency },
    jitter: stream(options.port, "inference"),
    keep: KEPT_OPERATIONS,
    count,
  });

  app.get("/identity", async (request) => {
    const { address } = request.query as { address?: unknown };
    if (typeof address !== "string" || !/^0x[0-9a-fA-F]{40}$/.test(address)) {
      throw new ServerError("VALIDATION_ERROR", "Invalid Ethereum address format", "address");
    }
    const identity = outside.identityOf(address);
    count("identities");
    return {
      kind: "Identity",
      user_address: address,
      personal_server: { kind: "PersonalServer", address: identity.address, public_key: identity.publicKey },
    };
  });

  /** What an operation will answer: by now everything that can be refused has been. */
  async function outcomeOf(request: OperationRequest) {
    const { grant, json, permission } = await approve(request, outside);
    const template = typeof grant.parameters.prompt === "string" ? grant.parameters.prompt : "";
    const invent = () => randomUUID();
    if (service.fault("undecrypted")) {
      return { status: "succeeded", result: { output: answer(buildPrompt(template, []), { json, invent }) } } as const;
    }
    const { files, sha256 } = await openFiles(permission, outside);
    count("files.decrypted", files.length);
    if (service.fault("failed")) return { status: "failed", result: null } as const;
    if (service.fault("hang-operation")) return undefined;
    const right = answer(buildPrompt(template, files), service.fault("wrong-answer") ? { json, invent } : { json });
    const output = service.fault("crash-dump")
      ? `Traceback (most recent call last): ${JSON.stringify({ files, right })}`
      : service.fault("all-answers")
        ? allAnswers(right)
        : right;
    return { status: "succeeded", result: { output, plaintext_sha256: sha256 } } as const;
  }

  app.post("/operations", async (request, reply) => {
    const asked = requestOf(request.body);
    const isGone = () => request.raw.socket.destroyed;
    let outcome: Awaited<ReturnType<typeof outcomeOf>>;
    try {
      outcome = await limited(() => outcomeOf(asked), isGone);
    } catch (error) {
      if (!(error instanceof AbandonedError)) throw error;
      count("operations.abandoned");
      return reply.hijack(); // nobody reads an answer
    }
    const operation = operations.start(outcome);
    return reply.code(202).send({ kind: "OperationCreated", id: operation.id, created_at: operation.createdAt });
  });

  app.get("/operations/:id", async (request) => {
    const { id } = request.params as { id: string };
    const operation = operations.get(id);
    if (!operation) throw new ServerError("NOT_FOUND_ERROR", `Operation '${id}' not found`);
    const { status, startedAt, finishedAt, result } = operation;
    return { kind: "OperationStatus", id, status, started_at: startedAt, finished_at: finishedAt, result };
  });

  app.post("/operations/:id/cancel", async (request, reply) => {
    const { id } = request.params as { id: string };
    if (!operations.cancel(id)) throw new ServerError("NOT_FOUND_ERROR", `Operation '${id}' not found`);
    return reply.code(204).send();
  });

  app.addHook("onClose", async () => {
    operations.close();
    chain.close();
    downloads.close();
  });
  return service;
}

function requestOf(body: unknown): OperationRequest {
  const { app_signature, operation_request_json } = (body ?? {}) as Record<string, unknown>;
  if (typeof app_signature !== "string")
    throw new ServerError("VALIDATION_ERROR", "app_signature is required", "app_signature");
  if (typeof operation_request_json !== "string") {
    throw new ServerError("VALIDATION_ERROR", "operation_request_json is required", "operation_request_json");
  }
  return { app_signature, operation_request_json };
}

// What every HTTP service of the sandbox shares: loopback only, counters, an error log, rate limits and fault switches that act before the
// service's own code, and an end that leaves no socket open.
import { setTimeout as sleep } from "node:timers/promises";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { ObjectEntries } from "valibot";
import { stream } from "../core/random.ts";
import { createBook, type LoggedError } from "./counters.ts";
import { createFaults, type Fault } from "./faults.ts";
import { type AppliedLimit, applied, limitsFromFaults, type ServiceLimit } from "./limits.ts";

/** A part of a service that faults may name as if it were one. */
export interface ServicePart {
  /** Its paths begin with this: general faults are narrowed to it. */
  readonly path: string;
  /** The service's own faults that are the part's and take no path. */
  readonly flags: readonly string[];
}

/** What the admin service can do with a service, whichever thread it runs in. */
export interface Controls {
  readonly name: string;
  readonly url: string;
  readonly parts?: Readonly<Record<string, ServicePart>>;
  counters(): Promise<Record<string, number>> | Record<string, number>;
  errors(): Promise<readonly LoggedError[]> | readonly LoggedError[];
  reset(): Promise<void> | void;
  faults(): Promise<readonly Fault[]> | readonly Fault[];
  /** @throws FaultError */
  setFault(input: unknown): Promise<Fault> | Fault;
  clearFaults(id?: number): Promise<number> | number;
  close(): Promise<void>;
}

export interface Service extends Controls {
  /** The fastify instance, for routes and content type parsers. */
  readonly app: FastifyInstance;
  count(name: string, by?: number): void;
  /** Puts an error into the log and counts it. */
  error(where: string, error: unknown): void;
  /** Whether one of the service's own faults applies now; counts it as applied. */
  fault(name: string): Fault | undefined;
  faults(): readonly Fault[];
  /** Starts listening. @throws PortTakenError */
  listen(): Promise<void>;
}

/** Why a request was turned away: by a limit or fault, before the service's own code, or by an exception of that code. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  /** Whole seconds. */
  readonly retryAfter?: number;
  /** What the service's own code threw, when it was that. */
  readonly cause?: unknown;
}

export interface RefusalBody {
  readonly body: unknown;
  readonly type?: string;
}

export interface ServiceOptions {
  name: string;
  /** 0 takes a free one. */
  port: number;
  /** The service's own faults: name -> the fields it takes. */
  flags?: Record<string, ObjectEntries>;
  parts?: Readonly<Record<string, ServicePart>>;
  limits?: readonly ServiceLimit[];
  /** The service's own shape of an error body; its content type is JSON unless given. */
  refusal?: (refusal: Refusal, request: FastifyRequest) => RefusalBody;
  /** Largest request body in bytes. */
  bodyLimit?: number;
  /** Milliseconds of a monotonic clock, for faults that end by themselves. */
  now?: () => number;
  /** Waits as long as a latency fault says. */
  wait?: (ms: number) => Promise<unknown>;
  /** What else the service knows of its state, listed among its counters. */
  facts?: () => Promise<Record<string, number>>;
}

/** A port that the sandbox needs is in use. */
export class PortTakenError extends Error {
  override readonly name = "PortTakenError";
  constructor(port: number, service: string) {
    super(`port ${port}, which the sandbox's ${service} needs, is in use: end what listens there or use --ports auto`);
  }
}

const BODY_LIMIT = 16 * 1024 * 1024;

export function createService(options: ServiceOptions): Service {
  const { name, port, refusal = ({ message }): RefusalBody => ({ body: { error: message } }) } = options;
  const book = createBook();
  const faults = createFaults(name, options.flags, options.now === undefined ? {} : { now: options.now });
  const { wait = sleep } = options;
  const jitter = stream(port, `latency of ${name}`);
  const app = Fastify({
    logger: false,
    bodyLimit: options.bodyLimit ?? BODY_LIMIT,
    // Longer than any pause of a load test, so that no keep-alive connection is closed just when a client writes to it.
    keepAliveTimeout: 120_000,
    maxRequestsPerSocket: 0,
    forceCloseConnections: true,
  });
  let url: string | undefined;

  const refuse = (request: FastifyRequest, reply: FastifyReply, reason: string, given: Refusal) => {
    book.count("refused");
    book.count(`refused.${reason}`);
    const { body, type = "application/json; charset=utf-8" } = refusal(given, request);
    if (given.retryAfter !== undefined) reply.header("retry-after", String(given.retryAfter));
    return reply.code(given.status).type(type).send(body);
  };

  const limits = (options.limits ?? []).map(applied);
  const switchedLimits = limitsFromFaults(faults);
  const overLimit = (request: FastifyRequest, reply: FastifyReply, limit: AppliedLimit): boolean => {
    const waitMs = limit.take(request);
    if (waitMs === 0) return false;
    const retryAfter = Math.max(1, Math.ceil(waitMs / 1000));
    refuse(request, reply, "rate-limit", { status: 429, message: `Rate limit exceeded: ${limit.name}`, retryAfter });
    return true;
  };

  const dropAfter = new WeakSet<object>();
  const isHealth = (request: FastifyRequest) => request.url === "/healthz";

  app.addHook("onRequest", async (request, reply) => {
    if (isHealth(request)) return undefined; // what starts the sandbox asks it; a fault is for the clients under test
    book.count("requests");
    const at = { path: request.url, method: request.method };
    const slow = faults.take("latency", at);
    if (slow) await wait((slow.ms ?? 0) + jitter.uniform() * (slow.jitter ?? 0));
    if (faults.take("hang", at)) {
      book.count("faults.hang");
      return reply.hijack();
    }
    const drop = faults.take("drop", at);
    if (drop) {
      book.count("faults.drop");
      if (!drop.after) {
        request.raw.socket.destroy();
        return reply.hijack();
      }
      dropAfter.add(request.raw);
    }
    const failure = faults.take("status", at);
    if (failure?.status !== undefined) {
      const { status, retryAfter } = failure;
      return refuse(request, reply, String(status), {
        status,
        message: `the sandbox was told to answer ${status}`,
        ...(retryAfter === undefined ? {} : { retryAfter }),
      });
    }
    for (const limit of [...switchedLimits(), ...limits]) {
      if (typeof limit.key === "function") continue; // it reads the body, which is not there yet
      if (overLimit(request, reply, limit)) return reply;
    }
    return undefined;
  });

  app.addHook("preHandler", async (request, reply) => {
    for (const limit of limits) {
      if (typeof limit.key !== "function") continue;
      if (overLimit(request, reply, limit)) return reply;
    }
    return undefined;
  });

  app.addHook("onSend", async (request, _reply, payload) => {
    if (dropAfter.has(request.raw)) request.raw.socket.destroy();
    return payload;
  });
  app.addHook("onResponse", async (request, reply) => {
    if (!isHealth(request)) book.count(`answered.${reply.statusCode}`);
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode !== undefined && error.statusCode >= 400 ? error.statusCode : 500;
    // The path only: a query can hold a signature.
    book.error(`${request.method} ${request.url.split("?")[0]}`, error);
    const { body, type = "application/json; charset=utf-8" } = refusal(
      { status, message: error.message, cause: error },
      request,
    );
    return reply.code(status).type(type).send(body);
  });
  app.get("/healthz", async () => ({ status: "ok", service: name }));

  return {
    name,
    app,
    ...(options.parts ? { parts: options.parts } : {}),
    get url() {
      if (url === undefined) throw new Error(`${name} is not listening`);
      return url;
    },
    count: book.count,
    error: book.error,
    fault: (flag) => {
      const fault = faults.take(flag);
      if (fault) book.count(`faults.${flag}`);
      return fault;
    },
    counters: options.facts ? async () => ({ ...book.counters(), ...(await options.facts?.()) }) : book.counters,
    errors: book.errors,
    reset: book.reset,
    faults: faults.list,
    setFault: faults.set,
    clearFaults: faults.clear,
    async listen() {
      try {
        await app.listen({ host: "127.0.0.1", port });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") throw new PortTakenError(port, name);
        throw error;
      }
      const address = app.server.address();
      if (address === null || typeof address === "string") throw new Error(`${name} has no port`);
      url = `http://127.0.0.1:${address.port}`;
    },
    async close() {
      app.server.closeAllConnections(); // requests that hang by a fault would keep close() waiting for ever
      await app.close();
    },
  };
}

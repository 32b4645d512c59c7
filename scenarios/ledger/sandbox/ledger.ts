// The ledger: wallets whose money moves by credits, debits and transfers, over HTTP, on PostgreSQL. A write is done when it is answered; what is read follows by
// two projections, each at its own pace. Any number of these processes may work on one database.
import type { FastifyInstance } from "fastify";
import { createService, type Service } from "../../../src/sandbox/service.ts";
import { isUnavailable, openDatabase } from "./database.ts";
import { ledgerEntries } from "./entries.ts";
import { ledgerFacts } from "./facts.ts";
import { ledgerFlags, type Marks } from "./flags.ts";
import { startProjector } from "./projector.ts";
import { readModel } from "./read-model.ts";
import { addReads } from "./reads.ts";
import { headerOf, RequestError } from "./requests.ts";
import { addWrites } from "./writes.ts";

export interface LedgerOptions {
  /** 0 takes a free one. */
  port: number;
  /** postgres://user:password@host:port/database; prepared by `prepareDatabase`. */
  dsn: string;
}

/** Connections for requests: more would only wait for each other on a few cores. */
const CONNECTIONS = 16;
/** Of each projector one, and one for the admin's questions. */
const OWN_CONNECTIONS = 3;

const names: Readonly<Record<number, string>> = {
  400: "Bad Request",
  413: "Payload Too Large",
  415: "Unsupported Media Type",
  503: "Service Unavailable",
};
const errorBody = (status: number, message: string) => ({
  message,
  error: names[status] ?? "Internal Server Error",
  statusCode: status,
});

/** The service; its projectors run once it listens. */
export function createLedger({ port, dsn }: LedgerOptions): Service {
  const database = openDatabase(dsn, CONNECTIONS);
  const own = openDatabase(dsn, OWN_CONNECTIONS);
  const service = createService({
    name: "ledger",
    port,
    flags: ledgerFlags,
    refusal: ({ status, message }) => ({ body: errorBody(status, message) }),
    // A database that does not answer has no facts; what the process knows is told all the same.
    facts: () => ledgerFacts(own).catch(() => ({})),
  });
  const marks: Marks = {
    count: service.count,
    error: service.error,
    fault: service.fault,
    on: (name) => service.faults().find(({ fault }) => fault === name),
  };

  let projectors: ReturnType<typeof startProjector>[] = [];
  service.app.register(async (app) => {
    answerErrors(app, marks);
    echoCorrelation(app);
    addReads(app, database, marks);
    addWrites(app, marks, database, () => {
      for (const projector of projectors) projector.wake();
    });
  });
  service.app.addHook("onListen", async () => {
    projectors = [readModel, ledgerEntries].map((projection) => startProjector(own, projection, marks));
  });
  service.app.addHook("onClose", async () => {
    await Promise.all(projectors.map((projector) => projector.close()));
    await Promise.all([database.close(), own.close()]);
  });
  return service;
}

/** What clients did wrong, and a database that does not answer, are no errors of the ledger; anything else is left to the service. */
function answerErrors(app: FastifyInstance, { count }: Marks): void {
  // The text as it came: what is wrong with it is for the ledger to say.
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof RequestError) {
      count("refusals.invalid");
      return reply.code(400).send(errorBody(400, error.message));
    }
    if (isUnavailable(error)) {
      count("unavailable");
      return reply.code(503).send(errorBody(503, "The ledger's database does not answer"));
    }
    if (error.statusCode === undefined || error.statusCode >= 500) throw error;
    count("refusals.invalid");
    return reply.code(error.statusCode).send(errorBody(error.statusCode, error.message));
  });
}

function echoCorrelation(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    const id = headerOf(request.headers["x-correlation-id"]);
    if (id !== undefined) reply.header("x-correlation-id", id);
  });
}

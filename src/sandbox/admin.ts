// The sandbox's admin endpoint: what each service counted, what went wrong, and the switches that make it go wrong.

import { serviceNamed, setFault } from "./fault-targets.ts";
import { FaultError } from "./faults.ts";
import { type Controls, createService, type Service } from "./service.ts";

export interface AdminOptions {
  port: number;
  services: readonly Controls[];
  /** Process ids, by what runs in them; listed among the counters. */
  processes: Record<string, number>;
  /** Settings that point k6 at this sandbox; complete once the admin listens, hence a function. */
  environment: () => Record<string, string>;
}

/** One entry per service, by name. */
async function byService<T>(
  services: readonly Controls[],
  of: (service: Controls) => T | Promise<T>,
): Promise<Record<string, T>> {
  return Object.fromEntries(
    await Promise.all(services.map(async (service) => [service.name, await of(service)] as const)),
  );
}

export function createAdmin({ port, services, processes, environment }: AdminOptions): Service {
  const service = createService({ name: "admin", port });
  const { app } = service;

  app.get("/health", async () => ({ status: "ok", services: services.map(({ name, url }) => ({ name, url })) }));
  app.get("/counters", async () => ({ ...(await byService(services, (each) => each.counters())), processes }));
  app.get("/errors", () => byService(services, (each) => each.errors()));
  app.get("/environment", async () => environment());
  app.post("/reset", async () => {
    await Promise.all(services.map((each) => each.reset()));
    return { reset: services.map(({ name }) => name) };
  });

  app.get("/faults", () => byService(services, (each) => each.faults()));
  app.post("/faults", async (request, reply) => {
    return reply.code(201).send(await setFault(services, (request.body ?? {}) as Record<string, unknown>));
  });
  // All faults, those of one service, or one of them: /faults?service=storage&id=3
  app.delete("/faults", async (request) => {
    const { service: name, id } = request.query as { service?: string; id?: string };
    if (id !== undefined && (name === undefined || !/^\d+$/.test(id)))
      throw new FaultError("id must be a number, together with its service");
    const targets = name === undefined ? services : [serviceNamed(services, name).service];
    const cleared = await Promise.all(
      targets.map((each) => each.clearFaults(id === undefined ? undefined : Number(id))),
    );
    return { cleared: cleared.reduce((sum, count) => sum + count, 0) };
  });
  return service;
}

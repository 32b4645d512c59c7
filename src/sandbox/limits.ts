// Which requests a rate limit counts: by path, method and key; set at start or switched on at run time as the fault `rate-limit`.
import type { FastifyRequest } from "fastify";
import type { Fault, Faults } from "./faults.ts";
import { createRateLimiter, type RateLimit } from "./rate-limit.ts";

export interface ServiceLimit extends RateLimit {
  /** Shown in the refusal and its counter. */
  readonly name: string;
  /** Only paths that start with it, and only this method. */
  readonly path?: string;
  readonly method?: string;
  /** What is limited: all callers together, each IP address, or each `address` of the query. A function may read the body. */
  readonly key: "all" | "ip" | "address" | ((request: FastifyRequest) => string | undefined);
}

export interface AppliedLimit extends ServiceLimit {
  /** 0 when the request may pass, else the milliseconds until it may. */
  take(request: FastifyRequest): number;
}

/** Gives a limit its buckets. */
export function applied(limit: ServiceLimit): AppliedLimit {
  const limiter = createRateLimiter(limit);
  return {
    ...limit,
    take(request) {
      if (limit.path !== undefined && !request.url.startsWith(limit.path)) return 0;
      if (limit.method !== undefined && request.method !== limit.method) return 0;
      const key = keyOf(limit.key, request);
      return key === undefined ? 0 : limiter.take(key);
    },
  };
}

function keyOf(key: ServiceLimit["key"], request: FastifyRequest): string | undefined {
  if (typeof key === "function") return key(request);
  if (key === "all") return "all";
  if (key === "ip") return request.ip;
  const { address } = request.query as { address?: unknown };
  return typeof address === "string" ? address.toLowerCase() : request.ip;
}

/** The rate limits that are switched on now: rebuilt only when a fault is set or cleared, so that buckets keep their level. */
export function limitsFromFaults(faults: Faults): () => Iterable<AppliedLimit> {
  const byId = new Map<number, AppliedLimit>();
  let version = -1;
  return () => {
    if (faults.version !== version) {
      version = faults.version;
      const wanted = faults.list().filter((fault) => fault.fault === "rate-limit");
      for (const id of byId.keys()) if (!wanted.some((fault) => fault.id === id)) byId.delete(id);
      for (const fault of wanted) if (!byId.has(fault.id)) byId.set(fault.id, applied(limitOf(fault)));
    }
    return byId.values();
  };
}

function limitOf({ perSecond, perMinute, perHour, key = "all", path, method }: Fault): ServiceLimit {
  const [limit, windowMs, unit] =
    perSecond !== undefined
      ? ([perSecond, 1_000, "second"] as const)
      : perMinute !== undefined
        ? ([perMinute, 60_000, "minute"] as const)
        : ([perHour ?? 1, 3_600_000, "hour"] as const);
  return {
    name: `${limit} per ${unit}`,
    limit,
    windowMs,
    key,
    ...(path === undefined ? {} : { path }),
    ...(method === undefined ? {} : { method }),
  };
}

// Fault switches: what a service of the sandbox can be told to do wrong, at start (`--fault`) or while it runs (admin). A fault applies to all
// requests or to a share of them, for a time or a number of times. The share is counted, not drawn: 0.25 is exactly every fourth request, so
// that a test can say how many users must fail.
import * as v from "valibot";
import { parseDuration } from "../core/duration.ts";
import { didYouMean } from "../core/format.ts";

/** Milliseconds, or text with a unit such as "10s". */
export const durationSchema = v.union(
  [
    v.pipe(v.number(), v.minValue(0)),
    v.pipe(
      v.string(),
      v.rawTransform(({ dataset, addIssue, NEVER }) => {
        try {
          return parseDuration(dataset.value);
        } catch (error) {
          addIssue({ message: (error as Error).message });
          return NEVER;
        }
      }),
    ),
  ],
  "must be milliseconds or a duration with its unit, such as 10s",
);
/** Longest delay of a Node timer, in milliseconds; a fault that lasts longer lasts until it is cleared. */
export const LONGEST_TIMER = 2 ** 31 - 1;
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
export const share = v.pipe(v.number(), v.gtValue(0), v.maxValue(1));

export const path = v.pipe(v.string(), v.startsWith("/"));

/** Which requests of an HTTP service a fault is for. */
const requests = {
  path: v.optional(path),
  method: v.optional(v.pipe(v.string(), v.toUpperCase())),
};
const extent = {
  share: v.optional(share),
  for: v.optional(durationSchema),
  times: v.optional(count),
};

/** The faults that every HTTP service has, with what each of them takes besides share, path, method, for and times. */
const generalFaults = {
  status: {
    status: v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)),
    retryAfter: v.optional(v.number()),
  },
  latency: { ms: durationSchema, jitter: v.optional(durationSchema) },
  /** Destroys the connection: before the work, or `after` it, so that only the answer is lost. */
  drop: { after: v.optional(v.boolean()) },
  /** Accepts the request and never answers. */
  hang: {},
  "rate-limit": {
    perSecond: v.optional(count),
    perMinute: v.optional(count),
    perHour: v.optional(count),
    key: v.optional(v.picklist(["all", "ip", "address"])),
  },
} satisfies Record<string, v.ObjectEntries>;

/** A fault that is switched on. `seen` counts the requests it looked at, `applied` those it hit. */
export interface Fault {
  readonly id: number;
  readonly fault: string;
  readonly share?: number;
  readonly path?: string;
  readonly method?: string;
  readonly for?: number;
  readonly times?: number;
  readonly status?: number;
  readonly retryAfter?: number;
  readonly ms?: number;
  readonly jitter?: number;
  readonly after?: boolean;
  readonly perSecond?: number;
  readonly perMinute?: number;
  readonly perHour?: number;
  readonly key?: "all" | "ip" | "address";
  readonly mode?: string;
  readonly seen: number;
  readonly applied: number;
}

/** Thrown for a fault that does not exist or whose fields are wrong; the message names the known ones. */
export class FaultError extends Error {
  override readonly name = "FaultError";
  /** For the admin endpoint's answer. */
  readonly statusCode = 400;
}

export interface Faults {
  /** Switches a fault on. @throws FaultError */
  set(input: unknown): Fault;
  /** Switches one fault off, or all; returns how many were on. */
  clear(id?: number): number;
  list(): readonly Fault[];
  /** The fault of this kind that applies to this request, if any; counts it as applied. */
  take(kind: string, request?: { path: string; method: string }): Fault | undefined;
  /** Changes whenever a fault is set or cleared, for whoever derives something from the list. */
  readonly version: number;
}

/**
 * The fault switches of one service: the general ones, which are HTTP's (unless `general` is false), and its own `flags`, each with the fields it takes; a
 * function where they become known later.
 * @param now milliseconds of a monotonic clock
 */
export function createFaults(
  service: string,
  flags: Record<string, v.ObjectEntries> | (() => Record<string, v.ObjectEntries>) = {},
  { general = true, now = () => performance.now() }: { general?: boolean; now?: () => number } = {},
): Faults {
  const knownNow = (): Record<string, v.ObjectEntries> => ({
    ...(general ? generalFaults : {}),
    ...(typeof flags === "function" ? flags() : flags),
  });
  const on: { fault: { -readonly [K in keyof Fault]: Fault[K] }; until: number }[] = [];
  let nextId = 1;
  let version = 0;

  const prune = () => {
    for (let i = on.length - 1; i >= 0; i--) {
      const entry = on[i];
      if (entry && (now() >= entry.until || entry.fault.applied >= (entry.fault.times ?? Number.POSITIVE_INFINITY))) {
        on.splice(i, 1);
        version++;
      }
    }
  };

  return {
    set(input) {
      const known = knownNow();
      const name = (input as { fault?: unknown } | null)?.fault;
      const entries = typeof name === "string" && Object.hasOwn(known, name) ? known[name] : undefined;
      if (!entries) {
        const hint = typeof name === "string" ? didYouMean(name, Object.keys(known)) : "";
        throw new FaultError(
          `${service} has no fault ${JSON.stringify(name)}${hint}; known: ${Object.keys(known).join(", ")}`,
        );
      }
      const scope: v.ObjectEntries = {
        ...(general ? requests : {}),
        ...(name === "rate-limit" ? { for: extent.for } : extent),
      };
      const result = v.safeParse(v.strictObject({ fault: v.string(), ...scope, ...entries }), input);
      if (!result.success) {
        const problems = result.issues.map((issue) => `${v.getDotPath(issue) ?? "fault"}: ${issue.message}`);
        throw new FaultError(`${service}:${name} is not a valid fault: ${problems.join("; ")}`);
      }
      const parsed = result.output as Omit<Fault, "id" | "seen" | "applied">;
      if (
        name === "rate-limit" &&
        [parsed.perSecond, parsed.perMinute, parsed.perHour].filter((n) => n !== undefined).length !== 1
      ) {
        throw new FaultError(`${service}:rate-limit needs exactly one of perSecond, perMinute, perHour`);
      }
      const fault: Fault = { ...parsed, id: nextId++, seen: 0, applied: 0 };
      on.push({ fault, until: now() + (parsed.for ?? Number.POSITIVE_INFINITY) });
      version++;
      return { ...fault };
    },
    clear(id) {
      prune();
      const before = on.length;
      const kept = id === undefined ? [] : on.filter((entry) => entry.fault.id !== id);
      on.splice(0, on.length, ...kept);
      version++;
      return before - kept.length;
    },
    list() {
      prune();
      return on.map(({ fault }) => ({ ...fault }));
    },
    take(kind, request) {
      if (on.length === 0) return undefined;
      prune();
      for (const { fault } of on) {
        if (fault.fault !== kind) continue;
        if (fault.path !== undefined && !request?.path.startsWith(fault.path)) continue;
        if (fault.method !== undefined && request?.method !== fault.method) continue;
        fault.seen++;
        if (fault.share !== undefined && !isNth(fault.seen, fault.share)) continue;
        fault.applied++;
        return fault;
      }
      return undefined;
    },
    get version() {
      prune();
      return version;
    },
  };
}

/** Whether the n-th request (from 1) belongs to the share: exactly floor(n * share) of the first n do. */
function isNth(n: number, part: number): boolean {
  const upTo = (k: number) => Math.floor(k * part + 1e-9); // 3 * 0.1 is a little more than 0.3
  return upTo(n) > upTo(n - 1);
}

/**
 * Reads a fault as the command line writes it: `service:fault[,key=value...]`, such as `personal:status,status=429,retryAfter=2,share=0.5,for=10s`.
 * Numbers and true/false are read as such; the rest stays text.
 * @throws FaultError when it is not of that form; whether the fault exists is for the service to say.
 */
export function parseFault(text: string): { service: string; fault: string; [field: string]: unknown } {
  const [head = "", ...fields] = text.split(",");
  const match = /^([a-z][a-z0-9-]*):([a-z0-9-]+)$/.exec(head);
  if (!match)
    throw new FaultError(
      `--fault ${text}: must be service:fault[,key=value...], such as personal:failed,share=0.5,for=10s`,
    );
  const values = fields.map((field) => {
    const [key, value, ...rest] = field.split("=");
    if (!key || value === undefined || rest.length > 0)
      throw new FaultError(`--fault ${text}: "${field}" must be key=value`);
    return [
      key,
      value === "true" ? true : value === "false" ? false : /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value,
    ] as const;
  });
  return { ...Object.fromEntries(values), service: match[1] as string, fault: match[2] as string };
}

// Compiles a prepared run to k6's scenarios. Pure: the same options on every instance and in `k6 inspect`.
import { type CompiledLoad, compileArrivals, type Instance, roundsOf, shareOf } from "./arrivals/index.ts";
import { parseDuration } from "./duration.ts";
import type { Load } from "./load.ts";

/** Milliseconds between a user's own time limit and k6's: time for the calls it is waiting in to end by their own time-outs. */
const GRACE_MARGIN = 20_000;

/** One entry of k6's `scenarios`. */
export type K6Scenario = Record<string, unknown>;

const ms = (value: number) => `${Math.ceil(value)}ms`;

/** What a compiled load comes to, as far as VUs have to know it. */
export interface LoadSize extends Pick<CompiledLoad, "users" | "durationMs"> {
  /** Users of each instance. */
  readonly shares: readonly number[];
}

/** Names under which `k6Scenarios` hands a load's size to the VUs, which then need not compile it: k6 puts a scenario's `env` into `__ENV`. */
const SIZE = { users: "ONRUSH_USERS", durationMs: "ONRUSH_DURATION_MS", shares: "ONRUSH_SHARES" } as const;

const sizeEnv = ({ users, durationMs, shares }: LoadSize) => ({
  [SIZE.users]: String(users),
  [SIZE.durationMs]: String(durationMs),
  [SIZE.shares]: shares.join(),
});

/** The size in a VU's environment; undefined in init code, setup and teardown. */
export function sizeIn(environment: Readonly<Record<string, string | undefined>>): LoadSize | undefined {
  const { [SIZE.users]: users, [SIZE.durationMs]: durationMs, [SIZE.shares]: shares } = environment;
  return users === undefined || durationMs === undefined || shares === undefined
    ? undefined
    : { users: Number(users), durationMs: Number(durationMs), shares: shares.split(",").map(Number) };
}

/** The compiled arrivals of a load. */
export function arrivalsOf(load: Load, seed: number): CompiledLoad {
  return compileArrivals(load.arrivals, { seed, users: load.users });
}

const closedKinds: ReadonlySet<string> = new Set(["sequence", "clients", "rounds"]);

/** Whether k6 starts users as they arrive, each in a free VU, rather than as many at once as there are VUs. */
export const isOpen = ({ arrivals }: Load): boolean => !closedKinds.has(arrivals.kind);

/** How many of a load's users k6 gives one instance: arrivals are striped by how the VUs fall on the instances, users in turn are split evenly, rounds each by itself. */
function usersOf(load: Load, compiled: CompiledLoad, instance: Instance): number {
  const { arrivals } = load;
  if (arrivals.kind === "rounds" && arrivals.arrivals === undefined) {
    // Nothing in them is random, so that the seed does not matter.
    return roundsOf(arrivals, instance, 0).reduce((sum, round) => sum + round.operations, 0);
  }
  return shareOf(compiled.users, instance, isOpen(load) ? load.concurrency : 0);
}

/** The size of a load over `instances`. */
export function sizeOf(load: Load, compiled: CompiledLoad, instances: number): LoadSize {
  const { users, durationMs } = compiled;
  const shares = Array.from({ length: instances }, (_, index) => usersOf(load, compiled, { index, count: instances }));
  return { users, durationMs, shares };
}

/** The smallest and the largest number of users that one instance gets. */
export function sharesOf({ shares }: LoadSize): { least: number; most: number } {
  return { least: Math.min(...shares), most: Math.max(...shares) };
}

/** Longest a closed load may take: users of one VU follow each other, each up to its limit and pause. */
function closedDuration(load: Load, compiled: CompiledLoad, userTimeout: number): number {
  const { arrivals } = load;
  const vus = compiled.executor.executor === "shared-iterations" ? compiled.executor.vus : 1;
  const pause = arrivals.kind === "sequence" && arrivals.pause !== undefined ? parseDuration(arrivals.pause[1]) : 0;
  return Math.ceil(compiled.users / vus) * (userTimeout + pause) + GRACE_MARGIN;
}

/**
 * k6's scenarios for a load: `user`, and `funding` beside it where wallets are funded while users run.
 * @param userTimeout milliseconds after which a user has failed
 * @param instances k6 processes that share the run: per-vu-iterations splits its VUs over them, and each needs all its workers
 */
export function k6Scenarios(
  load: Load,
  compiled: CompiledLoad,
  userTimeout: number,
  funding: boolean,
  instances: number,
): Record<string, K6Scenario> {
  const open = isOpen(load);
  const env = sizeEnv(sizeOf(load, compiled, instances));
  const longest =
    load.arrivals.kind !== "sequence"
      ? compiled.durationMs + userTimeout + GRACE_MARGIN
      : closedDuration(load, compiled, userTimeout);
  const user = {
    exec: load.exec,
    env,
    ...compiled.executor,
    // k6 splits VUs over the instances, and each needs the one that works off its rounds.
    ...(load.arrivals.kind === "rounds" ? { vus: instances } : {}),
    gracefulStop: ms(userTimeout + GRACE_MARGIN),
    ...(open ? { preAllocatedVUs: load.concurrency, maxVUs: load.concurrency } : { maxDuration: ms(longest) }),
  };
  if (!funding) return { user };
  const worker = {
    executor: "per-vu-iterations",
    exec: "funding",
    env,
    vus: load.fundingWorkers * instances,
    iterations: 1,
    maxDuration: ms(longest),
    gracefulStop: "10s",
  };
  return { user, funding: worker };
}

// Loads of rounds: reading one, and how settings change it.
import type { Rounds } from "./arrivals/index.ts";
import { formatDuration } from "./duration.ts";
import type { Load, LoadSettings, Refuse } from "./load.ts";

/** Operations under way at once where FAST asks for several and neither the profile nor WORKERS says how many. */
const FAST_WORKERS = 10;

/** The rounds of a load. @throws when it has none: a scenario of rounds has no other profiles */
export function roundsIn({ arrivals }: Load): Rounds {
  if (arrivals.kind !== "rounds") throw new Error(`a load of ${arrivals.kind} has no rounds`);
  return arrivals;
}

/** `load` under `set`; what does not apply to it is refused. */
export function overrideRounds(load: Rounds, set: LoadSettings, refuse: Refuse): Rounds {
  const duration = set.DURATION === undefined ? undefined : formatDuration(set.DURATION);
  for (const name of ["USERS", "CONCURRENCY"] as const)
    if (set[name] !== undefined) refuse(name, "its users are operations, set OPERATIONS or WORKERS");
  if (load.rounds.length > 1) {
    for (const name of ["WALLETS", "OPERATIONS"] as const)
      if (set[name] !== undefined) refuse(name, "its rounds have sizes of their own");
  }
  if (load.arrivals === undefined) {
    for (const name of ["ARRIVALS", "RATE"] as const)
      if (set[name] !== undefined) refuse(name, "its operations follow each other, use the profile open");
    if (duration !== undefined && load.every === undefined) refuse("DURATION", "a round ends after OPERATIONS");
  }
  if (set.FAST === false && (set.WORKERS ?? 1) > 1) refuse("WORKERS", "FAST=false runs operations one after another");
  const workers =
    set.FAST === false ? 1 : (set.WORKERS ?? (set.FAST && load.workers === 1 ? FAST_WORKERS : load.workers));
  return {
    ...load,
    workers,
    rounds: load.rounds.map((round) => ({
      ...round,
      ...(set.WALLETS === undefined ? {} : { wallets: set.WALLETS }),
      ...(set.OPERATIONS === undefined ? {} : { operations: set.OPERATIONS }),
    })),
    ...(load.arrivals === undefined
      ? {}
      : {
          arrivals: {
            kind: set.ARRIVALS ?? load.arrivals.kind,
            rate: set.RATE ?? load.arrivals.rate,
            duration: duration ?? load.arrivals.duration,
          },
        }),
    ...(load.every === undefined || duration === undefined ? {} : { duration }),
  };
}

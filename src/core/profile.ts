// A profile is data; settings override its numbers. What does not apply to a profile's kind of load is refused, not ignored.
import type { Arrivals } from "./arrivals/types.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import type { Load, LoadSettings, Profile, Refuse } from "./load.ts";
import { overrideRounds } from "./rounds.ts";
import type { Problem } from "./settings/table.ts";

function overrideArrivals(arrivals: Arrivals, set: LoadSettings, refuse: Refuse): Arrivals {
  const duration = set.DURATION === undefined ? undefined : formatDuration(set.DURATION);
  // Clients send transactions in batches, whose size it then is.
  if (set.BATCH_SIZE !== undefined && arrivals.kind !== "batches" && arrivals.kind !== "clients")
    refuse("BATCH_SIZE", "only load-pattern starts users in batches");
  // A client's DELAY lies between its actions: the scenario's own.
  const paced = arrivals.kind === "batches" || arrivals.kind === "sequence" || arrivals.kind === "clients";
  if (set.DELAY !== undefined && !paced) refuse("DELAY", "arrivals have a RATE here");
  if (set.CLIENTS !== undefined && arrivals.kind !== "clients")
    refuse("CLIENTS", "its users arrive, set USERS or RATE");
  switch (arrivals.kind) {
    case "rounds":
      return overrideRounds(arrivals, set, refuse);
    case "clients":
      for (const name of ["ARRIVALS", "RATE", "USERS", "CONCURRENCY"] as const)
        if (set[name] !== undefined) refuse(name, "all CLIENTS are there from start to end");
      return {
        ...arrivals,
        clients: (set.CLIENTS ?? arrivals.clients) + (set.RANDOM_CLIENTS ?? 0),
        ...(duration === undefined ? {} : { duration }),
      };
    case "poisson":
    case "constant":
      return {
        kind: set.ARRIVALS ?? arrivals.kind,
        rate: set.RATE ?? arrivals.rate,
        duration: duration ?? arrivals.duration,
      };
    case "wave":
      if (set.ARRIVALS === "constant") refuse("ARRIVALS", "this profile's rate changes; use one whose rate does not");
      // RATE is the peak; the trough keeps its proportion.
      return {
        ...arrivals,
        ...(set.RATE === undefined ? {} : { high: set.RATE, low: (set.RATE * arrivals.low) / arrivals.high }),
        ...(duration === undefined ? {} : { duration }),
      };
    case "trapezoid": {
      if (set.ARRIVALS === "constant") refuse("ARRIVALS", "this profile's rate changes; use one whose rate does not");
      const parts = [arrivals.up, arrivals.hold, arrivals.down].map(parseDuration) as [number, number, number];
      const scale = set.DURATION === undefined ? 1 : set.DURATION / parts.reduce((sum, part) => sum + part, 0);
      const [up, hold, down] = parts.map((part) => formatDuration(Math.round(part * scale))) as [
        string,
        string,
        string,
      ];
      return { kind: "trapezoid", up, hold, down, ...(set.RATE === undefined ? {} : { rate: set.RATE }) };
    }
    case "batches": {
      if (set.ARRIVALS !== undefined) refuse("ARRIVALS", "this profile starts users in batches");
      if (set.RATE !== undefined) refuse("RATE", "this profile's rate is BATCH_SIZE users every DELAY");
      if (set.DURATION !== undefined) refuse("DURATION", "this profile ends after USERS");
      const delay = set.DELAY;
      if (delay !== undefined && delay[1] > 3 * delay[0])
        refuse(
          "DELAY",
          "its longer end may be at most three times its shorter one, or a batch could overtake the one before",
        );
      return {
        ...arrivals,
        size: set.BATCH_SIZE ?? arrivals.size,
        ...(delay === undefined
          ? {}
          : { every: formatDuration((delay[0] + delay[1]) / 2), jitter: formatDuration((delay[1] - delay[0]) / 2) }),
        ...(set.USERS === undefined ? {} : { users: set.USERS }),
      };
    }
    case "sequence": {
      if (set.ARRIVALS !== undefined) refuse("ARRIVALS", "this profile runs users one after another");
      if (set.RATE !== undefined)
        refuse("RATE", "this profile runs users one after another; set CONCURRENCY and DELAY");
      if (set.DURATION !== undefined) refuse("DURATION", "this profile ends after USERS");
      const vus = set.CONCURRENCY ?? arrivals.vus;
      const delay = set.DELAY?.map(formatDuration) as [string, string] | undefined;
      // Users that run at once start at once: the pause belongs to running them one after another.
      const pause = delay ?? (vus > 1 ? undefined : arrivals.pause);
      return {
        kind: "sequence",
        vus,
        iterations: set.USERS ?? arrivals.iterations,
        ...(pause === undefined ? {} : { pause }),
      };
    }
  }
}

/** The load of `profile` under `settings`, with every setting that does not apply to it as a problem. */
export function resolveLoad(profile: Profile, settings: LoadSettings): { load: Load; problems: Problem[] } {
  const problems: Problem[] = [];
  const refuse: Refuse = (name, hint) =>
    problems.push({ name, value: String(settings[name]), message: `does not apply to this profile: ${hint}` });
  const arrivals = overrideArrivals(profile.arrivals, settings, refuse);
  // A trapezoid with a RATE of its own has as many users as that makes, unless they are given too.
  const users =
    settings.USERS ?? (arrivals.kind === "trapezoid" && settings.RATE !== undefined ? undefined : profile.users);
  return {
    load: {
      exec: profile.exec ?? "user",
      arrivals,
      users,
      concurrency: settings.CONCURRENCY ?? profile.concurrency ?? 1,
      pool: settings.POOL_SIZE ?? profile.pool ?? 0,
      fundingWorkers: settings.FUNDING_WORKERS ?? profile.fundingWorkers ?? 0,
      breaker: settings.BREAKER ?? profile.breaker ?? 0,
    },
    problems,
  };
}

import { formatDuration, parseDuration } from "../duration.ts";
import { grouped, plural } from "../format.ts";
import type { Arrivals } from "./types.ts";

/** What a compiled load comes to. */
export interface LoadFacts {
  readonly users: number;
  /** The arrival window; shorter than the duration where a cap on users ends it. */
  readonly seconds: number;
  readonly seed: number;
}

const rate = (value: number): string => `${grouped(Number(value.toPrecision(3)))} user${value === 1 ? "" : "s"}/s`;

/**
 * What will happen, in words, such as "Poisson, 3 users/s for 10m: 1,812 users, seed 42"; k6's own line for the same load
 * ("Up to 1907.35 iterations/s for 10m1s over 5,437 stages") says nothing to a person.
 */
export function describeArrivals(arrivals: Arrivals, facts: LoadFacts): string {
  const users = plural(facts.users, "user");
  const seeded = `${users}, seed ${facts.seed}`;
  const window = (duration: string): string => {
    const whole = parseDuration(duration);
    const cut = facts.seconds * 1_000 < whole - 1;
    return cut
      ? `for ${formatDuration(Math.round(facts.seconds) * 1_000)} of at most ${formatDuration(whole)}`
      : `for ${formatDuration(whole)}`;
  };
  switch (arrivals.kind) {
    case "poisson":
      return `Poisson, ${rate(arrivals.rate)} ${window(arrivals.duration)}: ${seeded}`;
    case "constant":
      return `constant, ${rate(arrivals.rate)} ${window(arrivals.duration)}: ${users}`;
    case "trapezoid": {
      const [up, hold, down] = [arrivals.up, arrivals.hold, arrivals.down].map(parseDuration) as [
        number,
        number,
        number,
      ];
      const peak = arrivals.rate ?? (arrivals.users ?? 0) / ((up / 2 + hold + down / 2) / 1_000);
      const phases = `up ${formatDuration(up)}, hold ${formatDuration(hold)}, down ${formatDuration(down)}`;
      return `Poisson, ${phases}, peak ${rate(peak)}: ${seeded}`;
    }
    case "wave":
      return `Poisson, ${arrivals.low} and ${rate(arrivals.high)} by turns, ${formatDuration(parseDuration(arrivals.period) / 2)} each, ${window(arrivals.duration)}: ${seeded}`;
    case "batches": {
      const jitter = parseDuration(arrivals.jitter);
      const moved = jitter > 0 ? ` +-${formatDuration(jitter)}` : "";
      return `batches of ${arrivals.size} every ${formatDuration(parseDuration(arrivals.every))}${moved}: ${seeded}`;
    }
    case "clients": {
      const stagger = arrivals.stagger === undefined ? 0 : parseDuration(arrivals.stagger);
      const apart = stagger > 0 && facts.users > 1 ? `, ${formatDuration(stagger)} apart` : "";
      return `${plural(facts.users, "client")} for ${formatDuration(parseDuration(arrivals.duration))}${apart}, seed ${facts.seed}`;
    }
    case "rounds": {
      const { workers, rounds } = arrivals;
      const wallets = rounds.map((round) => grouped(round.wallets)).join(", then ");
      const again =
        arrivals.every === undefined
          ? ""
          : ` every ${formatDuration(parseDuration(arrivals.every))} for ${formatDuration(parseDuration(arrivals.duration ?? arrivals.every))}`;
      const how = workers === 1 ? "one after another" : `${workers} at once`;
      const arriving =
        arrivals.arrivals === undefined
          ? `${plural(facts.users, "operation")} ${how}`
          : describeArrivals(arrivals.arrivals, facts)
              .replace(/\busers?\b/g, (word) => word.replace("user", "operation"))
              .replace(/, seed \d+$/, "");
      return `${wallets} wallets${again}: ${arriving}, seed ${facts.seed}`;
    }
    case "sequence": {
      const how =
        arrivals.vus === 1 ? (arrivals.iterations === 1 ? "" : " one after another") : `, ${arrivals.vus} at once`;
      const pause =
        arrivals.pause && arrivals.iterations > arrivals.vus ? `, ${[...new Set(arrivals.pause)].join("-")} apart` : "";
      return `${users}${how}${pause}`;
    }
  }
}

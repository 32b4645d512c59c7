import { CELL_SECONDS } from "./grid.ts";
import { planArrivals } from "./plan.ts";
import { type Instance, shareOf } from "./segments.ts";
import { countOf, secondsOf } from "./shape.ts";
import { ArrivalsError, type Rounds } from "./types.ts";

/** What one instance does in one round. */
export interface RoundPlan {
  readonly wallets: number;
  readonly operations: number;
  /** Seconds after its begin at which each operation arrives; undefined where each waits for the one before it. */
  readonly instants: readonly number[] | undefined;
  /** How long operations arrive, in seconds; 0 where they do not arrive by themselves. */
  readonly seconds: number;
}

/** How often the list of rounds is worked off. */
function repeatsOf({ every, duration }: Rounds): number {
  if (every === undefined) return 1;
  if (duration === undefined) throw new ArrivalsError("arrivals: rounds that begin again need a duration (DURATION)");
  return Math.max(1, Math.ceil(secondsOf("duration", duration) / secondsOf("every", every) - 1e-9));
}

/**
 * The rounds of one instance, in order: its share of the wallets and of the operations of each. Arrivals are dealt out in turn, so that those of all instances
 * together are the plan's.
 * @throws ArrivalsError when the data makes no sense
 */
export function roundsOf(load: Rounds, instance: Instance, seed: number): RoundPlan[] {
  const { arrivals } = load;
  const once = load.rounds.map((round): RoundPlan => {
    const wallets = shareOf(countOf("wallets", round.wallets), instance);
    if (arrivals === undefined) {
      const operations = shareOf(countOf("operations", round.operations ?? 0), instance);
      return { wallets, operations, instants: undefined, seconds: 0 };
    }
    const { cells, seconds } = planArrivals(arrivals, { seed, users: round.operations });
    const instants = cells
      .filter((_, index) => index % instance.count === instance.index)
      .map((cell) => cell * CELL_SECONDS);
    return { wallets, operations: instants.length, instants, seconds };
  });
  return Array.from({ length: repeatsOf(load) }, () => once).flat();
}

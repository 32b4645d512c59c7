// Names of what a run makes in the target. They all begin alike, so that the clean-up can tell them from anybody's real wallets.

/** Every wallet of every run begins so; the clean-up refuses anything else. */
export const WALLET_PREFIX = "onrush-";

/** The beginning of all wallets of one run, such as "onrush-h9x3k2f-". */
export const runPrefix = (run: number): string => `${WALLET_PREFIX}${run.toString(36)}-`;

/** A number for a run that no other run has: the time, and a random part for runs that begin at the same millisecond. Exact in float64. */
export const newRun = (now: number, uniform: number): number => now * 1_000 + Math.floor(uniform * 1_000);

/** Where in a run something is made. */
export interface RoundId {
  readonly run: number;
  /** Of the k6 process among those that share the run. */
  readonly instance: number;
  readonly round: number;
}

const roundPrefix = ({ run, instance, round }: RoundId): string => `${runPrefix(run)}${instance}-${round}-`;

export const walletId = (id: RoundId, wallet: number): string => `${roundPrefix(id)}${wallet}`;

/** An idempotency key; `what` tells requests of one round apart. */
export const idempotencyKey = (id: RoundId, what: string): string => `${roundPrefix(id)}${what}`;

// What everybody in a round shares: the client, the measurements, the exact model of the wallets.
import { Counter } from "k6/metrics";
import type { RoundPlan } from "../../../src/core/arrivals/index.ts";
import type { ErrorKind } from "../../../src/core/errors.ts";
import { userMetrics } from "../../../src/core/metrics.ts";
import { type RandomStream, stream } from "../../../src/core/random.ts";
import { roundsIn } from "../../../src/core/rounds.ts";
import { createMetrics } from "../../../src/k6/metrics.ts";
import type { Run } from "../../../src/k6/run.ts";
import { type Caller, clock } from "../../../src/k6/user.ts";
import { type LedgerClient, ledgerOf } from "../client/wallex.ts";
import type { RoundId } from "../model/ids.ts";
import { Findings } from "../model/invariants.ts";
import { type LedgerStep, ledgerMetrics } from "../model/metrics.ts";
import type { Wallet } from "../model/model.ts";
import type { LedgerSettings, ledgerTable } from "../settings.ts";

export type LedgerRun = Run<ReturnType<typeof ledgerTable>>;

export const metrics = createMetrics({ ...userMetrics("ledger"), ...ledgerMetrics });

/** Arrivals that found WORKERS operations under way. k6 counts those of its own executors by this name, so reports and gates find them in one place. */
export const dropped = new Counter("dropped_iterations");

/** A caller that remembers whether one of its answers was ambiguous. */
export interface Sender extends Caller {
  readonly wasAmbiguous: () => boolean;
}

export interface Round {
  readonly values: LedgerSettings;
  readonly id: RoundId;
  readonly plan: RoundPlan;
  readonly workers: number;
  readonly client: LedgerClient;
  readonly random: RandomStream;
  readonly findings: Findings;
  /** Every wallet of the round that was made. */
  readonly wallets: Wallet[];
  /** When no further operation begins, ms since the epoch. */
  readonly deadline: number;
  /** A caller for one request and its repetitions. */
  caller(step: LedgerStep): Sender;
}

/** One round of this instance. */
export function roundOf(run: LedgerRun, id: RoundId, plan: RoundPlan): Round {
  const { values } = run;
  const random = stream(values.SEED, "ledger", id.round * 1_000 + id.instance);
  return {
    values,
    id,
    plan,
    workers: roundsIn(run.load).workers,
    client: ledgerOf(values.LEDGER_URL),
    random,
    findings: new Findings(),
    wallets: [],
    deadline: Date.now() + values.ROUND_TIMEOUT,
    caller(step) {
      let ambiguous = false;
      return {
        random,
        retryFor: values.RETRY_FOR,
        httpTimeout: values.TIMEOUT,
        retried: (kind) => {
          metrics.retries.add(1, { kind, step });
          // What was turned away for its rate was certainly not carried out.
          if (kind !== "rate_limit") ambiguous = true;
        },
        wasAmbiguous: () => ambiguous,
        ...clock(values.RETRY_FOR + 2 * values.TIMEOUT, step),
      };
    },
  };
}

/** A failure of an operation, by kind and step. */
export const failed = (kind: ErrorKind, step: LedgerStep): void => metrics.errors.add(1, { kind, step });

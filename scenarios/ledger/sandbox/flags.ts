// The ledger's own faults: one for each way in which a real service was found wrong while its answers looked right.
import * as v from "valibot";
import { durationSchema, type Fault, share } from "../../../src/sandbox/faults.ts";

export const ledgerFlags = {
  /** Both projections count a new wallet's initial balance twice: once as part of its creation, once as the credit that it is. */
  "initial-twice": {},
  /** Credits, debits and transfers ignore their idempotency key. */
  "key-ignored": {},
  /** A consumer marks every 50th event as done without having projected it. */
  "projection-skip": { share: v.optional(share, 0.02) },
  /** The read model appends the digits of a credit to those of the balance, as + does with texts: "500.00" + 20 is 500.0020. */
  "text-add": {},
  /** The ledger projector rounds amounts to tens. */
  round: {},
  /** Debits and transfers may leave less than nothing. */
  overdraft: {},
  /** The second leg of every fifth transfer is lost. */
  "half-transfer": { share: v.optional(share, 0.2) },
  /** Projections are 10 s late. */
  lag: { ms: v.optional(durationSchema, 10_000) },
  /** The ledger projector takes what has gathered in a second in the wrong order. */
  disorder: {},
  /** Each credit also pays 1 to a wallet that has nothing to do with it, "stranger". */
  toll: {},
  /** The list of all wallets is empty. */
  "empty-list": {},
  /** SIGKILL; it is started again when the fault ends. Carried out by whoever started the process. */
  kill: { for: v.optional(durationSchema, 2_000) },
} satisfies Record<string, v.ObjectEntries>;

export type LedgerFault = keyof typeof ledgerFlags;

/** What the parts of the ledger tell the service around them, and ask it. */
export interface Marks {
  count(name: string, by?: number): void;
  /** Puts an error into the log and counts it. */
  error(where: string, error: unknown): void;
  /** Whether a fault applies now; counts it as applied. */
  fault(name: LedgerFault): Fault | undefined;
  /** The fault of this name that is on, whether it applies now or not. */
  on(name: LedgerFault): Fault | undefined;
}

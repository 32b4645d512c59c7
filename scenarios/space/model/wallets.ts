// Whose wallet is whose: client 0 is the root, which pays; the others have the phrase's further addresses, and the last of them wallets that no run before had.
import { fnv1a } from "../../../src/core/fnv.ts";

/** Where a wallet is in the phrase: m/44'/60'/{account}'/0/{index}. */
export interface WalletPath {
  readonly accountIndex: number;
  readonly addressIndex: number;
}

export interface ClientWallets {
  readonly session: string;
  /** Clients with a wallet that they keep, and without. */
  readonly clients: number;
  readonly random: number;
  /** Address index of a client 0 that were not the root. */
  readonly offset: number;
}

/** Accounts below are for other purposes; a hardened index has 31 bits. */
const FIRST_BRANCH = 1_000_000;
const BRANCHES = 2 ** 31 - FIRST_BRANCH;
/** Strangers' indices in a session's branch. */
const FIRST_STRANGER = 2 ** 30;

/** A branch of the phrase for one session's fresh wallets: known to all its processes, and found again by its name. */
export const branchOf = (session: string): number => FIRST_BRANCH + (fnv1a(session) % BRANCHES);

/** @param number a client's, from 0 to clients + random - 1 */
export function walletOf(number: number, { session, clients, offset }: ClientWallets): WalletPath {
  if (number === 0) return { accountIndex: 0, addressIndex: 0 };
  return number < clients
    ? { accountIndex: 0, addressIndex: offset + number }
    : { accountIndex: branchOf(session), addressIndex: number - clients };
}

/** A wallet that nobody mints for. */
export const strangerOf = (session: string, number: number): WalletPath => ({
  accountIndex: branchOf(session),
  addressIndex: FIRST_STRANGER + number,
});

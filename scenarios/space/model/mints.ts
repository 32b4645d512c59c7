// What has to be paid for whom, and whether it can be: everything that the root decides before its first transaction.

import { JourneyError } from "../../../src/core/errors.ts";
import { formatEther } from "../../../src/core/ether.ts";
import { plural } from "../../../src/core/format.ts";

/** What the chain says of a client's wallet. `expired` is the token that has. */
export type Standing =
  | { readonly is: "member" }
  | { readonly is: "none" }
  | { readonly is: "expired"; readonly token: bigint; readonly renewal: bigint };

/** What a space asks of new members. */
export interface Terms {
  readonly supply: bigint;
  /** Most members; 0 for any number. */
  readonly limit: bigint;
  /** Memberships that cost nothing: the first ones. */
  readonly free: bigint;
}

export interface Job {
  readonly number: number;
  readonly address: `0x${string}`;
  /** Token to renew; none for a new membership. */
  readonly token?: bigint;
  /** Wei that go with it. */
  readonly value: bigint;
}

export interface MintPlan {
  readonly jobs: readonly Job[];
  /** Wallets that need nothing. */
  readonly members: number;
  /** Wei of all values. */
  readonly cost: bigint;
}

/** Parts of a price that are the platform's: a tenth, and at least its flat fee. */
const FEE_SHARE = 10n;
const FLAT_FEE = 500_000_000_000_000n;

/** What a membership of a base price costs with the platform's fee, wei. */
export const withFee = (base: bigint): bigint =>
  base === 0n ? 0n : base + (base / FEE_SHARE > FLAT_FEE ? base / FEE_SHARE : FLAT_FEE);

/** How many of `count` new memberships are not free. */
export function paidOf(count: number, { supply, free }: Terms): number {
  const left = free > supply ? Number(free - supply) : 0;
  return Math.max(0, count - left);
}

/**
 * Who gets what, in the clients' order.
 * @param prices wei of each new membership that is not free, in the order in which they will be minted
 */
export function planMints(
  standings: readonly { readonly number: number; readonly address: `0x${string}`; readonly standing: Standing }[],
  terms: Terms,
  prices: readonly bigint[],
): MintPlan {
  const missing = standings.filter(({ standing }) => standing.is !== "member");
  const fresh = missing.filter(({ standing }) => standing.is === "none").length;
  const free = fresh - paidOf(fresh, terms);
  let minted = 0;
  const jobs = missing.map(({ number, address, standing }): Job => {
    if (standing.is === "expired") return { number, address, token: standing.token, value: standing.renewal };
    const value = minted < free ? 0n : (prices[minted - free] ?? 0n);
    minted++;
    return { number, address, value };
  });
  return { jobs, members: standings.length - missing.length, cost: jobs.reduce((sum, { value }) => sum + value, 0n) };
}

/** What one transaction may use at most. */
export interface GasTerms {
  readonly limit: bigint;
  /** Wei for one unit at most. */
  readonly price: bigint;
}

/**
 * Refuses what could only fail half-way.
 * @throws JourneyError of kind refused when the space takes fewer members, of kind funds when the root cannot pay for all of it
 */
export function assertPossible(
  { jobs, cost }: MintPlan,
  terms: Terms,
  gas: GasTerms,
  root: { address: string; balance: bigint },
): void {
  const fresh = jobs.filter(({ token }) => token === undefined).length;
  const room = terms.limit === 0n ? Number.POSITIVE_INFINITY : Number(terms.limit - terms.supply);
  if (fresh > room) {
    throw new JourneyError(
      "refused",
      `the space takes ${plural(Number(terms.limit), "member")} and has ${terms.supply}: there is no room for ${fresh} more, only for ${room}; set fewer CLIENTS, or have its owner raise the limit; nothing was minted`,
      { detail: "MEMBERSHIP_LIMIT" },
    );
  }
  const needed = cost + BigInt(jobs.length) * gas.limit * gas.price;
  if (root.balance < needed) {
    throw new JourneyError(
      "funds",
      `the root ${root.address} has ${formatEther(root.balance)} ETH and needs ${formatEther(needed)} ETH for ${plural(jobs.length, "membership")} (price ${formatEther(cost)} ETH, the rest for gas): ${formatEther(needed - root.balance)} ETH are missing; nothing was minted`,
    );
  }
}

// The judgement of what a mint's receipt says.

/** What a user asked for. */
export interface Asked {
  readonly owner: string;
  readonly amount: bigint;
}

/** An event of the contract, decoded. */
export interface ContractEvent {
  readonly eventName: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Different for every user of a run, so that no two can be taken for each other. */
export const amountOf = (number: number): bigint => 1_000n + BigInt(number);

/** Why the contract's events do not prove the mint, in words; undefined where they do. */
export function unproved(events: readonly ContractEvent[], asked: Asked): string | undefined {
  const minted = events.filter(({ eventName }) => eventName === "Minted");
  if (minted.length !== 1) return `${minted.length} tokens were minted, and one was asked for`;
  const { owner, amount } = minted[0]?.args ?? {};
  if (String(owner).toLowerCase() !== asked.owner.toLowerCase()) return `the token is ${owner}'s, not ${asked.owner}'s`;
  return amount === asked.amount ? undefined : `its amount is ${amount}, not ${asked.amount}`;
}

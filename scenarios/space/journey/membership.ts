// A client's own membership, as the chain has it.
import type { Client } from "k6/x/ethereum";
import { JourneyError } from "../../../src/core/errors.ts";
import type { User } from "../../../src/k6/user.ts";
import { membershipAbi as abi } from "../abi/generated.ts";

/** A token, and when it ends: seconds since 1970, 0 for never. */
export interface Token {
  readonly id: bigint;
  readonly end: bigint;
}

export const isValid = ({ end }: Token): boolean => end === 0n || Number(end) * 1_000 > Date.now();

/** The tokens of an address that holds some, as the node would read them: a scan over all tokens of the space. */
export async function tokensOf(client: Client, space: `0x${string}`, owner: `0x${string}`): Promise<Token[]> {
  const ids = await client.readContract({ address: space, abi, functionName: "tokensOfOwner", args: [owner] });
  return Promise.all(
    ids.map(async (id) => ({
      id,
      end: await client.readContract({ address: space, abi, functionName: "expiresAt", args: [id] }),
    })),
  );
}

/**
 * Waits until the chain says that the address holds an unexpired token.
 * @param timeout ms
 * @throws JourneyError of kind timeout
 */
export async function ownToken(
  user: User,
  client: Client,
  space: `0x${string}`,
  owner: `0x${string}`,
  { every, timeout }: { every: number; timeout: number },
): Promise<Token> {
  const deadline = Date.now() + timeout;
  for (;;) {
    // Cheap, and all that it takes as long as there is none.
    const held = await client.readContract({ address: space, abi, functionName: "balanceOf", args: [owner] });
    const valid = held > 0n ? (await tokensOf(client, space, owner)).find(isValid) : undefined;
    if (valid !== undefined) return valid;
    if (Date.now() > deadline) {
      throw new JourneyError(
        "timeout",
        `${owner} has no membership of the space after ${timeout / 1_000} s: the root has not minted it. Does the process that holds the root (client 0) still run?`,
        { detail: "NO_MEMBERSHIP" },
      );
    }
    await user.pause(every);
  }
}

// What the space's contract says of a user: read by eth_call and remembered as long as the real node remembers it.
import { type Abi, type Address, decodeFunctionResult, encodeFunctionData, type Hex } from "viem";
import { rpc } from "../../../src/sandbox/rpc.ts";
import { spaceAbi } from "../abi/generated.ts";
import { RiverError } from "./errors.ts";

/** How long an answer is remembered, ms. */
export interface Remembered {
  readonly granted: number;
  readonly denied: number;
}

export const remembered: Remembered = { granted: 15 * 60_000, denied: 2_000 };

export interface Memberships {
  /** Whether the user holds a token of the space that has not expired. @throws RiverError CANNOT_CALL_CONTRACT */
  isMember(space: Address, user: Address): Promise<boolean>;
  /** @throws RiverError CANNOT_CALL_CONTRACT */
  isOwner(space: Address, user: Address): Promise<boolean>;
}

interface CachedMembership {
  readonly member: Promise<boolean>;
  until: number;
}

/** Answers that are remembered before those that are too old are thrown out. */
const MANY = 10_000;

/** @param count told of each question that went to the chain */
export function createMemberships(rpcUrl: string, keep: Remembered, count: () => void): Memberships {
  const answers = new Map<string, CachedMembership>();
  const owners = new Map<Address, Promise<Address>>();

  async function call<T>(space: Address, functionName: string, args: readonly unknown[] = []): Promise<T> {
    count();
    const abi: Abi = spaceAbi;
    try {
      const data = encodeFunctionData({ abi, functionName, args });
      const result = await rpc<Hex>(rpcUrl, "eth_call", [{ to: space, data }, "latest"]);
      return decodeFunctionResult({ abi, functionName, data: result }) as T;
    } catch (error) {
      throw new RiverError("CANNOT_CALL_CONTRACT", `${functionName}: ${(error as Error).message}`, { space });
    }
  }

  /** When the last of the user's memberships ends, in seconds since 1970: 0 without one, Infinity if one has no end. */
  async function endOf(space: Address, user: Address): Promise<number> {
    const tokens = await call<bigint[]>(space, "tokensOfOwner", [user]);
    const ends = await Promise.all(tokens.map((token) => call<bigint>(space, "expiresAt", [token])));
    return Math.max(0, ...ends.map((end) => (end === 0n ? Number.POSITIVE_INFINITY : Number(end))));
  }

  function ask(key: string, space: Address, user: Address): CachedMembership {
    const answer: CachedMembership = {
      until: Number.POSITIVE_INFINITY, // those who ask meanwhile wait for the same answer
      member: endOf(space, user).then(
        (end) => {
          const now = Date.now();
          const member = end * 1_000 > now;
          answer.until = member ? Math.min(now + keep.granted, end * 1_000) : now + keep.denied;
          return member;
        },
        (error) => {
          answers.delete(key);
          throw error;
        },
      ),
    };
    return answer;
  }

  return {
    isMember(space, user) {
      const key = `${space} ${user}`;
      const known = answers.get(key);
      if (known && Date.now() < known.until) return known.member;
      if (answers.size >= MANY) {
        for (const [old, { until }] of answers) if (until <= Date.now()) answers.delete(old);
      }
      const answer = ask(key, space, user);
      answers.set(key, answer);
      return answer.member;
    },
    async isOwner(space, user) {
      let owner = owners.get(space);
      if (!owner) {
        owner = call<Address>(space, "owner");
        owners.set(space, owner);
        owner.catch(() => owners.delete(space)); // the contract may be deployed yet
      }
      return (await owner).toLowerCase() === user;
    },
  };
}

// What the chain says happened, for tests to compare with what k6 says: permissions, and the users who gave them.
import { decodeFunctionResult, encodeFunctionData, getAbiItem, type Hex, toEventSelector, toHex } from "viem";
import type { Chain } from "../../../src/sandbox/chain.ts";
import { addresses } from "../abi/addresses.ts";
import { permissionsAbi } from "../abi/generated.ts";

const PERMISSION_ADDED = toEventSelector(getAbiItem({ abi: permissionsAbi, name: "PermissionAdded" }));

/** Blocks whose events are asked for at once. */
const BLOCKS = 500;

/** Reads the facts; events only of blocks that it has not seen yet. */
export function chainFacts({ rpc }: Pick<Chain, "rpc">): () => Promise<Record<string, number>> {
  const users = new Set<Hex>();
  let next = 0;
  let reading: Promise<void> = Promise.resolve();

  async function readEvents(newest: number): Promise<void> {
    while (next <= newest) {
      const last = Math.min(next + BLOCKS - 1, newest);
      const filter = {
        address: addresses.permissions,
        topics: [PERMISSION_ADDED],
        fromBlock: toHex(next),
        toBlock: toHex(last),
      };
      for (const { topics } of await rpc<{ topics: Hex[] }[]>("eth_getLogs", [filter])) users.add(topics[2] as Hex);
      next = last + 1;
    }
  }

  return async () => {
    const block = Number(await rpc<Hex>("eth_blockNumber"));
    reading = reading.catch(() => {}).then(() => readEvents(block)); // one after another: two at once would read the same blocks
    const call = {
      to: addresses.permissions,
      data: encodeFunctionData({ abi: permissionsAbi, functionName: "permissionsCount" }),
    };
    const [count] = await Promise.all([rpc<Hex>("eth_call", [call, "latest"]), reading]);
    if (count === "0x") return {}; // before the contract is there
    const permissions = decodeFunctionResult({ abi: permissionsAbi, functionName: "permissionsCount", data: count });
    return { permissions: Number(permissions), users: users.size };
  };
}

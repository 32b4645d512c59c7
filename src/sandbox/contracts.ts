// Contracts on the sandbox's chain: the compiled ones, and ways of placing them there. Code can be written into the chain's state instead of deployed by a
// transaction, for clients in the wild have addresses compiled in whose deployers' keys nobody holds.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Abi, type Address, type Hex, type LocalAccount, toHex } from "viem";
import { canonicalMulticall, vanaMulticall } from "../core/abi/addresses.ts";
import type { Chain } from "./chain.ts";
import { root } from "./root.ts";

/** A contract as compile-contracts.mjs leaves it. */
export interface Artifact {
  readonly abi: Abi;
  readonly bytecode: Hex;
  readonly deployedBytecode: Hex;
}

/** 1,000,000 ether, as anvil's own rich accounts have. */
const RICH = toHex(10n ** 24n);

const GAS_PER_CALL = 1_000_000n;

/** What placing needs of a chain. */
export type ChainRpc = Pick<Chain, "rpc">;

/**
 * The compiled contract.
 * @throws Error that says how to build it when it is not there.
 */
export function artifact(name: string): Artifact {
  const path = join(root, "dist/contracts", `${name}.json`);
  if (!existsSync(path)) throw new Error(`the contract ${name} is not compiled: run npm run build`);
  return JSON.parse(readFileSync(path, "utf8"));
}

/** Places Multicall3 where Vana has it and where everybody else does. */
export async function placeMulticall(chain: ChainRpc): Promise<void> {
  await placeContract(chain, vanaMulticall, "Multicall3");
  await placeContract(chain, canonicalMulticall, "Multicall3");
}

/** Gives the account 1,000,000 ether. */
export async function makeRich({ rpc }: ChainRpc, address: Address): Promise<void> {
  await rpc("anvil_setBalance", [address, RICH]);
}

/** Makes the contract the code of an address. */
export async function placeContract({ rpc }: ChainRpc, address: Address, name: string): Promise<void> {
  await rpc("anvil_setCode", [address, artifact(name).deployedBytecode]);
}

/** A transaction of the sandbox itself; one to nobody deploys a contract. */
export interface OwnCall {
  to?: Address;
  data: Hex;
  gas?: bigint;
}

/** Sends the calls in order and mines them into one block. @throws Error naming the call that reverted. */
export async function sendInOneBlock(chain: Chain, sender: LocalAccount, calls: readonly OwnCall[]): Promise<void> {
  const first = Number(await chain.rpc<Hex>("eth_getTransactionCount", [sender.address, "latest"]));
  const hashes: Hex[] = [];
  for (const [i, call] of calls.entries()) {
    const fees = { gas: GAS_PER_CALL, maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 9n };
    const raw = await sender.signTransaction({
      ...fees,
      ...call,
      chainId: chain.chainId,
      nonce: first + i,
      type: "eip1559",
    });
    hashes.push(await chain.rpc<Hex>("eth_sendRawTransaction", [raw]));
  }
  await chain.rpc("anvil_mine", ["0x1"]);
  for (const [i, hash] of hashes.entries()) {
    const receipt = await chain.rpc<{ status: Hex } | null>("eth_getTransactionReceipt", [hash]);
    if (receipt?.status !== "0x1") {
      const what = calls[i]?.to === undefined ? "deployment" : `to ${calls[i]?.to}`;
      throw new Error(`the sandbox's contracts: transaction ${i + 1} of ${calls.length}, ${what}, failed`);
    }
  }
}

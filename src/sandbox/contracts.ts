// Places the sandbox's contracts at the real system's addresses: clients have those compiled in. Code is written into the chain's state
// and not deployed by transactions, because nobody holds the keys that deployed the real ones.
import { existsSync, readFileSync } from "node:fs";
import {
  type Abi,
  type Address,
  encodeFunctionData,
  type Hex,
  keccak256,
  type LocalAccount,
  pad,
  slice,
  toHex,
  zeroAddress,
} from "viem";
import { addresses, canonicalMulticall } from "../core/abi/addresses.ts";
import { sandboxAccount } from "./accounts.ts";
import type { Chain } from "./chain.ts";

export { addresses, canonicalMulticall };

/** A contract as compile-contracts.mjs leaves it. */
export interface Artifact {
  readonly abi: Abi;
  readonly bytecode: Hex;
  readonly deployedBytecode: Hex;
}

/** Behind a proxy each, by the name of its address. */
const proxied = {
  permissions: "DataPortabilityPermissions",
  servers: "DataPortabilityServers",
  grantees: "DataPortabilityGrantees",
  registry: "DataRegistry",
} as const;

/** The Permissions contract that books every permission to somebody else. */
const FAULTY_PERMISSIONS = "PermissionsToStranger";

type SpaceContract = "Space" | "SpaceFactory" | "FixedPricing" | "TieredLogPricing";

export type ContractName =
  | (typeof proxied)[keyof typeof proxied]
  | typeof FAULTY_PERMISSIONS
  | "Multicall3"
  | "Proxy"
  | SpaceContract;

/** keccak256("eip1967.proxy.implementation") - 1 */
const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

/** 1,000,000 ether, as anvil's own rich accounts have. */
const RICH = toHex(10n ** 24n);

const GAS_PER_CALL = 1_000_000n;

/** What this file needs of a chain. */
type Rpc = Pick<Chain, "rpc">;

/**
 * The compiled contract.
 * @throws Error that says how to build it when it is not there.
 */
export function artifact(name: ContractName): Artifact {
  // This file runs from src/sandbox/ in tests and from dist/cli/ once bundled.
  const places = ["../contracts/", "../../dist/contracts/"].map(
    (place) => new URL(`${place}${name}.json`, import.meta.url),
  );
  const place = places.find((candidate) => existsSync(candidate));
  if (!place) throw new Error(`the contract ${name} is not compiled: run npm run build`);
  return JSON.parse(readFileSync(place, "utf8"));
}

/**
 * Brings the chain to the state users meet: the four contracts and Multicall3 in place, their roles given, the app registered as
 * grantee 1, relayer and owner rich. Does nothing when it has been done before. Takes one block, which it mines itself.
 */
export async function deployContracts(chain: Chain): Promise<void> {
  if (await isDeployed(chain)) return;
  for (const [key, name] of Object.entries(proxied) as [keyof typeof proxied, ContractName][]) {
    await place(chain, implementationOf(name), name);
    await place(chain, addresses[key], "Proxy");
    await pointProxy(chain, addresses[key], name);
  }
  await place(chain, implementationOf(FAULTY_PERMISSIONS), FAULTY_PERMISSIONS);
  await placeMulticall(chain);
  for (const role of ["owner", "relayer"] as const) await makeRich(chain, sandboxAccount(role).address);
  await sendInOneBlock(chain, sandboxAccount("owner"), initialCalls());
}

/** Places Multicall3 where Vana has it and where everybody else does. */
export async function placeMulticall(chain: Rpc): Promise<void> {
  await place(chain, addresses.multicall, "Multicall3");
  await place(chain, canonicalMulticall, "Multicall3");
}

/** Gives the account 1,000,000 ether. */
export async function makeRich({ rpc }: Rpc, address: Address): Promise<void> {
  await rpc("anvil_setBalance", [address, RICH]);
}

async function place({ rpc }: Rpc, address: Address, name: ContractName): Promise<void> {
  await rpc("anvil_setCode", [address, artifact(name).deployedBytecode]);
}

/** Makes the Permissions contract book every permission to a stranger, or right again. Takes effect with the next block's calls. */
export async function setPermissionsFault(chain: Rpc, on: boolean): Promise<void> {
  await pointProxy(chain, addresses.permissions, on ? FAULTY_PERMISSIONS : proxied.permissions);
}

async function isDeployed({ rpc }: Rpc): Promise<boolean> {
  // A chain that was half prepared has code but no grantee.
  const data = encodeFunctionData({ abi: artifact(proxied.grantees).abi, functionName: "granteesCount" });
  const count = await rpc<Hex>("eth_call", [{ to: addresses.grantees, data }, "latest"]);
  return count !== "0x" && BigInt(count) > 0n;
}

/** Where a contract's code lies behind its proxy: an address of its own, the same in every sandbox. */
function implementationOf(name: ContractName): Address {
  return slice(keccak256(toHex(`onrush sandbox ${name}`)), 12);
}

async function pointProxy({ rpc }: Rpc, proxy: Address, name: ContractName): Promise<void> {
  await rpc("anvil_setStorageAt", [proxy, IMPLEMENTATION_SLOT, pad(implementationOf(name))]);
}

/** A transaction of the sandbox itself; one to nobody deploys a contract. */
export interface OwnCall {
  to?: Address;
  data: Hex;
  gas?: bigint;
}

function initialCalls(): OwnCall[] {
  const owner = sandboxAccount("owner").address;
  const app = sandboxAccount("app");
  const call = (key: keyof typeof proxied, functionName: string, args: readonly unknown[]): OwnCall => ({
    to: addresses[key],
    data: encodeFunctionData({ abi: artifact(proxied[key]).abi, functionName, args }),
  });
  const manager = keccak256(toHex("PERMISSION_MANAGER_ROLE"));
  const portability = keccak256(toHex("DATA_PORTABILITY_ROLE"));
  return [
    call("servers", "initialize", [zeroAddress, owner]),
    call("grantees", "initialize", [zeroAddress, owner]),
    call("registry", "initialize", [zeroAddress, owner]),
    call("permissions", "initialize", [zeroAddress, owner, addresses.registry, addresses.servers, addresses.grantees]),
    call("servers", "grantRole", [manager, addresses.permissions]),
    call("grantees", "grantRole", [manager, addresses.permissions]),
    call("registry", "grantRole", [portability, addresses.permissions]),
    call("grantees", "registerGrantee", [app.address, app.address, app.publicKey]),
  ];
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

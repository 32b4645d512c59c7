// Places the sandbox's contracts at the real system's addresses: clients have those compiled in. Code is written into the chain's state
// and not deployed by transactions, because nobody holds the keys that deployed the real ones.
import { type Address, encodeFunctionData, type Hex, keccak256, pad, slice, toHex, zeroAddress } from "viem";
import { ownerAccount } from "../../../src/sandbox/accounts.ts";
import type { Chain } from "../../../src/sandbox/chain.ts";
import {
  artifact,
  type ChainRpc,
  makeRich,
  type OwnCall,
  placeContract,
  placeMulticall,
  sendInOneBlock,
} from "../../../src/sandbox/contracts.ts";
import { addresses } from "../abi/addresses.ts";
import { appAccount, relayerAccount } from "./accounts.ts";

/** Behind a proxy each, by the name of its address. */
const proxied = {
  permissions: "DataPortabilityPermissions",
  servers: "DataPortabilityServers",
  grantees: "DataPortabilityGrantees",
  registry: "DataRegistry",
} as const;

/** Permissions contracts that lie, by the fault switch: one books every permission to somebody else, one books another one besides. */
const lying = { "wrong-grantor": "PermissionsToStranger", "second-permission": "PermissionsTwice" } as const;

export type PermissionsFault = keyof typeof lying;
export const permissionsFaults = Object.keys(lying) as PermissionsFault[];

/** keccak256("eip1967.proxy.implementation") - 1 */
const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

/**
 * Brings the chain to the state users meet: the four contracts and Multicall3 in place, their roles given, the app registered as
 * grantee 1, relayer and owner rich. Does nothing when it has been done before. Takes one block, which it mines itself.
 */
export async function deployContracts(chain: Chain): Promise<void> {
  if (await isDeployed(chain)) return;
  for (const [key, name] of Object.entries(proxied) as [keyof typeof proxied, string][]) {
    await placeContract(chain, implementationOf(name), name);
    await placeContract(chain, addresses[key], "Proxy");
    await pointProxy(chain, addresses[key], name);
  }
  for (const name of Object.values(lying)) await placeContract(chain, implementationOf(name), name);
  await placeMulticall(chain);
  for (const account of [ownerAccount(), relayerAccount()]) await makeRich(chain, account.address);
  await sendInOneBlock(chain, ownerAccount(), initialCalls());
}

/** Makes the Permissions contract lie, or be right again. Takes effect with the next block's calls. */
export async function setPermissionsFault(chain: ChainRpc, fault: PermissionsFault, on: boolean): Promise<void> {
  await pointProxy(chain, addresses.permissions, on ? lying[fault] : proxied.permissions);
}

async function isDeployed({ rpc }: ChainRpc): Promise<boolean> {
  // A chain that was half prepared has code but no grantee.
  const data = encodeFunctionData({ abi: artifact(proxied.grantees).abi, functionName: "granteesCount" });
  const count = await rpc<Hex>("eth_call", [{ to: addresses.grantees, data }, "latest"]);
  return count !== "0x" && BigInt(count) > 0n;
}

/** Where a contract's code lies behind its proxy: an address of its own, the same in every sandbox. */
function implementationOf(name: string): Address {
  return slice(keccak256(toHex(`onrush sandbox ${name}`)), 12);
}

async function pointProxy({ rpc }: ChainRpc, proxy: Address, name: string): Promise<void> {
  await rpc("anvil_setStorageAt", [proxy, IMPLEMENTATION_SLOT, pad(implementationOf(name))]);
}

function initialCalls(): OwnCall[] {
  const admin = ownerAccount().address;
  const grantee = appAccount();
  const call = (key: keyof typeof proxied, functionName: string, args: readonly unknown[]): OwnCall => ({
    to: addresses[key],
    data: encodeFunctionData({ abi: artifact(proxied[key]).abi, functionName, args }),
  });
  const manager = keccak256(toHex("PERMISSION_MANAGER_ROLE"));
  const portability = keccak256(toHex("DATA_PORTABILITY_ROLE"));
  return [
    call("servers", "initialize", [zeroAddress, admin]),
    call("grantees", "initialize", [zeroAddress, admin]),
    call("registry", "initialize", [zeroAddress, admin]),
    call("permissions", "initialize", [zeroAddress, admin, addresses.registry, addresses.servers, addresses.grantees]),
    call("servers", "grantRole", [manager, addresses.permissions]),
    call("grantees", "grantRole", [manager, addresses.permissions]),
    call("registry", "grantRole", [portability, addresses.permissions]),
    call("grantees", "registerGrantee", [grantee.address, grantee.address, grantee.publicKey]),
  ];
}

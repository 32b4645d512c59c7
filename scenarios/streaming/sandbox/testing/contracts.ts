// For tests: the sandbox's contracts on a chain of their own, called as a user or the relayer would.
import { type Abi, type Hex, type LocalAccount, parseEventLogs, type TransactionReceipt } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { vanaMulticall } from "../../../../src/core/abi/addresses.ts";
import { SANDBOX_MNEMONIC } from "../../../../src/core/settings/common.ts";
import { type Chain, startChain } from "../../../../src/sandbox/chain.ts";
import { artifact } from "../../../../src/sandbox/contracts.ts";
import { type ContractCalls, callsOf } from "../../../../src/sandbox/testing/contract-calls.ts";
import { addresses } from "../../abi/addresses.ts";
import { permissionsAbi } from "../../abi/generated.ts";
import { permissionsDomain, typedDataTypes } from "../../abi/typed-data.ts";
import { deployContracts } from "../contracts.ts";

/** All functions, events and errors of the four contracts and Multicall3, as solc wrote them. */
export const compiled = {
  permissions: artifact("DataPortabilityPermissions").abi,
  servers: artifact("DataPortabilityServers").abi,
  grantees: artifact("DataPortabilityGrantees").abi,
  registry: artifact("DataRegistry").abi,
  multicall: artifact("Multicall3").abi,
} satisfies Record<string, Abi>;

type ContractKey = keyof typeof compiled;

const addressOf = { ...addresses, multicall: vanaMulticall } as const;

export interface TestContracts extends ContractCalls<ContractKey> {
  readonly chain: Chain;
}

/** Starts anvil with the contracts in place. Blocks come only when asked for, so that tests do not wait for them. */
export async function startTestContracts(): Promise<TestContracts> {
  const chain = await startChain({ port: 0, blockTime: 3600 });
  await deployContracts(chain);
  const at = (key: ContractKey) => ({ address: addressOf[key], abi: compiled[key] });
  const targets = {
    permissions: at("permissions"),
    servers: at("servers"),
    grantees: at("grantees"),
    registry: at("registry"),
    multicall: at("multicall"),
  };
  return { chain, ...callsOf(chain, targets) };
}

/** Names of all events of a receipt, in order, whichever of the contracts they came from. */
export function eventNames({ logs }: TransactionReceipt): string[] {
  const abi = [...compiled.permissions, ...compiled.servers, ...compiled.grantees, ...compiled.registry];
  return parseEventLogs({ abi, logs }).map(({ eventName }) => eventName as string);
}

/** What is signed for addServerFilesAndPermissions; a URL of 93 characters and a key of 514 as in the real flow. */
export function portabilityMessage(server: { address: Hex; publicKey: string }, label: string, urlLength = 93) {
  const url = (kind: string) => `https://files.test/${kind}/${label}?`.padEnd(urlLength, "x");
  return {
    nonce: 0n,
    granteeId: 1n,
    grant: url("grant"),
    fileUrls: [url("file")],
    schemaIds: [0n],
    serverAddress: server.address,
    serverUrl: "http://127.0.0.1:14803",
    serverPublicKey: server.publicKey,
    filePermissions: [[{ account: server.address, key: "ab".repeat(257) }]],
  };
}

export type PortabilityMessage = ReturnType<typeof portabilityMessage>;

export function signPortability(user: LocalAccount, message: PortabilityMessage): Promise<Hex> {
  const types = typedDataTypes.ServerFilesAndPermission;
  return user.signTypedData({
    domain: permissionsDomain(14800),
    types,
    primaryType: "ServerFilesAndPermission",
    message,
  });
}

let newcomers = 0;
/** A user and a personal server that nobody has met before, and what the user signs. */
export function newcomer() {
  const addressIndex = newcomers++;
  const user = mnemonicToAccount(SANDBOX_MNEMONIC, { accountIndex: 7, addressIndex });
  const server = mnemonicToAccount(SANDBOX_MNEMONIC, { accountIndex: 8, addressIndex });
  return { user, server, message: portabilityMessage(server, `user-${addressIndex}`) };
}

/** What PermissionAdded says. @throws when the receipt holds none */
export function permissionAdded({ logs }: TransactionReceipt) {
  const [event] = parseEventLogs({ abi: permissionsAbi, logs, eventName: "PermissionAdded" });
  if (!event) throw new Error("no PermissionAdded");
  return event.args;
}

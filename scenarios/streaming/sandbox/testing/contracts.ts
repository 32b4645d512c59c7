// For tests: the sandbox's contracts on a chain of their own, called as a user or the relayer would.
import {
  type Abi,
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  type Hex,
  http,
  type LocalAccount,
  parseEventLogs,
  type TransactionReceipt,
  toHex,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { permissionsAbi } from "../../abi/permissions.ts";
import { permissionsDomain, typedDataTypes } from "../../abi/typed-data.ts";
import { type Chain, SANDBOX_MNEMONIC, startChain } from "../../../../src/sandbox/chain.ts";
import { addresses, artifact, deployContracts } from "../../../../src/sandbox/contracts.ts";

/** All functions, events and errors of the four contracts and Multicall3, as solc wrote them. */
export const compiled = {
  permissions: artifact("DataPortabilityPermissions").abi,
  servers: artifact("DataPortabilityServers").abi,
  grantees: artifact("DataPortabilityGrantees").abi,
  registry: artifact("DataRegistry").abi,
  multicall: artifact("Multicall3").abi,
} satisfies Record<keyof typeof addresses, Abi>;

type ContractKey = keyof typeof addresses;

/** A revert, as data and in words. */
export interface Revert {
  readonly name: string | undefined;
  readonly args: readonly unknown[];
  readonly raw: Hex | undefined;
}

export interface ContractCalls<Key extends string> {
  read<T>(contract: Key, functionName: string, args?: readonly unknown[]): Promise<T>;
  /** Sends a transaction with a fixed gas limit and mines it. Reverted ones resolve too. */
  write(
    from: LocalAccount,
    contract: Key,
    functionName: string,
    args: readonly unknown[],
    value?: bigint,
  ): Promise<TransactionReceipt>;
  /** What the call would revert with. @throws when it would succeed */
  revertOf(
    from: LocalAccount,
    contract: Key,
    functionName: string,
    args: readonly unknown[],
    value?: bigint,
  ): Promise<Revert>;
  /** Gives the account ether. */
  fund(account: LocalAccount): Promise<void>;
}

export interface TestContracts extends ContractCalls<ContractKey> {
  readonly chain: Chain;
}

/** Starts anvil with the contracts in place. Blocks come only when asked for, so that tests do not wait for them. */
export async function startTestContracts(): Promise<TestContracts> {
  const chain = await startChain({ port: 0, blockTime: 3600 });
  await deployContracts(chain);
  const target = (key: ContractKey) => ({ address: addresses[key], abi: compiled[key] });
  const targets = {
    permissions: target("permissions"),
    servers: target("servers"),
    grantees: target("grantees"),
    registry: target("registry"),
    multicall: target("multicall"),
  };
  return { chain, ...callsOf(chain, targets) };
}

/** Calls contracts of a chain whose blocks come only when asked for. */
export function callsOf<Key extends string>(
  chain: Chain,
  targets: Readonly<Record<Key, { readonly address: Hex; readonly abi: Abi }>>,
): ContractCalls<Key> {
  const transport = http(chain.url);
  const client = createPublicClient({ transport });
  const wallet = createWalletClient({ transport });
  /** A revert of a contract behind the called one passes through unchanged, so any of their errors can come out. */
  const errors = Object.values<{ abi: Abi }>(targets)
    .flatMap(({ abi }) => abi)
    .filter((item) => item.type === "error");

  return {
    read: (contract, functionName, args = []) =>
      client.readContract({ ...targets[contract], functionName, args }) as Promise<never>,
    async write(account, contract, functionName, args, value = 0n) {
      const gas = 8_000_000n;
      const call = { ...targets[contract], account, functionName, args, gas, value, chain: null };
      const hash = await wallet.writeContract(call);
      await chain.rpc("anvil_mine", ["0x1"]);
      return client.getTransactionReceipt({ hash });
    },
    async revertOf(account, contract, functionName, args, value = 0n) {
      const { address, abi: whole } = targets[contract];
      try {
        const abi = [...whole.filter((item) => item.type === "function"), ...errors];
        await client.simulateContract({ address, abi, account, functionName, args, value });
      } catch (error) {
        const reverted = error instanceof BaseError && error.walk((e) => e instanceof ContractFunctionRevertedError);
        if (!(reverted instanceof ContractFunctionRevertedError)) throw error;
        return {
          name: reverted.data?.errorName ?? reverted.reason,
          args: reverted.data?.args ?? [],
          raw: reverted.raw,
        };
      }
      throw new Error(`${functionName} does not revert`);
    },
    async fund({ address }) {
      await chain.rpc("anvil_setBalance", [address, toHex(10n ** 20n)]);
    },
  };
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

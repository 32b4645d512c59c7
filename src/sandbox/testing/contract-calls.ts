// For tests: contracts of a chain whose blocks come only when asked for, called as a user or the relayer would.
import {
  type Abi,
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  type Hex,
  http,
  type LocalAccount,
  type TransactionReceipt,
  toHex,
} from "viem";
import type { Chain } from "../chain.ts";

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

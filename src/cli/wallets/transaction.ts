// Transactions of wallets: the same fields always sign to the same bytes, and so to the same hash.
import type { Hex } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import type { Fees } from "../../core/funding.ts";
import type { Address } from "./chain.ts";

export interface Transaction extends Fees {
  readonly to: Address;
  readonly nonce: number;
  readonly value: bigint;
  readonly gas: bigint;
  readonly data?: Hex;
}

/** The signed transaction: legacy when it has a gas price, else EIP-1559. */
export function sign(account: PrivateKeyAccount, chainId: number, transaction: Transaction): Promise<Hex> {
  const { to, nonce, value, gas, data, gasPrice, maxFeePerGas = 0n, maxPriorityFeePerGas = 0n } = transaction;
  const common = { chainId, to, nonce, value, gas, ...(data === undefined ? {} : { data }) };
  return gasPrice === undefined
    ? account.signTransaction({ ...common, type: "eip1559", maxFeePerGas, maxPriorityFeePerGas })
    : account.signTransaction({ ...common, type: "legacy", gasPrice });
}

// The core's way of paying many accounts from one, over this process's client.
import { setTimeout } from "k6/timers";
import { type Account, type Client, encodeFunctionData } from "k6/x/ethereum";
import { multicallAbi } from "../../core/abi/generated.ts";
import { batchCalls } from "../../core/funding.ts";
import { type Paid, type Payer, pay } from "../../core/wallets/pay.ts";

const deployed = new Map<string, boolean>();

/** Brings every account up to its target, paid by `account`; see the core's `pay`, which this calls. */
export function payFromAccount(
  client: Client,
  account: Account,
  targets: ReadonlyMap<`0x${string}`, bigint>,
  multicall: `0x${string}`,
): Promise<Paid> {
  return pay(payerOf(client, account), targets, multicall);
}

function payerOf(client: Client, account: Account): Payer {
  const { address } = account;
  return {
    address,
    transactionCount: (blockTag) => client.getTransactionCount({ address, blockTag }),
    balances: (addresses) => client.getBalances({ addresses: [...addresses] }),
    blockGas: async () => (await client.getBlock()).gasLimit,
    fees: () => client.estimateFeesPerGas(),
    // Asked once: code does not come and go during a run.
    async hasCode(contract) {
      let known = deployed.get(contract);
      if (known === undefined) {
        known = (await client.getCode({ address: contract })) !== "0x";
        deployed.set(contract, known);
      }
      return known;
    },
    batchCall: (batch) =>
      encodeFunctionData({ abi: multicallAbi, functionName: "aggregate3Value", args: [batchCalls(batch)] }),
    send: (payments, nonce, fees) =>
      client.sendTransactions(
        payments.map(({ to, value, gas, data }, i) => ({
          account,
          to,
          value,
          gas,
          ...(data === undefined ? {} : { data }),
          ...fees,
          nonce: nonce + i,
        })),
      ),
    receipt: (hash, timeout) => client.waitForTransactionReceipt({ hash, timeout }),
    wait: (ms) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  };
}

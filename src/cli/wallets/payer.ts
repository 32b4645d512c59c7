// The core's way of paying many accounts from one, over the command's client.
import { setTimeout as sleep } from "node:timers/promises";
import { encodeFunctionData, type Hex, keccak256 } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import { multicallAbi } from "../../core/abi/generated.ts";
import { batchCalls, type Fees } from "../../core/funding.ts";
import type { Payer, Payment, PaymentError, SentPayment } from "../../core/wallets/pay.ts";
import { balancesOf, type ConnectedChain, hasCode, headOf, marketOf, noncesOf, RefusedError, submit } from "./chain.ts";
import { type Mined, Receipts, receiptOf } from "./receipts.ts";
import { sign } from "./transaction.ts";

/** Milliseconds after which it is asked whether another transaction took the nonce. */
const LOOK = 2_000;
/** Milliseconds that a payment may take to get into a block. */
const RECEIPT_TIMEOUT = 120_000;

function paymentError(kind: string, message: string): PaymentError {
  return Object.assign(new Error(message), { kind });
}

/**
 * The account that pays.
 * @param onMined told after each transaction
 */
export async function payerOf(chain: ConnectedChain, account: PrivateKeyAccount, onMined: () => void): Promise<Payer> {
  const { address } = account;
  const receipts = new Receipts(chain, (await headOf(chain)).number);
  const sent = new Map<Hex, { nonce: number; mined: Promise<Mined | undefined> }>();

  async function sendOne({ to, value, gas, data }: Payment, nonce: number, fees: Fees): Promise<SentPayment> {
    const calldata = data === undefined ? {} : { data };
    const transaction = await sign(account, chain.id, { to, value, gas, nonce, ...calldata, ...fees });
    const hash = keccak256(transaction);
    sent.set(hash, { nonce, mined: receipts.wait(hash, RECEIPT_TIMEOUT) });
    try {
      await submit(chain, transaction);
      return { hash };
    } catch (error) {
      receipts.forget(hash);
      if (!(error instanceof RefusedError)) throw error;
      return { error: paymentError(error.kind, error.message) };
    }
  }

  return {
    address,
    transactionCount: async (tag) => (await noncesOf(chain, [address], tag))[0] ?? 0,
    balances: (addresses) => balancesOf(chain, addresses),
    blockGas: async () => (await headOf(chain)).gasLimit,
    async fees() {
      const { baseFee, suggested } = await marketOf(chain, await headOf(chain));
      return baseFee === undefined
        ? { gasPrice: suggested }
        : { maxFeePerGas: 2n * baseFee + suggested, maxPriorityFeePerGas: suggested };
    },
    hasCode: (contract) => hasCode(chain, contract),
    batchCall: (batch) =>
      encodeFunctionData({ abi: multicallAbi, functionName: "aggregate3Value", args: [batchCalls(batch)] }),
    send: (payments, nonce, fees) => Promise.all(payments.map((one, i) => sendOne(one, nonce + i, fees))),
    async receipt(hash) {
      const { nonce = 0, mined } = sent.get(hash) ?? {};
      for (;;) {
        const found = await Promise.race([mined, sleep(LOOK, "look" as const, { ref: false })]);
        if (found !== undefined && found !== "look") {
          onMined();
          return { status: found.status, blockNumber: found.block };
        }
        const [used = 0] = await noncesOf(chain, [address], "latest");
        const direct = used > nonce ? await receiptOf(chain, hash) : undefined;
        if (direct !== undefined) return { status: direct.status, blockNumber: direct.block };
        if (used > nonce) throw paymentError("nonce", `another transaction took nonce ${nonce} of ${address}`);
        if (found === undefined)
          throw paymentError("timeout", `${hash} is in no block yet: run again, which pays only what is missing then`);
      }
    },
    wait: (ms) => sleep(ms),
  };
}

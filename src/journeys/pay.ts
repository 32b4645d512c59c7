// Paying many accounts from one, so that doing it twice pays once.

import { setTimeout } from "k6/timers";
import {
  type Account,
  type Client,
  type EthereumError,
  encodeFunctionData,
  type TransactionRequest,
} from "k6/x/ethereum";
import { multicallItems } from "../core/abi/multicall.ts";
import { formatEther } from "../core/ether.ts";
import { type Batch, batches, costOf, shortfalls } from "../core/funding.ts";
import { plural } from "../core/words.ts";
import { abiText } from "../k6/abi.ts";
import { highestPrice } from "../k6/chain.ts";

const multicallAbi = abiText(multicallItems);

export interface Paid {
  readonly wallets: number;
  readonly transactions: number;
  readonly blocks: number;
  readonly value: bigint;
}

const NOTHING: Paid = { wallets: 0, transactions: 0, blocks: 0, value: 0n };
/** Rounds after which something else is wrong than another instance having been first. */
const ROUNDS = 20;
/** Milliseconds between looks at a funder that another instance is using. */
const BUSY_INTERVAL = 250;
const RECEIPT_TIMEOUT = 60_000;

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Brings every account up to its target and resolves when the chain has confirmed it.
 *
 * The payer's nonce is the lock. Wait until nothing of the payer's is pending, read its nonce, then the balances, and send with explicit nonces that are never
 * changed. Two instances that do this at once read the same nonce and balances and so make the same payments with the same nonces: the chain takes each nonce
 * once. Whoever finds its nonces taken reads again, and then pays only what is still missing.
 *
 * @param targets address -> wei it should have
 * @param multicall where Multicall3 is expected; plain transfers are sent where there is none
 * @throws an Error of kind "funds" that says how much is missing, before anything is spent
 */
export async function pay(
  client: Client,
  payer: Account,
  targets: ReadonlyMap<`0x${string}`, bigint>,
  multicall: `0x${string}`,
): Promise<Paid> {
  const addresses = [...targets.keys()];
  let total = NOTHING;
  for (let round = 0; round < ROUNDS; round++) {
    const nonce = await quietNonce(client, payer);
    const [balances, block, fees] = await Promise.all([
      client.getBalances({ addresses }),
      client.getBlock(),
      client.estimateFeesPerGas(),
    ]);
    const missing = shortfalls(
      addresses.map((address, i) => ({ address, balance: balances[i] ?? 0n, target: targets.get(address) ?? 0n })),
    );
    if (missing.length === 0) return total;
    const packed = batches(missing, block.gasLimit);
    await requireFunds(client, payer, costOf(packed, highestPrice(fees)));
    const paid = await sendAll(
      client,
      payer,
      packed,
      nonce,
      fees,
      (await hasCode(client, multicall)) ? multicall : null,
    );
    total = {
      wallets: total.wallets + paid.wallets,
      transactions: total.transactions + paid.transactions,
      blocks: total.blocks + paid.blocks,
      value: total.value + paid.value,
    };
    // Not returned at once: the next round finds nothing missing, or what another instance's payments left.
  }
  throw new Error(
    `after ${ROUNDS} rounds some of ${plural(targets.size, "account")} still lack funds: does something else spend from them?`,
  );
}

/** The payer's nonce once none of its transactions is pending. */
async function quietNonce(client: Client, payer: Account): Promise<number> {
  for (let look = 0; look < (RECEIPT_TIMEOUT * 2) / BUSY_INTERVAL; look++) {
    const [latest, pending] = await Promise.all([
      client.getTransactionCount({ address: payer.address, blockTag: "latest" }),
      client.getTransactionCount({ address: payer.address, blockTag: "pending" }),
    ]);
    if (latest === pending) return latest;
    await wait(BUSY_INTERVAL);
  }
  throw new Error(
    `transactions of ${payer.address} have been pending for ${(RECEIPT_TIMEOUT * 2) / 1_000} s: it cannot be used to fund wallets until they are mined or replaced`,
  );
}

async function requireFunds(client: Client, payer: Account, needed: bigint): Promise<void> {
  const balance = await client.getBalance({ address: payer.address });
  if (balance >= needed) return;
  const error = new Error(
    `${payer.address} has ${formatEther(balance)} ETH and needs ${formatEther(needed)} ETH to fund the wallets: ${formatEther(needed - balance)} ETH are missing`,
  ) as Error & { kind?: string };
  error.kind = "funds";
  throw error;
}

const deployed = new Map<string, boolean>();

/** Whether a contract lives at `address`; asked once, since code does not come and go during a run. */
async function hasCode(client: Client, address: `0x${string}`): Promise<boolean> {
  let known = deployed.get(address);
  if (known === undefined) {
    known = (await client.getCode({ address })) !== "0x";
    deployed.set(address, known);
  }
  return known;
}

type FeeFields = Pick<TransactionRequest, "gasPrice" | "maxFeePerGas" | "maxPriorityFeePerGas">;

async function sendAll(
  client: Client,
  payer: Account,
  packed: readonly Batch<`0x${string}`>[],
  nonce: number,
  fees: FeeFields,
  multicall: `0x${string}` | null,
): Promise<Paid> {
  const requests =
    multicall === null
      ? packed
          .flatMap((batch) => batch.transfers)
          .map((transfer) => ({ account: payer, to: transfer.to, value: transfer.value, gas: 21_000n, ...fees }))
      : packed.map((batch) => ({
          account: payer,
          to: multicall,
          value: batch.value,
          gas: batch.gas,
          data: callFor(batch),
          ...fees,
        }));
  const walletsOf = (i: number) => (multicall === null ? 1 : (packed[i]?.transfers.length ?? 0));
  const results = await client.sendTransactions(requests.map((request, i) => ({ ...request, nonce: nonce + i })));
  const blocks = new Set<bigint>();
  const paid = { wallets: 0, transactions: 0, value: 0n };
  let failure: EthereumError | undefined;
  for (const [i, result] of results.entries()) {
    if (result.hash === undefined) {
      // Taken by another instance: the next round reads what it paid.
      if (result.error.kind !== "nonce") failure ??= result.error;
      continue;
    }
    try {
      const receipt = await client.waitForTransactionReceipt({ hash: result.hash, timeout: RECEIPT_TIMEOUT });
      if (receipt.status !== "success")
        throw new Error("a funding transaction reverted: does Multicall3 live at MULTICALL_ADDRESS?");
      blocks.add(receipt.blockNumber);
      paid.wallets += walletsOf(i);
      paid.transactions += 1;
      paid.value += requests[i]?.value ?? 0n;
    } catch (thrown) {
      if ((thrown as EthereumError).kind !== "nonce") throw thrown;
    }
  }
  if (failure !== undefined) throw failure;
  return { ...paid, blocks: blocks.size };
}

/** aggregate3Value that fails as a whole when one transfer fails: a wallet that cannot be paid is a wrong address, and must not go unnoticed. */
function callFor(batch: Batch<`0x${string}`>) {
  const calls = batch.transfers.map(({ to, value }) => ({ target: to, allowFailure: false, value, callData: "0x" }));
  return encodeFunctionData({ abi: multicallAbi, functionName: "aggregate3Value", args: [calls] });
}

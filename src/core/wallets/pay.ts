// Paying many accounts from one, so that doing it twice pays once. setup(), the funding workers and `onrush prepare` pay with this code, each over its own client.
import { formatEther } from "../ether.ts";
import { plural } from "../format.ts";
import { type Batch, batches, costOf, type Fees, highestPrice, shortfalls } from "../funding.ts";

type Address = `0x${string}`;

/** A transaction of the payer's, without its nonce. */
export interface Payment {
  readonly to: Address;
  readonly value: bigint;
  readonly gas: bigint;
  /** Calldata, when it is a batch. */
  readonly data?: `0x${string}`;
  /** Accounts it pays. */
  readonly wallets: number;
}

/** An error with the kind that decides what is done about it: "nonce" (somebody else used it) or "funds". */
export interface PaymentError extends Error {
  kind?: string;
}

/** What became of one payment that was sent. */
export type SentPayment =
  | { readonly hash: `0x${string}` }
  | { readonly hash?: undefined; readonly error: PaymentError };

/** The account that pays, as far as `pay` needs a client. */
export interface Payer {
  readonly address: Address;
  transactionCount(blockTag: "latest" | "pending"): Promise<number>;
  balances(addresses: readonly Address[]): Promise<readonly bigint[]>;
  /** Gas that a block holds. */
  blockGas(): Promise<bigint>;
  fees(): Promise<Fees>;
  hasCode(address: Address): Promise<boolean>;
  /** Calldata of aggregate3Value for these transfers. */
  batchCall(batch: Batch<Address>): `0x${string}`;
  /** Sends all of them, with consecutive nonces from `nonce` that are never changed. */
  send(payments: readonly Payment[], nonce: number, fees: Fees): Promise<readonly SentPayment[]>;
  /** Resolves once it is mined. @throws PaymentError of kind "nonce" when another transaction took its nonce */
  receipt(hash: `0x${string}`, timeout: number): Promise<{ readonly status: string; readonly blockNumber: bigint }>;
  wait(ms: number): Promise<void>;
}

/** What is going to be paid, as the chain stands now. */
export interface PaymentPlan {
  /** Accounts below their target. */
  readonly wallets: number;
  readonly payments: readonly Payment[];
  /** Sum of the transfers, wei. */
  readonly value: bigint;
  /** Most that the payer spends, fees included, wei. */
  readonly cost: bigint;
  readonly nonce: number;
  readonly fees: Fees;
}

export interface Paid {
  readonly wallets: number;
  readonly transactions: number;
  readonly blocks: number;
  readonly value: bigint;
}

const NOTHING: Paid = { wallets: 0, transactions: 0, blocks: 0, value: 0n };
/** Rounds after which something else is wrong than another instance having been first. */
const ROUNDS = 20;
/** Milliseconds between looks at a payer that another instance is using. */
const BUSY_INTERVAL = 250;
const RECEIPT_TIMEOUT = 60_000;
/** Plain transfers handed over at once. */
const WINDOW = 100;

/**
 * Brings every account up to its target and resolves when the chain has confirmed it.
 *
 * The payer's nonce is the lock. Wait until nothing of the payer's is pending, read its nonce, then the balances, and send with explicit nonces that are never
 * changed. Two instances that do this at once read the same nonce and balances and so make the same payments with the same nonces: the chain takes each nonce
 * once. Whoever finds a nonce taken stops, reads again, and then pays only what is still missing.
 *
 * @param targets address -> wei it should have
 * @param multicall where Multicall3 is expected; plain transfers are sent where there is none
 * @throws an Error of kind "funds" that says how much is missing, before anything is spent
 */
export async function pay(payer: Payer, targets: ReadonlyMap<Address, bigint>, multicall: Address): Promise<Paid> {
  let total = NOTHING;
  for (let round = 0; round < ROUNDS; round++) {
    const plan = await planPayments(payer, targets, multicall);
    if (plan.payments.length === 0) return total;
    await requireFunds(payer, plan.cost);
    const paid = await sendAll(payer, plan);
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

/** Reads what is missing, in the order that makes the nonce a lock, and packs it. */
export async function planPayments(
  payer: Payer,
  targets: ReadonlyMap<Address, bigint>,
  multicall: Address,
): Promise<PaymentPlan> {
  const addresses = [...targets.keys()];
  const nonce = await quietNonce(payer);
  const [balances, blockGas, fees] = await Promise.all([payer.balances(addresses), payer.blockGas(), payer.fees()]);
  const missing = shortfalls(
    addresses.map((address, i) => ({ address, balance: balances[i] ?? 0n, target: targets.get(address) ?? 0n })),
  );
  if (missing.length === 0) return { wallets: 0, payments: [], value: 0n, cost: 0n, nonce, fees };
  const packed = batches(missing, blockGas);
  return {
    wallets: missing.length,
    payments: paymentsOf(payer, packed, (await payer.hasCode(multicall)) ? multicall : null),
    value: missing.reduce((sum, { value }) => sum + value, 0n),
    cost: costOf(packed, highestPrice(fees)),
    nonce,
    fees,
  };
}

/** @throws PaymentError of kind "funds" that says what is missing */
export async function requireFunds(payer: Payer, needed: bigint): Promise<void> {
  const [balance = 0n] = await payer.balances([payer.address]);
  if (balance >= needed) return;
  const error: PaymentError = new Error(
    `${payer.address} has ${formatEther(balance)} ETH and needs ${formatEther(needed)} ETH to fund the wallets: ${formatEther(needed - balance)} ETH are missing`,
  );
  error.kind = "funds";
  throw error;
}

function paymentsOf(payer: Payer, packed: readonly Batch<Address>[], multicall: Address | null): Payment[] {
  return multicall === null
    ? packed
        .flatMap((batch) => batch.transfers)
        .map((transfer) => ({ to: transfer.to, value: transfer.value, gas: 21_000n, wallets: 1 }))
    : packed.map((batch) => ({
        to: multicall,
        value: batch.value,
        gas: batch.gas,
        data: payer.batchCall(batch),
        wallets: batch.transfers.length,
      }));
}

/** The payer's nonce once none of its transactions is pending. */
async function quietNonce(payer: Payer): Promise<number> {
  for (let look = 0; look < (RECEIPT_TIMEOUT * 2) / BUSY_INTERVAL; look++) {
    const [latest, pending] = await Promise.all([payer.transactionCount("latest"), payer.transactionCount("pending")]);
    if (latest === pending) return latest;
    await payer.wait(BUSY_INTERVAL);
  }
  throw new Error(
    `transactions of ${payer.address} have been pending for ${(RECEIPT_TIMEOUT * 2) / 1_000} s: it cannot be used to fund wallets until they are mined or replaced`,
  );
}

/**
 * Sends a plan's payments and waits for them. One that is not taken ends it: whoever has its nonce may have paid what comes next, so the next round reads again.
 * Batches go one after the other for that reason. Plain transfers, of which there are many, go WINDOW at once: instances with other accounts that have some in
 * common may then pay those twice, on a chain without Multicall3.
 */
async function sendAll(payer: Payer, { payments, nonce, fees }: PaymentPlan): Promise<Paid> {
  const taken: (readonly [Payment, `0x${string}`])[] = [];
  let failure: PaymentError | undefined;
  const step = payments[0]?.data === undefined ? WINDOW : 1;
  for (let start = 0; start < payments.length && taken.length === start; start += step) {
    const part = payments.slice(start, start + step);
    for (const [i, result] of (await payer.send(part, nonce + start, fees)).entries()) {
      if (result.hash !== undefined) taken.push([part[i] as Payment, result.hash]);
      else if (result.error.kind !== "nonce") failure ??= result.error;
    }
  }
  const blocks = new Set<bigint>();
  const paid = { wallets: 0, transactions: 0, value: 0n };
  for (const [{ wallets, value }, hash] of taken) {
    try {
      const receipt = await payer.receipt(hash, RECEIPT_TIMEOUT);
      if (receipt.status !== "success")
        throw new Error("a funding transaction reverted: does Multicall3 live at MULTICALL_ADDRESS?");
      blocks.add(receipt.blockNumber);
      paid.wallets += wallets;
      paid.transactions += 1;
      paid.value += value;
    } catch (thrown) {
      if ((thrown as PaymentError).kind !== "nonce") throw thrown;
    }
  }
  if (failure !== undefined) throw failure;
  return { ...paid, blocks: blocks.size };
}

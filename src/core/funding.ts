// How wallets are paid, as pure arithmetic: setup(), the funding workers and the CLI's `prepare` all plan with it.

/** What Multicall3's aggregate3Value spends on one transfer to an account that does not exist yet, with a margin; measured on the sandbox (contracts tests). */
export const GAS_PER_TRANSFER = 40_000n;
/** The transaction's own cost beside its transfers. */
export const GAS_PER_BATCH = 60_000n;
/** EIP-7825: no transaction may ask for more. */
export const TRANSACTION_GAS_CAP = 16_777_216n;

export interface Payee<A extends string = string> {
  readonly address: A;
  /** Wei it has. */
  readonly balance: bigint;
  /** Wei it should have. */
  readonly target: bigint;
}

export interface Transfer<A extends string = string> {
  readonly to: A;
  readonly value: bigint;
}

/** One transaction's worth of transfers. */
export interface Batch<A extends string = string> {
  readonly transfers: readonly Transfer<A>[];
  readonly value: bigint;
  readonly gas: bigint;
}

/** The transfers that bring every payee up to its target; who has enough is left out. */
export function shortfalls<A extends string>(payees: readonly Payee<A>[]): Transfer<A>[] {
  return payees.flatMap(({ address, balance, target }) =>
    balance < target ? [{ to: address, value: target - balance }] : [],
  );
}

/**
 * The gas one funding transaction may ask for so that as few blocks as possible hold all of them: as many equal parts of a block as the per-transaction
 * cap makes necessary. (Two transactions of the full cap do not fit into a block of 30 M gas; two of 15 M do.)
 */
export function batchGasLimit(blockGas: bigint): bigint {
  const parts = (blockGas + TRANSACTION_GAS_CAP - 1n) / TRANSACTION_GAS_CAP;
  return blockGas / (parts < 1n ? 1n : parts);
}

/**
 * Packs transfers into as few transactions as the block's gas, the per-transaction cap and `largest` allow.
 * @param largest most transfers in one transaction
 */
export function batches<A extends string>(
  transfers: readonly Transfer<A>[],
  blockGas: bigint,
  largest = Number.MAX_SAFE_INTEGER,
): Batch<A>[] {
  const fit = Number((batchGasLimit(blockGas) - GAS_PER_BATCH) / GAS_PER_TRANSFER);
  const size = Math.min(fit, largest);
  if (size < 1) throw new Error(`a block of ${blockGas} gas cannot hold one funding transaction`);
  const packed: Batch<A>[] = [];
  for (let start = 0; start < transfers.length; start += size) {
    const part = transfers.slice(start, start + size);
    packed.push({
      transfers: part,
      value: part.reduce((sum, transfer) => sum + transfer.value, 0n),
      gas: GAS_PER_BATCH + GAS_PER_TRANSFER * BigInt(part.length),
    });
  }
  return packed;
}

/** A batch as the argument of aggregate3Value, which fails as a whole when one transfer fails: a wallet that cannot be paid is a wrong address, and must not go unnoticed. */
export function batchCalls(batch: Batch<`0x${string}`>) {
  return batch.transfers.map(({ to, value }) => ({ target: to, allowFailure: false, value, callData: "0x" as const }));
}

/** What a unit of gas is offered, wei: by EIP-1559, or as a gas price where the chain has no base fee. */
export interface Fees {
  readonly gasPrice?: bigint;
  readonly maxFeePerGas?: bigint;
  readonly maxPriorityFeePerGas?: bigint;
}

/** The most that a unit of gas may cost under `fees`, in wei: what an account must be able to pay. */
export function highestPrice(fees: Fees): bigint {
  return fees.maxFeePerGas ?? fees.gasPrice ?? 0n;
}

/** Wei that paying `packed` takes from the funder at most. */
export function costOf(packed: readonly Batch[], maxFeePerGas: bigint): bigint {
  return packed.reduce((sum, batch) => sum + batch.value + batch.gas * maxFeePerGas, 0n);
}

/**
 * Wallets that each funding worker can be asked to pay, of those that setup() does not pay itself. Half as many again as its even share, because workers take
 * the demand as it comes.
 */
export function workerShare(wallets: number, workers: number): number {
  return wallets <= 0 || workers <= 0 ? 0 : Math.ceil((wallets / workers) * 1.5);
}

/** What a worker's account needs to pay `share` wallets, each in a transaction of its own at worst. */
export function workerBudget(share: number, amount: bigint, maxFeePerGas: bigint): bigint {
  return BigInt(share) * (amount + (GAS_PER_TRANSFER + GAS_PER_BATCH) * maxFeePerGas);
}

/** The part of a list of wallet numbers 0..count-1 that instance r of N works with: r, r + N, ... */
export function sharedIndices(count: number, instance: number, instances: number): number[] {
  const indices: number[] = [];
  for (let k = instance; k < count; k += instances) indices.push(k);
  return indices;
}

/** What a wallet can send away: its balance without the fee of one plain transfer, or 0n when that is not worth it. */
export function sweepable(balance: bigint, maxFeePerGas: bigint, gas = 21_000n): bigint {
  const value = balance - gas * maxFeePerGas;
  return value > 0n ? value : 0n;
}

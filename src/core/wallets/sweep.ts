// What one wallet can send away, and what it must keep back for that.
import { type Fees, highestPrice, sweepable } from "../funding.ts";

/** What the chain asks for a unit of gas now, wei. */
export interface GasMarket {
  /** Base fee of the latest block; absent on a chain without EIP-1559. */
  readonly baseFee?: bigint;
  /** The node's suggestion: the tip where there is a base fee, else the whole gas price. */
  readonly suggested: bigint;
}

/** What moving one wallet's balance costs at most. */
export interface MoveCost {
  readonly gas: bigint;
  readonly fees: Fees;
  /** Wei that stay behind for it. */
  readonly reserve: bigint;
}

/** A node takes a second transaction of the same nonce only for a tenth more; an eighth is on the safe side of its rounding. */
const REPLACEMENT_PERCENT = 113n;

/** `amount` and `percent` of it, rounded up: what is kept back must never be a wei too little. */
export function withBuffer(amount: bigint, percent: number): bigint {
  // Percent may have a fraction; hundredths of it are whole.
  const hundredths = 10_000n + BigInt(Math.round(percent * 100));
  return (amount * hundredths + 9_999n) / 10_000n;
}

/**
 * What moving a wallet costs when the buffer may be used up. With EIP-1559 the buffer is room for the base fee to rise, and what is not used stays in the
 * wallet; without, the price is what is paid, and the buffer stays as it is.
 * @param gas gas of the transfer
 * @param dataFee wei that an OP-stack chain takes for publishing the transaction; 0n elsewhere
 * @param buffer percent of the whole cost
 */
export function moveCost(market: GasMarket, gas: bigint, dataFee: bigint, buffer: number): MoveCost {
  const kept = withBuffer(dataFee, buffer);
  if (market.baseFee === undefined) {
    return { gas, fees: { gasPrice: market.suggested }, reserve: withBuffer(gas * market.suggested, buffer) + kept };
  }
  const maxFeePerGas = withBuffer(market.baseFee + market.suggested, buffer);
  return { gas, fees: { maxFeePerGas, maxPriorityFeePerGas: market.suggested }, reserve: gas * maxFeePerGas + kept };
}

/** Whether a transaction with these fees still finds its way into a block. */
export function isCurrent(fees: Fees, market: GasMarket): boolean {
  return highestPrice(fees) >= (market.baseFee ?? 0n) + market.suggested;
}

/** The cost of a transaction that takes the place of one with the fees `before`: at least as much more as nodes ask for a replacement. */
export function replacementCost(cost: MoveCost, before: Fees): MoveCost {
  const raised = (now: bigint | undefined, then: bigint | undefined) => {
    const least = ((then ?? 0n) * REPLACEMENT_PERCENT + 99n) / 100n;
    return (now ?? 0n) > least ? (now ?? 0n) : least;
  };
  const fees: Fees =
    cost.fees.gasPrice === undefined
      ? {
          maxFeePerGas: raised(cost.fees.maxFeePerGas, highestPrice(before)),
          maxPriorityFeePerGas: raised(
            cost.fees.maxPriorityFeePerGas,
            before.maxPriorityFeePerGas ?? highestPrice(before),
          ),
        }
      : { gasPrice: raised(cost.fees.gasPrice, highestPrice(before)) };
  return { gas: cost.gas, fees, reserve: cost.reserve + cost.gas * (highestPrice(fees) - highestPrice(cost.fees)) };
}

/** Wei that a wallet can send away, or 0n when its balance does not even pay for the transfer. */
export function movable(balance: bigint, { reserve }: MoveCost): bigint {
  return sweepable(balance, 1n, reserve);
}

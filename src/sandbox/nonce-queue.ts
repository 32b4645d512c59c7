// Transactions of one account, many at a time: nonces are given out locally and without gaps, submissions do not wait for one another or for receipts, and
// what goes wrong on the way (a paused chain, a lost answer, a nonce somebody else took, a rejected transaction) heals without losing a nonce.
import { setTimeout as sleep } from "node:timers/promises";
import { type Hex, keccak256 } from "viem";
import type { LocalAccount } from "viem/accounts";
import { RpcError } from "./rpc.ts";

export interface QueuedCall {
  readonly to: Hex;
  readonly data: Hex;
}

export interface NonceQueueOptions {
  account: LocalAccount;
  chainId: number;
  rpc: <T>(method: string, params?: readonly unknown[]) => Promise<T>;
  count(name: string): void;
  error(where: string, error: unknown): void;
}

export interface NonceQueue {
  /**
   * Resolves with the transaction's hash once the node has it.
   * @throws RpcError when the node refuses the transaction itself; Error after close()
   */
  submit(call: QueuedCall): Promise<Hex>;
  close(): void;
}

/** Far above any base fee of the sandbox, so that a transaction never waits for it to fall. Only base fee and tip are paid. */
const MAX_FEE = 100_000_000_000n;
const TIP = 1_000_000_000n;

/** Most gas a transaction may ask for since Osaka (EIP-7825). */
const MOST_GAS = 2n ** 24n;

/**
 * Gas limit from the size of the calldata. These calls mostly store their strings, about 735 gas a byte; a limit that follows from it saves an
 * eth_estimateGas on each.
 */
export function gasFor(data: Hex): bigint {
  const gas = 600_000n + 900n * BigInt((data.length - 2) / 2);
  return gas < MOST_GAS ? gas : MOST_GAS;
}

const says = (error: unknown, pattern: RegExp) => error instanceof RpcError && pattern.test(error.message);
const isKnown = (error: unknown) => says(error, /already (known|imported)/i);
const isNonceTaken = (error: unknown) => says(error, /nonce too low|replacement transaction underpriced/i);

export function createNonceQueue({ account, chainId, rpc, count, error: log }: NonceQueueOptions): NonceQueue {
  let next: number | undefined;
  let syncing: Promise<void> | undefined;
  let closed = false;

  /** Reads the nonce from the chain, once for all who wait for it. Never goes back: a nonce in flight is not on chain yet. */
  const sync = () => {
    syncing ??= (async () => {
      const nonce = Number(await patiently(() => rpc<Hex>("eth_getTransactionCount", [account.address, "pending"])));
      next = Math.max(next ?? 0, nonce);
      syncing = undefined;
    })();
    return syncing;
  };

  /** Repeats what fails because the node cannot be reached, until it can. */
  async function patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let pause = 100; ; pause = Math.min(2_000, pause * 2)) {
      if (closed) throw new Error("the relayer has been closed");
      try {
        return await work();
      } catch (error) {
        if (error instanceof RpcError) throw error;
        count("chain_retries");
        await sleep(pause);
      }
    }
  }

  const sign = (call: QueuedCall & { value?: bigint }, nonce: number, gas = gasFor(call.data)) =>
    account.signTransaction({
      ...call,
      type: "eip1559",
      chainId,
      nonce,
      gas,
      maxFeePerGas: MAX_FEE,
      maxPriorityFeePerGas: TIP,
    });

  /** Submits with this nonce; the same bytes each time, so that a repetition after a lost answer cannot become a second transaction. */
  async function send(raw: Hex): Promise<Hex> {
    const hash = keccak256(raw);
    let attempts = 0;
    try {
      return await patiently(() => {
        attempts++;
        return rpc<Hex>("eth_sendRawTransaction", [raw]);
      });
    } catch (error) {
      if (isKnown(error)) return hash;
      // The first answer was lost and by now the transaction is in a block: its own nonce is too low for it.
      if (
        attempts > 1 &&
        isNonceTaken(error) &&
        (await patiently(() => rpc("eth_getTransactionByHash", [hash]))) !== null
      )
        return hash;
      throw error;
    }
  }

  /** A refused transaction leaves its nonce free; if later ones are out already they would wait for it for ever. */
  async function fillGap(nonce: number): Promise<void> {
    if (next === nonce + 1) {
      next = nonce;
      return;
    }
    count("nonces_filled");
    try {
      await send(await sign({ to: account.address, data: "0x" }, nonce, 21_000n));
    } catch (error) {
      if (!isNonceTaken(error)) log(`filling nonce ${nonce}`, error);
    }
  }

  return {
    async submit(call) {
      if (next === undefined) await sync();
      for (;;) {
        const nonce = next as number; // from here to the signature nothing may wait, or two calls would take one nonce
        next = nonce + 1;
        try {
          const hash = await send(await sign(call, nonce));
          count("transactions_submitted");
          return hash;
        } catch (error) {
          if (isNonceTaken(error)) {
            count("nonces_taken_by_others");
            await sync();
            continue;
          }
          if (error instanceof RpcError) await fillGap(nonce);
          throw error;
        }
      }
    },
    close() {
      closed = true;
    },
  };
}

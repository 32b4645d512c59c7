// Transactions of one account, many at a time: nonces are given out locally and without gaps, submissions do not wait for one another or for receipts, and
// what goes wrong on the way (a paused chain, a lost answer, a nonce somebody else took, a rejected transaction) heals without losing a nonce.
import { setTimeout as sleep } from "node:timers/promises";
import { type Hex, keccak256 } from "viem";
import type { LocalAccount } from "viem/accounts";
import { RpcError, transactionRefusalOf } from "./rpc.ts";

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
   * @throws RpcError when the node refuses the transaction itself; TooLargeError; Error after close()
   */
  submit(call: QueuedCall): Promise<Hex>;
  close(): void;
}

/** Far above any base fee of the sandbox, so that a transaction never waits for it to fall. Only base fee and tip are paid. */
const MAX_FEE = 100_000_000_000n;
const TIP = 1_000_000_000n;

/** Most gas a transaction may ask for since Osaka (EIP-7825). */
const MOST_GAS = 2n ** 24n;

/** Milliseconds a nonce stays free for the next transaction before it is spent on nothing. */
const HEAL_AFTER = 250;

/** The call asks for more than one transaction can hold. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
}

/**
 * Gas limit from the size of the calldata. These calls mostly store their strings, about 735 gas a byte; a limit that follows from it saves an
 * eth_estimateGas on each.
 * @throws TooLargeError when no transaction may ask for that much: the node would take it and never mine it, nor any nonce after it
 */
export function gasFor(data: Hex): bigint {
  const bytes = (data.length - 2) / 2;
  const gas = 600_000n + 900n * BigInt(bytes);
  if (gas > MOST_GAS) throw new TooLargeError(`${bytes} bytes of calldata are too much for one transaction`);
  return gas;
}

export function createNonceQueue({ account, chainId, rpc, count, error: log }: NonceQueueOptions): NonceQueue {
  let next: number | undefined;
  let syncing: Promise<void> | undefined;
  let healing: NodeJS.Timeout | undefined;
  let closed = false;
  /** Nonces below `next` that no transaction has, ascending. */
  const free: number[] = [];

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
        count("chain.retries");
        await sleep(pause);
      }
    }
  }

  const sign = (call: QueuedCall, nonce: number, gas: bigint) =>
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
      if (transactionRefusalOf(error) === "known") return hash;
      // The first answer was lost and by now the transaction is in a block: its own nonce is too low for it.
      if (
        attempts > 1 &&
        transactionRefusalOf(error) === "nonce" &&
        (await patiently(() => rpc("eth_getTransactionByHash", [hash]))) !== null
      )
        return hash;
      throw error;
    }
  }

  const take = (): number => {
    const nonce = free.shift();
    if (nonce !== undefined) return nonce;
    const newest = next as number;
    next = newest + 1;
    return newest;
  };

  /** A refused transaction leaves its nonce for the next one; if later nonces are out already, they wait for it and it cannot wait long. */
  function giveBack(nonce: number): void {
    free.push(nonce);
    free.sort((a, b) => a - b);
    while (next !== undefined && free.at(-1) === next - 1) {
      free.pop();
      next--;
    }
    if (free.length > 0) healing ??= setTimeout(fillGaps, HEAL_AFTER);
  }

  /** Sends nothing to itself with the nonces that nobody took. */
  async function fillGaps(): Promise<void> {
    healing = undefined;
    for (const nonce of free.splice(0)) {
      count("nonces.filled");
      try {
        await send(await sign({ to: account.address, data: "0x" }, nonce, 21_000n));
      } catch (error) {
        if (closed || transactionRefusalOf(error) === "nonce") continue;
        log(`filling nonce ${nonce}`, error);
        giveBack(nonce);
      }
    }
  }

  return {
    async submit(call) {
      const gas = gasFor(call.data);
      if (next === undefined) await sync();
      for (;;) {
        const nonce = take();
        try {
          const hash = await send(await sign(call, nonce, gas));
          count("transactions.submitted");
          return hash;
        } catch (error) {
          if (transactionRefusalOf(error) === "nonce") {
            count("nonces.taken");
            await sync();
            continue;
          }
          if (error instanceof RpcError) giveBack(nonce);
          throw error;
        }
      }
    },
    close() {
      closed = true;
      clearTimeout(healing);
    },
  };
}

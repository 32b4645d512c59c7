// Waits for many transactions at once: follows the chain block by block, by their hashes alone, and asks only for the receipts of transactions that are its own.
import { setTimeout as sleep } from "node:timers/promises";
import { type Hex, numberToHex } from "viem";
import { type ConnectedChain, headOf } from "./chain.ts";

/** A mined transaction. */
export interface Mined {
  readonly hash: Hex;
  readonly status: "success" | "reverted";
  readonly block: bigint;
  readonly gasUsed: bigint;
  /** Wei for a unit of gas; absent where old nodes do not say. */
  readonly price: bigint | undefined;
  /** Wei for publishing it, on OP-stack chains. */
  readonly dataFee: bigint;
}

interface RawReceipt {
  readonly status: Hex;
  readonly blockNumber: Hex;
  readonly gasUsed: Hex;
  readonly effectiveGasPrice?: Hex;
  readonly l1Fee?: Hex;
}

/** Milliseconds between two looks at the head. */
const INTERVAL = 200;
/** Every so many looks all transactions are asked for, in case a block was missed in a reorganisation or behind a load balancer. */
const FULL_LOOK = 50;
/** Blocks that are caught up with one by one; beyond, all transactions are asked for. */
const CATCH_UP = 30n;

/** The receipt of a transaction, or undefined while it is in no block. */
export async function receiptOf({ rpc }: ConnectedChain, hash: Hex): Promise<Mined | undefined> {
  const raw = await rpc.request<RawReceipt | null>("eth_getTransactionReceipt", [hash]);
  if (raw === null) return undefined;
  return {
    hash,
    status: raw.status === "0x1" ? "success" : "reverted",
    block: BigInt(raw.blockNumber),
    gasUsed: BigInt(raw.gasUsed),
    price: raw.effectiveGasPrice === undefined ? undefined : BigInt(raw.effectiveGasPrice),
    dataFee: BigInt(raw.l1Fee ?? 0),
  };
}

interface Waiter {
  readonly deadline: number;
  resolve(mined: Mined | undefined): void;
}

/** The receipts of one command's transactions. Makes no requests while nothing is waited for. */
export class Receipts {
  readonly #chain: ConnectedChain;
  readonly #waiters = new Map<Hex, Waiter>();
  #seen: bigint;
  #following = false;

  /** @param head number of the latest block before anything was sent */
  constructor(chain: ConnectedChain, head: bigint) {
    this.#chain = chain;
    this.#seen = head;
  }

  /**
   * The receipt of a transaction, or undefined when it is in no block after `timeout` milliseconds. Never rejects: an endpoint that is away may come back.
   * To be called before the transaction is sent, or the block that holds it may have gone by.
   */
  wait(hash: Hex, timeout: number): Promise<Mined | undefined> {
    return new Promise((resolve) => {
      this.#waiters.set(hash, { deadline: performance.now() + timeout, resolve });
      if (!this.#following) void this.#follow();
    });
  }

  /** Ends a wait for a transaction that will never be mined. */
  forget(hash: Hex): void {
    this.#settle(hash, undefined);
  }

  async #follow(): Promise<void> {
    this.#following = true;
    for (let look = 1; this.#waiters.size > 0; look++) {
      try {
        await this.#look(look % FULL_LOOK === 0);
      } catch {
        // Tried again at the next look, until the waiters' own time is over.
      }
      for (const [hash, { deadline }] of this.#waiters) if (performance.now() > deadline) this.#settle(hash, undefined);
      if (this.#waiters.size > 0) await sleep(INTERVAL);
    }
    this.#following = false;
  }

  async #look(full: boolean): Promise<void> {
    const { number } = await headOf(this.#chain);
    if (number <= this.#seen && !full) return;
    if (full || number - this.#seen > CATCH_UP) {
      await this.#ask([...this.#waiters.keys()]);
    } else {
      const missed = Array.from({ length: Number(number - this.#seen) }, (_, i) => this.#seen + 1n + BigInt(i));
      const blocks = await Promise.all(
        missed.map((n) =>
          this.#chain.rpc.request<{ transactions: Hex[] } | null>("eth_getBlockByNumber", [numberToHex(n), false]),
        ),
      );
      if (blocks.includes(null)) return; // another node behind the same address, a block behind
      await this.#ask(blocks.flatMap((block) => block?.transactions ?? []).filter((hash) => this.#waiters.has(hash)));
    }
    if (number > this.#seen) this.#seen = number;
  }

  async #ask(hashes: readonly Hex[]): Promise<void> {
    const found = await Promise.all(hashes.map((hash) => receiptOf(this.#chain, hash)));
    for (const mined of found) if (mined !== undefined) this.#settle(mined.hash, mined);
  }

  #settle(hash: Hex, mined: Mined | undefined): void {
    this.#waiters.get(hash)?.resolve(mined);
    this.#waiters.delete(hash);
  }
}

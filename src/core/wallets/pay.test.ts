import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Batch, Fees } from "../funding.ts";
import { type Payer, type Payment, type PaymentError, pay, planPayments } from "./pay.ts";

type Address = `0x${string}`;
const PAYER: Address = `0x${"f".repeat(40)}`;
const MULTICALL: Address = `0x${"c".repeat(40)}`;
const wallet = (k: number): Address => `0x${(k + 1).toString(16).padStart(40, "0")}`;

const refused = (kind: string, message: string): PaymentError => Object.assign(new Error(message), { kind });

/** A chain of one payer: a nonce is taken once, by whoever comes first, and money only moves when its block is mined. */
class ModelChain {
  readonly balances = new Map<Address, bigint>();
  readonly pool = new Map<number, { hash: Address; payment: Payment }>();
  readonly mined = new Map<Address, bigint>();
  nonce = 0;
  /** Gas of a block: how many transfers fit into a batch. */
  blockGas = 30_000_000n;
  hasMulticall = true;
  /** Set: the batches of it revert. */
  multicallReverts = false;
  readonly reverted = new Set<Address>();

  constructor(funds: bigint) {
    this.balances.set(PAYER, funds);
  }

  balance(address: Address): bigint {
    return this.balances.get(address) ?? 0n;
  }

  accept(payment: Payment, nonce: number, fees: Fees): Address {
    const text = JSON.stringify([payment.to, payment.value, payment.data, nonce, fees.gasPrice].map(String));
    const hash: Address = `0x${Buffer.from(text).toString("hex")}`;
    if (this.mined.has(hash) || this.pool.get(nonce)?.hash === hash) return hash; // the same bytes again
    if (nonce < this.nonce || this.pool.has(nonce)) throw refused("nonce", "nonce too low");
    this.pool.set(nonce, { hash, payment });
    return hash;
  }

  /** Mines what follows the last nonce without a gap. */
  mine(): void {
    for (let next = this.pool.get(this.nonce); next !== undefined; next = this.pool.get(this.nonce)) {
      this.pool.delete(this.nonce++);
      this.mined.set(next.hash, BigInt(this.nonce));
      if (next.payment.data !== undefined && this.multicallReverts) this.reverted.add(next.hash);
      else for (const [to, value] of transfersOf(next.payment)) this.move(to, value);
    }
  }

  private move(to: Address, value: bigint): void {
    this.balances.set(PAYER, this.balance(PAYER) - value);
    this.balances.set(to, this.balance(to) + value);
  }
}

const batchCall = (batch: Batch<Address>): Address =>
  `0x${Buffer.from(JSON.stringify(batch.transfers.map(({ to, value }) => [to, String(value)]))).toString("hex")}`;

function transfersOf({ to, value, data }: Payment): [Address, bigint][] {
  if (data === undefined) return [[to, value]];
  const text = Buffer.from(data.slice(2), "hex").toString();
  return (JSON.parse(text) as [Address, string][]).map(([to, value]) => [to, BigInt(value)]);
}

/** Makes each call to the chain happen at a time of its own. */
type Turn = (label: string) => Promise<unknown>;
const atOnce: Turn = () => Promise.resolve();

/** An instance that pays; `sent` counts what it gave to the chain. */
function payerOn(chain: ModelChain, turn: Turn = atOnce, fees: Fees = { gasPrice: 1n }) {
  const sent: number[] = [];
  const payer: Payer = {
    address: PAYER,
    async transactionCount(blockTag) {
      await turn("nonce");
      if (blockTag === "latest") return chain.nonce;
      let next = chain.nonce;
      while (chain.pool.has(next)) next++;
      return next;
    },
    async balances(addresses) {
      await turn("balances");
      return addresses.map((address) => chain.balance(address));
    },
    blockGas: async () => chain.blockGas,
    fees: async () => fees,
    hasCode: async () => chain.hasMulticall,
    batchCall,
    async send(payments, nonce, fees) {
      const results: ({ hash: Address } | { error: PaymentError })[] = [];
      for (const [i, payment] of payments.entries()) {
        await turn("send");
        try {
          results.push({ hash: chain.accept(payment, nonce + i, fees) });
          sent.push(nonce + i);
        } catch (error) {
          results.push({ error: error as PaymentError });
        }
      }
      return results;
    },
    async receipt(hash) {
      await turn("receipt");
      chain.mine();
      const blockNumber = chain.mined.get(hash);
      if (blockNumber === undefined) throw refused("nonce", "another transaction took its nonce");
      return { status: chain.reverted.has(hash) ? "reverted" : "success", blockNumber };
    },
    async wait() {
      await turn("wait");
      chain.mine();
    },
  };
  return { payer, sent };
}

const targetsOf = (values: readonly bigint[]) => new Map(values.map((value, k) => [wallet(k), value]));
const rich = 10n ** 24n;

describe("pay", () => {
  it("brings each account up to its target, leaves who has enough, and says what it did", async () => {
    const chain = new ModelChain(rich);
    chain.balances.set(wallet(0), 4n).set(wallet(1), 10n).set(wallet(2), 11n);
    const { payer } = payerOn(chain);
    const paid = await pay(payer, targetsOf([10n, 10n, 10n, 10n]), MULTICALL);
    expect([0, 1, 2, 3].map((k) => chain.balance(wallet(k)))).toEqual([10n, 10n, 11n, 10n]);
    expect(paid).toEqual({ wallets: 2, transactions: 1, blocks: 1, value: 16n });
    expect(chain.balance(PAYER)).toBe(rich - 16n);
    expect(await pay(payer, targetsOf([10n, 10n, 10n, 10n]), MULTICALL)).toMatchObject({ transactions: 0, value: 0n });
  });

  it("sends plain transfers where there is no Multicall3", async () => {
    const chain = new ModelChain(rich);
    chain.hasMulticall = false;
    const { payer, sent } = payerOn(chain);
    expect(await pay(payer, targetsOf([1n, 2n, 3n]), MULTICALL)).toMatchObject({
      wallets: 3,
      transactions: 3,
      value: 6n,
    });
    expect(sent).toEqual([0, 1, 2]);
  });

  it("sends nothing when the payer has one wei too little, and says what is missing", async () => {
    const targets = targetsOf([100n, 100n]);
    const { cost } = await planPayments(payerOn(new ModelChain(rich)).payer, targets, MULTICALL);
    const poor = payerOn(new ModelChain(cost - 1n));
    await expect(pay(poor.payer, targets, MULTICALL)).rejects.toMatchObject({
      kind: "funds",
      message: expect.stringMatching(/0\.000000000000000001 ETH are missing/),
    });
    expect(poor.sent).toEqual([]);
    expect((await pay(payerOn(new ModelChain(cost)).payer, targets, MULTICALL)).value).toBe(200n);
  });

  it("says so when its batches revert, instead of paying again and again", async () => {
    const chain = new ModelChain(rich);
    chain.multicallReverts = true;
    const { payer, sent } = payerOn(chain);
    await expect(pay(payer, targetsOf([1n]), MULTICALL)).rejects.toThrow(/reverted.*MULTICALL_ADDRESS/);
    expect(sent).toEqual([0]);
  });

  it("gives up on a payer whose transactions stay pending", async () => {
    const chain = new ModelChain(rich);
    const { payer, sent } = payerOn(chain);
    const stuck: Payer = {
      ...payer,
      transactionCount: async (tag) => (tag === "latest" ? 0 : 1),
      wait: async () => {},
    };
    await expect(pay(stuck, targetsOf([1n]), MULTICALL)).rejects.toThrow(/have been pending for 120 s/);
    expect(sent).toEqual([]);
  });

  it("gives up when the money is gone again after each round", async () => {
    const chain = new ModelChain(rich);
    const { payer } = payerOn(chain);
    const spent: Payer = { ...payer, balances: async (addresses) => addresses.map((a) => (a === PAYER ? rich : 0n)) };
    await expect(pay(spent, targetsOf([1n]), MULTICALL)).rejects.toThrow(/after 20 rounds some of 1 account/);
  });

  it("pays again what another transaction of its nonce took the place of", async () => {
    const chain = new ModelChain(rich);
    const { payer, sent } = payerOn(chain);
    const replaced: Payer = {
      ...payer,
      send: async (...args) => {
        const results = await payer.send(...args);
        const other: Payment = { to: wallet(9), value: 1n, gas: 21_000n, wallets: 1 };
        if (args[1] === 0) chain.pool.set(0, { hash: "0x0e", payment: other });
        return results;
      },
    };
    expect(await pay(replaced, targetsOf([5n]), MULTICALL)).toEqual({
      wallets: 1,
      transactions: 1,
      blocks: 1,
      value: 5n,
    });
    expect(sent).toEqual([0, 1]);
    expect([chain.balance(wallet(0)), chain.balance(wallet(9))]).toEqual([5n, 1n]);
  });

  it("passes on what else goes wrong, and the next call pays only the rest", async () => {
    const chain = new ModelChain(rich);
    chain.hasMulticall = false;
    const { payer } = payerOn(chain);
    let calls = 0;
    const flaky: Payer = {
      ...payer,
      send: async (payments, nonce, fees) => [
        ...(await payer.send(payments.slice(0, 1), nonce, fees)),
        ...payments.slice(1).map(() => ({ error: refused("transport", `lost ${++calls}`) })),
      ],
    };
    await expect(pay(flaky, targetsOf([5n, 6n, 7n]), MULTICALL)).rejects.toThrow("lost 1");
    expect(await pay(payer, targetsOf([5n, 6n, 7n]), MULTICALL)).toMatchObject({ wallets: 2, value: 13n });
    expect([0, 1, 2].map((k) => chain.balance(wallet(k)))).toEqual([5n, 6n, 7n]);
  });
});

describe("several instances that pay the same accounts at once", () => {
  const world = fc.record({
    accounts: fc.array(fc.record({ has: fc.bigInt(0n, 20n), target: fc.bigInt(0n, 20n) }), {
      minLength: 1,
      maxLength: 6,
    }),
    hasMulticall: fc.boolean(),
    /** A transfer or two in a batch, or all of them in one. */
    blockGas: fc.constantFrom(100_000n, 140_000n, 30_000_000n),
    /** Each instance's gas price: the same makes the same bytes. */
    prices: fc.array(fc.bigInt(1n, 2n), { minLength: 2, maxLength: 3 }),
  });

  it("pay each of them once, whatever the order in which their calls reach the chain", async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.scheduler(), async ({ accounts, hasMulticall, blockGas, prices }, scheduler) => {
        const chain = Object.assign(new ModelChain(rich), { hasMulticall, blockGas });
        for (const [k, { has }] of accounts.entries()) chain.balances.set(wallet(k), has);
        const turn: Turn = (label) => scheduler.schedule(Promise.resolve(), label);
        const targets = targetsOf(accounts.map(({ target }) => target));
        const runs = prices.map((gasPrice) => pay(payerOn(chain, turn, { gasPrice }).payer, targets, MULTICALL));
        await scheduler.waitFor(Promise.all(runs));
        const paid = accounts.map(({ has, target }) => (has < target ? target - has : 0n));
        const gained = accounts.map(({ has }, k) => chain.balance(wallet(k)) - has);
        expect(gained).toEqual(paid);
        const missing = paid.reduce((sum, value) => sum + value, 0n);
        expect(chain.balance(PAYER)).toBe(rich - missing);
      }),
      { numRuns: 500, seed: 12 },
    );
  });

  it("pay each account once, whoever of them has it on its list", async () => {
    const lists = fc.array(
      fc
        .subarray([0, 1, 2, 3, 4], { minLength: 1 })
        .chain((list) => fc.shuffledSubarray(list, { minLength: list.length })),
      {
        minLength: 2,
        maxLength: 3,
      },
    );
    await fc.assert(
      fc.asyncProperty(
        lists,
        fc.constantFrom(100_000n, 140_000n),
        fc.scheduler(),
        async (lists, blockGas, scheduler) => {
          const chain = Object.assign(new ModelChain(rich), { blockGas });
          const turn: Turn = (label) => scheduler.schedule(Promise.resolve(), label);
          const runs = lists.map((list) =>
            pay(payerOn(chain, turn).payer, new Map(list.map((k) => [wallet(k), 5n])), MULTICALL),
          );
          await scheduler.waitFor(Promise.all(runs));
          const wanted = [0, 1, 2, 3, 4].map((k) => (lists.some((list) => list.includes(k)) ? 5n : 0n));
          expect([0, 1, 2, 3, 4].map((k) => chain.balance(wallet(k)))).toEqual(wanted);
        },
      ),
      { numRuns: 500, seed: 12 },
    );
  });
});

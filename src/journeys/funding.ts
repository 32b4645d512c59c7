// Wallets are paid here: the first ones in setup(), the rest by workers while users arrive, and what is left comes back in teardown().
// Nothing is remembered between these: balances on chain say who has been paid, so each of them can be run again, on any instance, at any time.
import exec from "k6/execution";
import { setTimeout } from "k6/timers";
import {
  type Account,
  type Client,
  type EthereumError,
  mnemonicToAccount,
  mnemonicToAddresses,
  type PooledWallet,
  WalletPool,
} from "k6/x/ethereum";
import { ALONE, type Instance } from "../core/arrivals/index.ts";
import { formatEther } from "../core/ether.ts";
import { sharedIndices, sweepable, workerBudget, workerShare } from "../core/funding.ts";
import { fundingMetrics } from "../core/metrics.ts";
import { usersOf } from "../core/options.ts";
import { plural } from "../core/words.ts";
import { clientOf, instanceHere, phraseOf } from "../k6/chain.ts";
import { createMetrics } from "../k6/metrics.ts";
import type { Run } from "../k6/run.ts";
import type { StreamingSettings } from "../profiles/streaming-settings.ts";
import { pay } from "./pay.ts";

/** A run whose users need funded wallets. */
export interface FundedRun extends Run {
  readonly values: StreamingSettings;
}

/** The branch of the phrase that holds the workers' accounts: m/44'/60'/1'/0/i. */
const WORKERS = 1;
/** Wallets that one teardown request sweeps. */
const SWEEP_BATCH = 500;
/** Milliseconds that a sweep waits for its receipts. */
const SWEEP_TIMEOUT = 30_000;

const metrics = createMetrics(fundingMetrics("streaming"));

/** Whether this run's users pay for themselves, and so have to be funded. */
export function needsFunding(run: FundedRun): boolean {
  return run.load.exec === "user" && run.values.SUBMIT === "direct";
}

function amounts(run: FundedRun) {
  const { values, load, common } = run;
  const { users } = run.size();
  const workers = load.fundingWorkers * common.INSTANCES;
  const pooled = Math.min(users, load.pool);
  return { amount: values.FUND_AMOUNT, users, pooled, workers, share: workerShare(users - pooled, workers) };
}

/** The pool of this process, with the share of wallets that this instance's users need. */
function poolOf(run: FundedRun, here: Instance): WalletPool {
  const { pooled } = amounts(run);
  return new WalletPool({
    name: run.spec.name,
    mnemonic: phraseOf(run.values),
    offset: run.values.WALLET_OFFSET,
    instance: here.index,
    instances: here.count,
    planned: usersOf(run.load, run.size(), here),
    size: Math.max(1, Math.ceil(pooled / here.count)),
  });
}

let here: Instance | undefined;
let pool: WalletPool | undefined;

/** Reading k6's options costs milliseconds and megabytes a VU, so a run of one process, which setup() has verified, does not ask. */
function thisInstance(run: FundedRun): Instance {
  here ??= run.common.INSTANCES === 1 ? ALONE : instanceHere(run.common.INSTANCES);
  return here;
}

function thisPool(run: FundedRun): WalletPool {
  pool ??= poolOf(run, thisInstance(run));
  return pool;
}

/**
 * A wallet for one user: funded and from the pool, or, where users pay nothing, simply the next one.
 * @param timeout milliseconds
 */
export async function walletFor(run: FundedRun, timeout: number): Promise<Pick<PooledWallet, "account">> {
  if (!needsFunding(run)) {
    // Striped by the global number, so no two users share one, over all instances.
    return {
      account: mnemonicToAccount(phraseOf(run.values), {
        addressIndex: run.values.WALLET_OFFSET + exec.scenario.iterationInTest,
      }),
    };
  }
  const wallet = await thisPool(run).take({ timeout });
  metrics.walletWait.add(wallet.waited);
  return wallet;
}

/** Tags what the work around users measures, so that its retries are named in the verdict. */
function during(step: string): void {
  exec.vu.metrics.tags.step = step;
}

/**
 * setup(): brings the first wallets of the pool and the workers' accounts up to what they need, in as few transactions as the blocks hold.
 * Safe to run again and at once on several instances: the funder's nonce is the lock (see pay).
 */
export async function topUp(run: FundedRun): Promise<void> {
  if (!needsFunding(run)) return;
  during("setup");
  const { values } = run;
  thisInstance(run);
  const client = clientOf(values);
  const phrase = phraseOf(values);
  const { amount, pooled, workers, share } = amounts(run);
  const fees = await client.estimateFeesPerGas();
  const price = fees.maxFeePerGas ?? fees.gasPrice ?? 0n;
  const wallets = mnemonicToAddresses(phrase, { start: values.WALLET_OFFSET, end: values.WALLET_OFFSET + pooled });
  const workerAddresses =
    share > 0 ? mnemonicToAddresses(phrase, { start: 0, end: workers, accountIndex: WORKERS }) : [];
  const targets = new Map<`0x${string}`, bigint>([
    ...wallets.map((address) => [address, amount] as const),
    ...workerAddresses.map((address) => [address, workerBudget(share, amount, price)] as const),
  ]);
  const funder = mnemonicToAccount(phrase);
  const paid = await pay(client, funder, targets, values.MULTICALL_ADDRESS);
  metrics.funded.add(paid.wallets);
  metrics.fundingTransactions.add(paid.transactions);
  console.log(
    paid.transactions === 0
      ? `funding: ${plural(targets.size, "account")} have enough already`
      : `funding: ${plural(paid.wallets, "account")} paid ${formatEther(paid.value)} ETH in ${plural(paid.transactions, "transaction")} over ${plural(paid.blocks, "block")}`,
  );
}

async function fundBatch(
  run: FundedRun,
  client: Client,
  worker: Account,
  wallets: WalletPool,
  indices: readonly number[],
): Promise<void> {
  const started = Date.now();
  const addresses = indices.map((index) => wallets.address(index));
  const paid = await pay(
    client,
    worker,
    new Map(addresses.map((address) => [address, run.values.FUND_AMOUNT])),
    run.values.MULTICALL_ADDRESS,
  );
  wallets.offer(indices);
  metrics.funded.add(paid.wallets);
  metrics.fundingTransactions.add(paid.transactions);
  if (paid.transactions > 0) metrics.fundingDuration.add(Date.now() - started);
  metrics.poolWaiting.add(wallets.stats().waiting);
}

/** One funding worker: keeps the pool filled from an account of its own until all planned users are served or their time is over. */
export async function fundPool(run: FundedRun): Promise<void> {
  during("fund");
  const { values } = run;
  const instance = thisInstance(run);
  const wallets = thisPool(run);
  const client = clientOf(values);
  // Accounts are split like wallets: worker j of instance r is r + j * N, so no two share a nonce, and each instance knows its own to sweep them.
  const worker = mnemonicToAccount(phraseOf(values), {
    accountIndex: WORKERS,
    addressIndex: instance.index + exec.scenario.iterationInInstance * instance.count,
  });
  const { durationMs } = run.size();
  const deadline = durationMs > 0 ? exec.scenario.startTime + durationMs + values.WALLET_TIMEOUT : undefined;
  // A worker asks for no more than its account was given for, and for less when that runs out: what it cannot pay is the others' to pay.
  const { share } = amounts(run);
  let most = share > 0 ? Math.min(values.FUNDING_BATCH, share) : values.FUNDING_BATCH;
  while (most > 0) {
    const indices = await wallets.demand({ max: most, ...(deadline === undefined ? {} : { deadline }) });
    if (indices === null) return;
    try {
      await fundBatch(run, client, worker, wallets, indices);
    } catch (thrown) {
      const error = thrown as EthereumError;
      wallets.giveBack(indices);
      if (error.kind === "funds") {
        most = Math.floor(Math.min(most, indices.length) / 2);
        continue;
      }
      metrics.fundingErrors.add(1, { kind: error.kind ?? "unexpected" });
      console.warn(
        `funding: ${plural(indices.length, "wallet")} not paid, trying again (${error.kind ?? "unexpected"}): ${error.message}`,
      );
      await new Promise<void>((resolve) => setTimeout(resolve, 1_000));
    }
  }
  console.warn(`funding: ${worker.address} has nothing left to fund wallets with`);
}

/** teardown(): sends what is left in this instance's wallets and workers' accounts back to the funder. */
export async function sweep(run: FundedRun): Promise<void> {
  if (!needsFunding(run) || !run.values.SWEEP) return;
  during("sweep");
  const { values, load } = run;
  const instance = thisInstance(run);
  const client = clientOf(values);
  const phrase = phraseOf(values);
  const funder = mnemonicToAccount(phrase).address;
  const highest = thisPool(run).stats().highest;
  const { pooled, workers } = amounts(run);
  const owners = [
    ...sharedIndices(Math.max(pooled, highest + 1), instance.index, instance.count).map((k) => ({
      accountIndex: 0,
      addressIndex: values.WALLET_OFFSET + k,
    })),
    ...sharedIndices(load.fundingWorkers > 0 ? workers : 0, instance.index, instance.count).map((i) => ({
      accountIndex: WORKERS,
      addressIndex: i,
    })),
  ];
  const done: Swept[] = [];
  for (let start = 0; start < owners.length; start += SWEEP_BATCH) {
    const accounts = owners.slice(start, start + SWEEP_BATCH).map((path) => mnemonicToAccount(phrase, path));
    done.push(await sweepAccounts(client, accounts, funder));
  }
  const value = done.reduce((sum, part) => sum + part.value, 0n);
  const count = done.reduce((sum, part) => sum + part.wallets, 0);
  const failures = done.flatMap((part) => part.failures);
  metrics.swept.add(Number(formatEther(value)));
  metrics.sweptWallets.add(count);
  metrics.unswept.add(failures.length);
  console.log(`sweep: ${formatEther(value)} ETH from ${plural(count, "account")} back to the funder`);
  if (failures.length > 0) {
    // Still derived from the phrase: a later run with the same WALLET_OFFSET uses or sweeps them.
    console.warn(`sweep: ${plural(failures.length, "account")} could not be swept, such as ${failures[0]}`);
  }
}

interface Swept {
  readonly value: bigint;
  readonly wallets: number;
  /** Why an account could not be swept, one for each. */
  readonly failures: readonly string[];
}

async function sweepAccounts(client: Client, accounts: readonly Account[], to: `0x${string}`): Promise<Swept> {
  const balances = await client.getBalances({ addresses: accounts.map((account) => account.address) });
  const fees = await client.estimateFeesPerGas();
  const price = fees.maxFeePerGas ?? fees.gasPrice ?? 0n;
  const requests = accounts.flatMap((account, i) => {
    const value = sweepable(balances[i] ?? 0n, price);
    return value > 0n ? [{ account, to, value, gas: 21_000n, ...fees }] : [];
  });
  if (requests.length === 0) return { value: 0n, wallets: 0, failures: [] };
  const results = await client.sendTransactions(requests);
  const failures: string[] = [];
  const values = await Promise.all(
    results.map(async (result, i) => {
      try {
        if (result.hash === undefined) throw result.error;
        const receipt = await client.waitForTransactionReceipt({ hash: result.hash, timeout: SWEEP_TIMEOUT });
        if (receipt.status !== "success") throw new Error("the transfer reverted");
        return requests[i]?.value ?? 0n;
      } catch (thrown) {
        failures.push(`${requests[i]?.account}: ${(thrown as Error).message}`);
        return 0n;
      }
    }),
  );
  return {
    value: values.reduce((sum, value) => sum + value, 0n),
    wallets: values.length - failures.length,
    failures,
  };
}

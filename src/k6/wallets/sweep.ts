// What is left in the wallets goes back to the funder. It can be run again: what is gone has no balance.
import { type Account, type Client, mnemonicToAccount } from "k6/x/ethereum";
import { formatEther } from "../../core/ether.ts";
import { plural } from "../../core/format.ts";
import { highestPrice, sharedIndices, sweepable } from "../../core/funding.ts";
import { WORKER_BRANCH } from "../../core/wallets/branches.ts";
import { clientOf, phraseOf } from "../chain.ts";
import { during, type FundedRun, fundingAmounts, thisInstance, thisPool } from "./pool.ts";

/** Wallets that one teardown request sweeps. */
const SWEEP_BATCH = 500;
/** Milliseconds that a sweep waits for its receipts. */
const SWEEP_TIMEOUT = 30_000;

/** teardown(): sends what is left in this instance's wallets and workers' accounts back to the funder. */
export async function sweep(run: FundedRun): Promise<void> {
  if (!run.pays || !run.values.SWEEP) return;
  during("sweep");
  const { values, load } = run;
  const instance = thisInstance(run);
  const client = clientOf(values);
  const phrase = phraseOf(values);
  const funder = mnemonicToAccount(phrase).address;
  const highest = thisPool(run).stats().highest;
  const { pooled, workers } = fundingAmounts(run);
  const owners = [
    ...sharedIndices(Math.max(pooled, highest + 1), instance.index, instance.count).map((k) => ({
      accountIndex: 0,
      addressIndex: values.WALLET_OFFSET + k,
    })),
    ...sharedIndices(load.fundingWorkers > 0 ? workers : 0, instance.index, instance.count).map((i) => ({
      accountIndex: WORKER_BRANCH,
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
  run.funding.swept.add(Number(formatEther(value)));
  run.funding.sweptWallets.add(count);
  run.funding.unswept.add(failures.length);
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
  const price = highestPrice(fees);
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

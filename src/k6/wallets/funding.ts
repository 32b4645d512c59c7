// Wallets are paid here: the first ones in setup(), the rest by workers while users arrive.
// Nothing is remembered: balances on chain say who has been paid, so both can be run again, on any instance, at any time.
import exec from "k6/execution";
import { setTimeout } from "k6/timers";
import {
  type Account,
  type Client,
  type EthereumError,
  mnemonicToAccount,
  mnemonicToAddresses,
  type WalletPool,
} from "k6/x/ethereum";
import { formatEther } from "../../core/ether.ts";
import { plural } from "../../core/format.ts";
import { highestPrice, workerBudget } from "../../core/funding.ts";
import { WORKER_BRANCH } from "../../core/wallets/branches.ts";
import { clientOf, phraseOf } from "../chain.ts";
import { payFromAccount } from "./pay.ts";
import { during, type FundedRun, fundingAmounts, thisInstance, thisPool } from "./pool.ts";

/**
 * setup(): brings the first wallets of the pool and the workers' accounts up to what they need, in as few transactions as the blocks hold.
 * Safe to run again and at once on several instances: the funder's nonce is the lock (see pay).
 */
export async function topUp(run: FundedRun): Promise<void> {
  if (!run.pays) return;
  during("setup");
  const { values } = run;
  thisInstance(run);
  const client = clientOf(values);
  const phrase = phraseOf(values);
  const { amount, pooled, workers, share } = fundingAmounts(run);
  const fees = await client.estimateFeesPerGas();
  const price = highestPrice(fees);
  const wallets = mnemonicToAddresses(phrase, { start: values.WALLET_OFFSET, end: values.WALLET_OFFSET + pooled });
  const workerAddresses =
    share > 0 ? mnemonicToAddresses(phrase, { start: 0, end: workers, accountIndex: WORKER_BRANCH }) : [];
  const targets = new Map<`0x${string}`, bigint>([
    ...wallets.map((address) => [address, amount] as const),
    ...workerAddresses.map((address) => [address, workerBudget(share, amount, price)] as const),
  ]);
  const funder = mnemonicToAccount(phrase);
  const paid = await payFromAccount(client, funder, targets, values.MULTICALL_ADDRESS);
  run.funding.funded.add(paid.wallets);
  run.funding.fundingTransactions.add(paid.transactions);
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
  const paid = await payFromAccount(
    client,
    worker,
    new Map(addresses.map((address) => [address, run.values.FUND_AMOUNT])),
    run.values.MULTICALL_ADDRESS,
  );
  wallets.offer(indices);
  run.funding.funded.add(paid.wallets);
  run.funding.fundingTransactions.add(paid.transactions);
  if (paid.transactions > 0) run.funding.fundingDuration.add(Date.now() - started);
  run.funding.poolWaiting.add(wallets.stats().waiting);
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
    accountIndex: WORKER_BRANCH,
    addressIndex: instance.index + exec.scenario.iterationInInstance * instance.count,
  });
  const { durationMs } = run.size();
  const deadline = durationMs > 0 ? exec.scenario.startTime + durationMs + values.WALLET_TIMEOUT : undefined;
  // A worker asks for no more than its account was given for, and for less when that runs out: what it cannot pay is the others' to pay.
  const { share } = fundingAmounts(run);
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
      run.funding.fundingErrors.add(1, { kind: error.kind ?? "unexpected" });
      console.warn(
        `funding: ${plural(indices.length, "wallet")} not paid, trying again (${error.kind ?? "unexpected"}): ${error.message}`,
      );
      await new Promise<void>((resolve) => setTimeout(resolve, 1_000));
    }
  }
  console.warn(`funding: ${worker.address} has nothing left to fund wallets with`);
}

// The wallets of a run's users, as funding, users and sweep see them: which there are, whose they are, and the pool that hands them out.
import exec from "k6/execution";
import { mnemonicToAccount, type PooledWallet, WalletPool } from "k6/x/ethereum";
import { ALONE, type Instance } from "../../core/arrivals/index.ts";
import { workerShare } from "../../core/funding.ts";
import { fundingMetrics } from "../../core/metrics.ts";
import type { FundingSettings } from "../../core/settings/common.ts";
import { phraseOf } from "../chain.ts";
import { instanceHere } from "../instance.ts";
import { createMetrics } from "../metrics.ts";
import type { Run } from "../run.ts";

/** A run whose users may need funded wallets: its settings hold `chainSettings()` and `fundingSettings()`. */
interface Unfunded extends Run {
  readonly values: FundingSettings;
}

const declare = (name: string) => createMetrics(fundingMetrics(name));

/** The same with the metrics of funding. */
export interface FundedRun extends Unfunded {
  /** Whether this run's users pay for themselves, and so have to be funded. */
  readonly pays: boolean;
  readonly funding: ReturnType<typeof declare>;
}

/**
 * Declares what a run's funding measures. Init code only.
 * @param pays whether users pay for what they do, where the settings can say that somebody else does
 */
export const funded = <R extends Unfunded>(run: R, pays = true): R & FundedRun => ({
  ...run,
  pays: pays && run.load.exec === "user",
  funding: declare(run.name),
});

/** How much is paid to whom in a run. */
export function fundingAmounts(run: FundedRun) {
  const { values, load, common } = run;
  const { users } = run.size();
  const workers = load.fundingWorkers * common.INSTANCES;
  const pooled = Math.min(users, load.pool);
  return { amount: values.FUND_AMOUNT, users, pooled, workers, share: workerShare(users - pooled, workers) };
}

/** The pool of this process, with the share of wallets that this instance's users need. */
function poolOf(run: FundedRun, here: Instance): WalletPool {
  const { pooled } = fundingAmounts(run);
  return new WalletPool({
    name: run.name,
    mnemonic: phraseOf(run.values),
    offset: run.values.WALLET_OFFSET,
    instance: here.index,
    instances: here.count,
    planned: run.size().shares[here.index] ?? 0,
    size: Math.max(1, Math.ceil(pooled / here.count)),
  });
}

let here: Instance | undefined;
let pool: WalletPool | undefined;

/** Reading k6's options costs milliseconds and megabytes a VU, so a run of one process, which setup() has verified, does not ask. */
export function thisInstance(run: FundedRun): Instance {
  here ??= run.common.INSTANCES === 1 ? ALONE : instanceHere(run.common.INSTANCES);
  return here;
}

/** This process's pool. */
export function thisPool(run: FundedRun): WalletPool {
  pool ??= poolOf(run, thisInstance(run));
  return pool;
}

/**
 * A wallet for one user: funded and from the pool, or, where users pay nothing, simply the next one.
 * @param timeout milliseconds
 */
export async function walletFor(run: FundedRun, timeout: number): Promise<Pick<PooledWallet, "account">> {
  if (!run.pays) {
    // Striped by the global number, so no two users share one, over all instances.
    return {
      account: mnemonicToAccount(phraseOf(run.values), {
        addressIndex: run.values.WALLET_OFFSET + exec.scenario.iterationInTest,
      }),
    };
  }
  const wallet = await thisPool(run).take({ timeout });
  run.funding.walletWait.add(wallet.waited);
  return wallet;
}

/** Tags what the work around users measures, so that its retries are named in the verdict. */
export function during(step: string): void {
  exec.vu.metrics.tags.step = step;
}

// Memberships, minted by one account for many: consecutive nonces, each receipt waited for, and in it the token.
import { setTimeout } from "k6/timers";
import {
  type Account,
  type Client,
  type EthereumError,
  encodeFunctionData,
  parseEventLogs,
  type SendResult,
  type TransactionReceipt,
} from "k6/x/ethereum";
import { asJourneyError, JourneyError } from "../../../src/core/errors.ts";
import { plural } from "../../../src/core/format.ts";
import { mintingAbi as abi } from "../abi/generated.ts";
import type { Job } from "../model/mints.ts";
import type { SpaceSettings } from "../settings.ts";
import type { SpaceMetrics } from "./context.ts";

/** The original's pause between two batches, ms. */
const PACE_MS = 1_100;

export interface Minting {
  readonly client: Client;
  readonly root: Account;
  readonly space: `0x${string}`;
  readonly values: Pick<SpaceSettings, "MINT" | "BATCH_SIZE" | "MINT_GAS" | "RECEIPT_TIMEOUT">;
  readonly metrics: SpaceMetrics;
}

interface Failure {
  readonly job: Job;
  readonly error: JourneyError;
}

/**
 * Mints or renews what `jobs` say, in their order, and resolves when each receipt has its token. How they follow each other is MINT's.
 * @throws JourneyError of the first failure, with the number of all
 */
export async function mintAll(jobs: readonly Job[], minting: Minting): Promise<void> {
  if (jobs.length === 0) return;
  const { MINT, BATCH_SIZE } = minting.values;
  const size = MINT === "sequential" ? 1 : BATCH_SIZE;
  const started = Date.now();
  const batches: Promise<Failure[]>[] = [];
  for (let first = 0; first < jobs.length; first += size) {
    const sent = await submit(jobs.slice(first, first + size), minting);
    const batch = settle(sent, minting);
    batches.push(batch);
    if (MINT === "batch") continue;
    await batch;
    if (MINT === "paced" && first + size < jobs.length)
      await new Promise<void>((resolve) => setTimeout(resolve, PACE_MS));
  }
  const failures = (await Promise.all(batches)).flat();
  minting.metrics.mintDuration.add(Date.now() - started);
  const [first] = failures;
  if (first === undefined) return;
  const { kind, detail, message } = first.error;
  throw new JourneyError(
    kind,
    `${failures.length} of ${plural(jobs.length, "membership")} came to nothing; that of client ${first.job.number}: ${message}`,
    detail === undefined ? {} : { detail },
  );
}

interface Sent {
  readonly job: Job;
  readonly at: number;
  readonly result: SendResult;
}

/**
 * Hands a batch to the node in one request. The next one may only follow when this one is there: a membership's price goes by how many were issued before it, so
 * that the chain must take them in the order of their plan. Never rejects.
 */
async function submit(jobs: readonly Job[], { client, root, space, values }: Minting): Promise<Sent[]> {
  const at = Date.now();
  try {
    const results = await client.sendTransactions(
      jobs.map(({ address, token, value }) => ({
        account: root,
        to: space,
        value,
        gas: values.MINT_GAS,
        data:
          token === undefined
            ? encodeFunctionData({ abi, functionName: "joinSpace", args: [address] })
            : encodeFunctionData({ abi, functionName: "renewMembership", args: [token] }),
      })),
    );
    return jobs.map((job, i) => ({ job, at, result: results[i] as SendResult }));
  } catch (thrown) {
    return jobs.map((job) => ({ job, at, result: { error: thrown as EthereumError } }));
  }
}

/** Waits for the receipts of a batch; resolves with what came to nothing. */
async function settle(sent: readonly Sent[], { client, space, values, metrics }: Minting): Promise<Failure[]> {
  const failures = await Promise.all(
    sent.map(async ({ job, at, result: { hash, error } }): Promise<Failure[]> => {
      try {
        if (hash === undefined) throw error;
        metrics.mintTxs.add(1);
        const receipt = await client.waitForTransactionReceipt({ hash, abi, timeout: values.RECEIPT_TIMEOUT });
        metrics.mintLatency.add(Date.now() - at);
        assertIssued(job, space, receipt);
        metrics.mintGas.add(Number(receipt.gasUsed));
        (job.token === undefined ? metrics.minted : metrics.renewed).add(1);
        return [];
      } catch (thrown) {
        return [{ job, error: asJourneyError(thrown) }];
      }
    }),
  );
  metrics.mintBatch.add(Date.now() - (sent[0]?.at ?? 0));
  return failures.flat();
}

/** @throws JourneyError of kind revert, or of kind proof when the receipt is fine and has no token in it */
function assertIssued(
  { address, token }: Job,
  space: `0x${string}`,
  receipt: TransactionReceipt & { revert?: { name: string } },
): void {
  if (receipt.status === "reverted") {
    const name = receipt.revert?.name;
    throw new JourneyError("revert", `it reverted${name ? ` with ${name}` : ""}`, name ? { detail: name } : {});
  }
  const events = parseEventLogs({ abi, logs: receipt.logs, address: space });
  const found = (name: string, key: string, value: unknown) =>
    events.some(
      ({ eventName, args }) => eventName === name && String(args[key]).toLowerCase() === String(value).toLowerCase(),
    );
  if (
    token !== undefined
      ? found("SubscriptionUpdate", "tokenId", token)
      : found("MembershipTokenIssued", "recipient", address)
  )
    return;
  throw found("MembershipTokenRejected", "recipient", address)
    ? new JourneyError("proof", "the space rejected it", { detail: "REJECTED" })
    : new JourneyError("proof", `its transaction ${receipt.transactionHash} issued no token`, { detail: "NOT_ISSUED" });
}

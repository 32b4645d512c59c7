// Moves what wallets have, each by a transaction of its own, many at once. One that fails does not stop the others.
import { keccak256 } from "viem";
import type { SendLine } from "../../core/wallets/journal.ts";
import { CommandError } from "../errors.ts";
import { type ConnectedChain, RefusedError, submit } from "./chain.ts";
import type { Journal } from "./journal-file.ts";
import { type MovePlan, type Planned, receiptLine } from "./plan.ts";
import { type Mined, Receipts, receiptOf } from "./receipts.ts";
import { NoAnswerError } from "./rpc.ts";
import { sign } from "./transaction.ts";

/** What became of one wallet. */
export interface MoveOutcome {
  readonly planned: Planned;
  /** "not sent": the user stopped the command before its turn came. */
  readonly state: "moved" | "dust" | "failed" | "not sent";
  /** Wei that arrived at the other side, over all attempts. */
  readonly moved: bigint;
  /** Wei that it cost, over all attempts. */
  readonly fees: bigint;
  readonly hash?: `0x${string}`;
  readonly reason?: string;
}

export interface MoveOptions {
  /** Wallets under way at once. */
  readonly concurrency: number;
  /** Milliseconds that a transaction may take to get into a block. */
  readonly timeout: number;
  /** Ends the sending; what is under way is still waited for. */
  readonly stop: AbortSignal;
  /** Told after each wallet. */
  readonly onOutcome: (outcome: MoveOutcome) => void;
}

type Sent = { readonly mined: Mined; readonly send: SendLine } | { readonly reason: string };

/** Carries out a plan. Each transfer is in the journal before it is sent, and its receipt as soon as it is known. */
export async function move(
  chain: ConnectedChain,
  plan: MovePlan,
  journal: Journal,
  options: MoveOptions,
): Promise<MoveOutcome[]> {
  const receipts = new Receipts(chain, plan.head.number);
  const outcomes: MoveOutcome[] = [];
  const queue = plan.wallets.entries();
  const worker = async () => {
    for (const [i, planned] of queue) {
      const outcome = await moveOne(planned);
      outcomes[i] = outcome;
      options.onOutcome(outcome);
    }
  };

  async function moveOne(planned: Planned): Promise<MoveOutcome> {
    const before = plan.settled.filter(({ wallet, status }) => wallet === planned.wallet.name && status === "success");
    const moved = before.reduce((sum, { value }) => sum + value, 0n);
    const fees = plan.settled
      .filter(({ wallet }) => wallet === planned.wallet.name)
      .reduce((sum, { fee }) => sum + fee, 0n);
    const sum = { planned, moved, fees };
    if (planned.state === "busy")
      return {
        ...sum,
        state: "failed",
        reason: "a transaction that this command did not send is pending: try again when it is mined",
      };
    if (planned.state === "dust") {
      const [earlier] = before;
      return earlier === undefined ? { ...sum, state: "dust" } : { ...sum, state: "moved", hash: earlier.hash };
    }
    if (options.stop.aborted) return { ...sum, state: "not sent" };
    const sent = await send(planned);
    if ("reason" in sent) return { ...sum, state: "failed", reason: sent.reason };
    const line = receiptLine(sent.send, sent.mined);
    await journal.write({ event: "receipt", ...line });
    const after = { ...sum, moved: moved + line.value, fees: fees + line.fee, hash: line.hash };
    return line.status === "success"
      ? { ...after, state: "moved" }
      : { ...after, state: "failed", reason: "the transfer reverted: is the receiver a contract?" };
  }

  async function send(planned: Planned): Promise<Sent> {
    const transaction = await sign(planned.wallet.account, chain.id, planned.send);
    const line: SendLine = { ...planned.send, hash: keccak256(transaction) };
    if (planned.again === undefined) await journal.write({ event: "send", ...line });
    else if (planned.again.hash !== line.hash)
      throw new CommandError(`the journal ${journal.path} is not of these phrases: name another with --journal`);
    const mined = receipts.wait(line.hash, options.timeout);
    try {
      // Followed from before the sending; what was mined before that is asked for.
      const known = await submit(chain, transaction);
      const already = known || planned.again !== undefined ? await receiptOf(chain, line.hash) : undefined;
      if (already !== undefined) receipts.forget(line.hash);
      const receipt = already ?? (await mined);
      if (receipt !== undefined) return { mined: receipt, send: line };
      const seconds = options.timeout / 1_000;
      return { reason: `in no block after ${seconds} s: the same command goes on from here` };
    } catch (error) {
      receipts.forget(line.hash);
      if (!(error instanceof RefusedError)) return { reason: unansweredReason(error) };
      const instead = error.kind === "nonce" ? await minedInstead(planned) : undefined;
      if (instead !== undefined) return instead;
      await journal.write({ event: "refused", wallet: line.wallet, hash: line.hash });
      return { reason: refusalReason(error) };
    }
  }

  /** The transaction that this one was to replace, when it was the one that was mined. */
  async function minedInstead({ wallet, earlier }: Planned): Promise<Sent | undefined> {
    for (const old of journal.unfinished?.open.get(wallet.name) ?? []) {
      const mined = earlier.includes(old.hash) ? await receiptOf(chain, old.hash) : undefined;
      if (mined !== undefined) return { mined, send: old };
    }
    return undefined;
  }

  await Promise.all(Array.from({ length: Math.min(options.concurrency, plan.wallets.length) }, worker));
  return outcomes;
}

function refusalReason({ kind, message }: RefusedError): string {
  switch (kind) {
    case "funds":
      return `the fee rose above what was kept back for it: run again, or raise --gas-buffer (${message})`;
    case "fee":
      return `the node wants a higher fee now: run again (${message})`;
    case "nonce":
      return `another transaction of this wallet came first: run again to move what is left (${message})`;
    case "known": // said of a transaction that the node does not have
    case "other":
      return message;
  }
}

function unansweredReason(error: unknown): string {
  if (!(error instanceof NoAnswerError)) throw error;
  return `${error.message}, so nobody knows whether it was sent: the same command finds out and goes on`;
}

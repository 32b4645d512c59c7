// What is going to be moved: read from the chain, and from the journal of a move that was cut off.
import { setTimeout as sleep } from "node:timers/promises";
import type { PrivateKeyAccount } from "viem/accounts";
import type { ReceiptLine, SendLine } from "../../core/wallets/journal.ts";
import {
  type GasMarket,
  isCurrent,
  type MoveCost,
  movable,
  moveCost,
  replacementCost,
} from "../../core/wallets/sweep.ts";
import {
  type Address,
  balancesOf,
  type ChainHead,
  type ConnectedChain,
  dataFeeOf,
  headOf,
  marketOf,
  noncesOf,
  transferGas,
} from "./chain.ts";
import type { Journal } from "./journal-file.ts";
import { type Mined, receiptOf } from "./receipts.ts";
import { sign } from "./transaction.ts";

/** One wallet to be emptied. */
export interface SourceWallet {
  /** What tables and the journal call it: its index. */
  readonly name: string;
  readonly account: PrivateKeyAccount;
  readonly to: Address;
}

/** What is going to happen with one wallet. */
export interface Planned {
  readonly wallet: SourceWallet;
  readonly balance: bigint;
  /** "busy": a transaction of somebody else's making is pending, which moves nobody knows what. */
  readonly state: "send" | "dust" | "busy";
  readonly send: Omit<SendLine, "hash">;
  /** Most that the transfer costs, wei. */
  readonly fee: bigint;
  /** Set when this very transaction was signed before and may be under way: it is sent again as it is. */
  readonly again?: SendLine;
  /** Hashes of earlier transactions with this nonce, one of which may still be mined instead. */
  readonly earlier: readonly `0x${string}`[];
}

export interface MovePlan {
  readonly head: ChainHead;
  readonly wallets: readonly Planned[];
  /** Receipts of earlier attempts at the same move, also those that were only found now. */
  readonly settled: readonly ReceiptLine[];
}

type OpenSend = SendLine & { readonly refused: boolean };

/** Looks, a second apart, for the receipt of a transaction whose nonce is used up: endpoints with several nodes behind them do not all know it at once. */
const RECEIPT_LOOKS = 3;

/** The journal's line for a mined transfer. */
export function receiptLine(send: SendLine, mined: Mined): ReceiptLine {
  const price = mined.price ?? send.gasPrice ?? 0n;
  return {
    wallet: send.wallet,
    hash: mined.hash,
    status: mined.status,
    block: mined.block,
    value: mined.status === "success" ? send.value : 0n,
    fee: mined.gasUsed * price + mined.dataFee,
  };
}

/**
 * Plans the move of everything that the wallets have. Sends nothing; notes in the journal what it finds mined.
 * @param buffer percent of the gas cost that is kept back
 */
export async function planMove(
  chain: ConnectedChain,
  wallets: readonly SourceWallet[],
  journal: Pick<Journal, "unfinished" | "write">,
  buffer: number,
): Promise<MovePlan> {
  const head = await headOf(chain);
  const open = journal.unfinished?.open ?? new Map<string, readonly OpenSend[]>();
  const funded = await balancesOf(chain, addressesOf(wallets));
  // Of a range of thousands often most are empty: nothing more is asked about those.
  const active = wallets.filter(({ name }, i) => (funded[i] ?? 0n) > 0n || open.has(name));
  const addresses = addressesOf(active);
  // Nonces before receipts: a transaction that is mined in between then still counts as under way, and is found by its hash when it is sent again.
  const [latest, pending] = await Promise.all([
    noncesOf(chain, addresses, "latest"),
    noncesOf(chain, addresses, "pending"),
  ]);
  const used = new Map(active.map(({ name }, i) => [name, latest[i] ?? 0]));
  const found = await settle(chain, journal, used);
  // Again, now that the nonces are known: a transaction that was mined since has changed both.
  const [balances, market] = await Promise.all([balancesOf(chain, addresses), marketOf(chain, head)]);
  const cost = await costOn(chain, active, balances, market, buffer);
  const mined = new Set(found.map(({ hash }) => hash));
  const states = new Map(
    active.map(({ name }, i) => {
      const nonce = latest[i] ?? 0;
      return [name, { balance: balances[i] ?? 0n, nonce, busy: (pending[i] ?? 0) > nonce }];
    }),
  );
  return {
    head,
    settled: [...(journal.unfinished?.receipts ?? []), ...found],
    wallets: wallets.map((wallet) => {
      const left = (open.get(wallet.name) ?? []).filter(({ hash }) => !mined.has(hash));
      return planned(wallet, states.get(wallet.name) ?? EMPTY, { cost, market, open: left });
    }),
  };
}

/** A wallet as it is on the chain. */
interface WalletState {
  readonly balance: bigint;
  readonly nonce: number;
  readonly busy: boolean;
}

const EMPTY: WalletState = { balance: 0n, nonce: 0, busy: false };

const addressesOf = (wallets: readonly SourceWallet[]) => wallets.map(({ account }) => account.address);

/** Receipts of sends that the journal does not know the end of. */
async function settle(
  chain: ConnectedChain,
  { unfinished, write }: Pick<Journal, "unfinished" | "write">,
  used: ReadonlyMap<string, number>,
): Promise<ReceiptLine[]> {
  const open = [...(unfinished?.open.values() ?? [])].flat();
  const found: ReceiptLine[] = [];
  let left: OpenSend[] = open;
  for (let look = 0; left.length > 0 && look < RECEIPT_LOOKS; look++) {
    if (look > 0) await sleep(1_000);
    const receipts = await Promise.all(left.map(({ hash }) => receiptOf(chain, hash)));
    left = left.filter((send, i) => {
      const mined = receipts[i];
      if (mined !== undefined) found.push(receiptLine(send, mined));
      // Only what may have been mined is worth another look.
      return mined === undefined && !send.refused && send.nonce < (used.get(send.wallet) ?? 0);
    });
  }
  for (const line of found) await write({ event: "receipt", ...line });
  return found;
}

async function costOn(
  chain: ConnectedChain,
  wallets: readonly SourceWallet[],
  balances: readonly bigint[],
  market: GasMarket,
  buffer: number,
): Promise<MoveCost> {
  // All transfers are alike: one that has something to move stands for them.
  const rich =
    wallets[
      Math.max(
        0,
        balances.findIndex((balance) => balance > 0n),
      )
    ];
  if (rich === undefined || balances.every((balance) => balance === 0n)) return moveCost(market, 21_000n, 0n, buffer);
  const { account, to } = rich;
  const gas = await transferGas(chain, account.address, to, buffer);
  const { fees } = moveCost(market, gas, 0n, buffer);
  const sample = { wallet: "", from: account.address, to, nonce: 0xffff, value: 2n ** 88n - 1n, gas, ...fees };
  return moveCost(market, gas, await dataFeeOf(chain, await sign(account, chain.id, sample)), buffer);
}

function planned(
  wallet: SourceWallet,
  { balance, nonce, busy }: WalletState,
  { cost, market, open }: { cost: MoveCost; market: GasMarket; open: readonly OpenSend[] },
): Planned {
  const earlier = open.map(({ hash }) => hash);
  const underWay = open.findLast((send) => !send.refused && send.nonce === nonce);
  const own = underWay === undefined ? cost : replacementCost(cost, underWay);
  const value = movable(balance, own);
  const fresh = {
    wallet: wallet.name,
    from: wallet.account.address,
    to: wallet.to,
    nonce,
    value,
    gas: own.gas,
    ...own.fees,
  };
  // A transaction whose fees would still do is sent again as it was. So is one that seems to have left nothing to move: it has just been mined.
  if (underWay !== undefined && (isCurrent(underWay, market) || value === 0n)) {
    const { refused: _, ...again } = underWay;
    return { wallet, balance, state: "send", send: again, fee: cost.reserve, again, earlier };
  }
  const state = underWay === undefined && busy ? "busy" : value === 0n ? "dust" : "send";
  return { wallet, balance, state, send: fresh, fee: own.reserve, earlier };
}

// The chain as the wallet commands see it: which one it is, what accounts have, and what a transfer costs.
import { decodeFunctionResult, encodeFunctionData, type Hex, keccak256, numberToHex } from "viem";
import { multicallAbi } from "../../core/abi/generated.ts";
import { testChains } from "../../core/scenario.ts";
import type { GasMarket } from "../../core/wallets/sweep.ts";
import { RpcError, type TransactionRefusal, transactionRefusalOf } from "../../sandbox/rpc.ts";
import { CommandError, UsageError } from "../errors.ts";
import { createRpcClient, NoAnswerError, type RpcClient, type RpcOptions } from "./rpc.ts";

export type Address = `0x${string}`;

export interface ConnectedChain {
  readonly id: number;
  /** How it is called in messages: its id, and its name where it is a known one. */
  readonly name: string;
  readonly rpc: RpcClient;
  readonly multicall: Address;
}

/** Balances that one call of Multicall3 reads. */
const READS_IN_ONE = 1_000;
/** OP-stack chains' oracle of what publishing a transaction costs; nothing else lives there. */
const GAS_PRICE_ORACLE = "0x420000000000000000000000000000000000000F";
const oracleAbi = [
  {
    name: "getL1Fee",
    type: "function",
    stateMutability: "view",
    inputs: [{ type: "bytes", name: "transaction" }],
    outputs: [{ type: "uint256", name: "fee" }],
  },
] as const;

/**
 * Finds out which chain an endpoint is.
 * @throws UsageError when it does not answer: nothing has been done yet
 */
export async function connectChain(url: string, multicall: Address, options: RpcOptions): Promise<ConnectedChain> {
  const rpc = createRpcClient(url, options);
  try {
    const id = Number(await rpc.request<Hex>("eth_chainId"));
    const known = testChains[id];
    return { id, name: `chain ${id}${known === undefined ? "" : ` (${known})`}`, rpc, multicall };
  } catch (error) {
    if (error instanceof NoAnswerError)
      throw new UsageError(`${error.message}: check --rpc-url or RPC_URL, and that the node runs. Nothing was sent`);
    if (error instanceof RpcError) throw new UsageError(`${rpc.host} is no Ethereum node: ${error.message}`);
    throw error;
  }
}

/**
 * Refuses to spend on a chain that is not known to be a test network.
 * @param allowed ids that the user allowed by hand
 */
export function requireAllowed({ id }: ConnectedChain, allowed: readonly number[] = []): void {
  if (testChains[id] !== undefined || allowed.includes(id)) return;
  throw new UsageError(
    `chain ${id} is not a known test network, so its coins may be worth money: add --allow-chain ${id} if you mean it. Nothing was sent`,
  );
}

/** Whether a contract lives at `address`. */
export async function hasCode({ rpc }: ConnectedChain, address: Address): Promise<boolean> {
  return (await rpc.request<Hex>("eth_getCode", [address, "latest"])) !== "0x";
}

/** Wei of each address: one call where Multicall3 is deployed, else one for each, in batches. */
export async function balancesOf(chain: ConnectedChain, addresses: readonly Address[]): Promise<bigint[]> {
  if (addresses.length > 1 && (await hasCode(chain, chain.multicall))) {
    try {
      return await balancesInOne(chain, addresses);
    } catch (error) {
      // Something else may live at that address, or be too much for one call of this node.
      if (!(error instanceof RpcError)) throw error;
    }
  }
  const balance = (address: Address) => chain.rpc.request<Hex>("eth_getBalance", [address, "latest"]);
  return Promise.all(addresses.map(async (address) => BigInt(await balance(address))));
}

async function balancesInOne({ rpc, multicall }: ConnectedChain, addresses: readonly Address[]): Promise<bigint[]> {
  const parts: bigint[][] = [];
  for (let start = 0; start < addresses.length; start += READS_IN_ONE) {
    const calls = addresses.slice(start, start + READS_IN_ONE).map((addr) => ({
      target: multicall,
      allowFailure: false,
      callData: encodeFunctionData({ abi: multicallAbi, functionName: "getEthBalance", args: [addr] }),
    }));
    const data = encodeFunctionData({ abi: multicallAbi, functionName: "aggregate3", args: [calls] });
    const answer = await rpc.request<Hex>("eth_call", [{ to: multicall, data }, "latest"]);
    const results = decodeFunctionResult({ abi: multicallAbi, functionName: "aggregate3", data: answer });
    parts.push(results.map(({ returnData }) => BigInt(returnData)));
  }
  return parts.flat();
}

/** Transactions that each address has sent, as of the latest block or counting pending ones. */
export function noncesOf(
  { rpc }: ConnectedChain,
  addresses: readonly Address[],
  tag: "latest" | "pending",
): Promise<number[]> {
  return Promise.all(
    addresses.map(async (address) => Number(await rpc.request<Hex>("eth_getTransactionCount", [address, tag]))),
  );
}

export interface ChainHead {
  readonly number: bigint;
  readonly gasLimit: bigint;
  readonly baseFee: bigint | undefined;
}

export async function headOf({ rpc }: ConnectedChain): Promise<ChainHead> {
  const block = await rpc.request<{ number: Hex; gasLimit: Hex; baseFeePerGas?: Hex | null }>("eth_getBlockByNumber", [
    "latest",
    false,
  ]);
  const baseFee = block.baseFeePerGas ? BigInt(block.baseFeePerGas) : undefined;
  return { number: BigInt(block.number), gasLimit: BigInt(block.gasLimit), baseFee };
}

/** What gas costs now: by the latest block's base fee and the node's tip, or by the node's price where blocks have no base fee. */
export async function marketOf({ rpc }: ConnectedChain, { baseFee }: ChainHead): Promise<GasMarket> {
  if (baseFee === undefined) return { suggested: BigInt(await rpc.request<Hex>("eth_gasPrice")) };
  try {
    return { baseFee, suggested: BigInt(await rpc.request<Hex>("eth_maxPriorityFeePerGas")) };
  } catch (error) {
    // Not every node has that method; what its whole price has above the base fee is the same.
    if (!(error instanceof RpcError)) throw error;
    const price = BigInt(await rpc.request<Hex>("eth_gasPrice"));
    return { baseFee, suggested: price > baseFee ? price - baseFee : 0n };
  }
}

/**
 * Gas of a plain transfer: 21,000, but more on chains that count the cost of publishing it as gas, and to a contract that does something with it.
 * @param buffer percent added where it is more, since it then varies
 * @throws CommandError when the receiver refuses it
 */
export async function transferGas(
  { rpc }: ConnectedChain,
  from: Address,
  to: Address,
  buffer: number,
): Promise<bigint> {
  const call = { from, to, value: numberToHex(1n) };
  const gas = await rpc.request<Hex>("eth_estimateGas", [call]).then(BigInt, (error: Error) => {
    if (!(error instanceof RpcError)) throw error;
    throw new CommandError(`${to} does not take a transfer from ${from} (${error.message}). Nothing was sent`);
  });
  return gas <= 21_000n ? 21_000n : (gas * BigInt(Math.ceil(100 + buffer))) / 100n;
}

/** Wei that an OP-stack chain takes for publishing this signed transaction; 0n on other chains. */
export async function dataFeeOf(chain: ConnectedChain, transaction: Hex): Promise<bigint> {
  if (!(await hasCode(chain, GAS_PRICE_ORACLE))) return 0n;
  const data = encodeFunctionData({ abi: oracleAbi, functionName: "getL1Fee", args: [transaction] });
  return BigInt(await chain.rpc.request<Hex>("eth_call", [{ to: GAS_PRICE_ORACLE, data }, "latest"]));
}

/** The node does not want a transaction. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly kind: TransactionRefusal;

  constructor(kind: TransactionRefusal, message: string) {
    super(message);
    this.kind = kind;
  }
}

/**
 * Hands a signed transaction to the node. Resolves once the node has it; with true when it had it already, from an earlier attempt whose answer was lost.
 * @throws RefusedError when the node does not want it and does not have it; NoAnswerError when that cannot be found out
 */
export async function submit({ rpc }: ConnectedChain, transaction: Hex): Promise<boolean> {
  try {
    await rpc.request("eth_sendRawTransaction", [transaction]);
    return false;
  } catch (error) {
    const kind = transactionRefusalOf(error);
    if (kind === undefined) throw error;
    const message = (error as Error).message.replace(/^eth_sendRawTransaction: /, "");
    // "already known", "nonce too low" and the like are said of this very transaction too, when an attempt before this one came through.
    if ((await rpc.request("eth_getTransactionByHash", [keccak256(transaction)])) !== null) return true;
    throw new RefusedError(kind, message);
  }
}

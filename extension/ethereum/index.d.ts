/**
 * `k6/x/ethereum`: accounts, a JSON-RPC client and a shared wallet pool for load tests, in viem's vocabulary.
 *
 * Amounts are `bigint` (wei), both ways. Calls that use the network return promises; pure functions are synchronous.
 * Private keys never enter JavaScript: an {@link Account} is a handle that prints as its address. An option that a function does not know
 * is an error, which names it and the ones that it knows.
 *
 * ```js
 * import { Client, mnemonicToAccount, parseEther } from "k6/x/ethereum";
 *
 * const client = new Client({ url: "http://127.0.0.1:14800", chainId: 14800 });
 * const funder = mnemonicToAccount({ file: "phrase.txt" });
 *
 * export default async function () {
 *   const to = mnemonicToAccount({ file: "phrase.txt" }, { addressIndex: 100 });
 *   const hash = await client.sendTransaction({ account: funder, to, value: parseEther("0.01") });
 *   const { status, blockNumber } = await client.waitForTransactionReceipt({ hash, timeout: 30_000 });
 *   console.log(status, await client.getBalance({ address: to, blockNumber }));
 * }
 * ```
 */
declare module "k6/x/ethereum" {
  import type {
    Abi,
    AbiParameter,
    AbiParametersToPrimitiveTypes,
    AbiParameterToPrimitiveType,
    Address,
    ExtractAbiFunction,
    ExtractAbiFunctionNames,
  } from "abitype";

  export type { Abi, Address };
  export type Hex = `0x${string}`;
  export type Hash = `0x${string}`;

  /** What went wrong, as a closed list: retry policies and reports switch on it, never on message text. */
  export type ErrorKind = "nonce" | "funds" | "timeout" | "rate_limit" | "revert" | "transport" | "protocol";

  /** Tells apart causes within a kind, where there is more than one. */
  export type ErrorReason =
    | "nonce_too_low"
    | "nonce_too_high"
    | "replacement_underpriced"
    /** Another transaction was mined with this one's nonce. */
    | "replaced"
    /** The fee offered is below what the node takes now. */
    | "underpriced"
    /** Accepted, but in no block within the time allowed. */
    | "unconfirmed"
    /** Submitted, the answer was lost, and the node could not be asked since: it may still be included. */
    | "in_doubt"
    /** The iteration ended before the call did. */
    | "ended";

  /** What calls that use the network reject with. Wrong arguments throw a plain Error at once, which names the argument. */
  export interface EthereumError extends Error {
    /** JSON-RPC error code, HTTP status, or 0 when neither answered. */
    code: number;
    kind: ErrorKind;
    reason?: ErrorReason;
    /** Whether the same call may succeed when made again. */
    retryable: boolean;
    /** The transaction's hash, where the error is about one that was signed. With reason "in_doubt" or "unconfirmed" it may still be included. */
    hash?: Hash;
    /** Milliseconds the server asked to wait (HTTP 429 with Retry-After); absent otherwise. */
    retryAfter?: number;
    /** What the contract said: a custom error that the ABI at hand names, "Error" or "Panic"; name is "" when nothing names it. */
    revert?: { name: string; args: unknown[]; data: Hex };
  }

  /**
   * A handle on a key that stays in Go. `String(account)` and `JSON.stringify(account)` give the address. Where an {@link Address} is an
   * argument of a contract call, an account stands for its address.
   */
  export interface Account {
    readonly address: Address;
    /** EIP-191 signature; `raw` signs bytes given in hex. */
    signMessage(parameters: { message: string | { raw: Hex } }): Hex;
    /** EIP-712 (v4) signature. bigint and decimal strings are accepted for integers. */
    signTypedData(parameters: TypedData): Hex;
  }

  export interface TypedData {
    domain: { name?: string; version?: string; chainId?: number | bigint; verifyingContract?: Address; salt?: Hex };
    types: Record<string, readonly { name: string; type: string }[]>;
    primaryType: string;
    message: Record<string, unknown>;
  }

  export interface HDOptions {
    /** m/44'/60'/{accountIndex}'/{changeIndex}/{addressIndex}; each defaults to 0. */
    accountIndex?: number;
    changeIndex?: number;
    addressIndex?: number;
    /** A whole path instead, such as "m/44'/60'/0'/0/7". */
    path?: string;
  }

  /** A BIP-39 phrase, or the path of a file that holds one (read in Go, once a process, so that archives never contain it). */
  export type Mnemonic = string | { file: string };

  /**
   * Derives an account; the phrase's words and checksum are verified, and the wrong word's position is named, never a word. The seed is
   * made once a phrase and process, so that an account costs about 0.1 ms.
   */
  export function mnemonicToAccount(mnemonic: Mnemonic, options?: HDOptions): Account;
  /** Addresses of addressIndex start..end-1 in one call. */
  export function mnemonicToAddresses(
    mnemonic: Mnemonic,
    options: { start: number; end: number; accountIndex?: number },
  ): Address[];
  export function privateKeyToAccount(privateKey: Hex): Account;

  export function keccak256(data: Hex | ArrayBuffer | Uint8Array): Hash;
  /** EIP-712 digest that {@link Account.signTypedData} signs. */
  export function hashTypedData(parameters: TypedData): Hash;
  export function recoverMessageAddress(parameters: { message: string | { raw: Hex }; signature: Hex }): Address;
  export function recoverTypedDataAddress(parameters: TypedData & { signature: Hex }): Address;
  /** The address with its checksum (EIP-55). Throws when mixed case is not that checksum, as everywhere in this module. */
  export function getAddress(address: string): Address;
  /** Exact: more than 18 digits after the point are an error, not rounded. */
  export function parseEther(ether: string): bigint;
  export function formatEther(wei: bigint): string;
  export function parseGwei(gwei: string): bigint;
  /**
   * Of overloads, the one that takes as many arguments is meant; name it by its signature, `transfer(address,uint256)`, when several do.
   * Integers may be bigint, numbers below 2^53, or strings in decimal or 0x hex; bytes may be hex or buffers; tuples objects or arrays.
   * An ABI is read once: it must not be changed after its first use.
   */
  export function encodeFunctionData(parameters: { abi: Abi; functionName: string; args?: readonly unknown[] }): Hex;
  /** An indexed string, array or tuple is given as its hash, which is all that the log has. */
  export function decodeEventLog(
    parameters: { abi: Abi; topics: readonly Hex[]; data: Hex } & {
      /** A log may be spread into the parameters as it is: of the rest nothing is read. */
      [Rest in
        | Exclude<keyof Log, "topics" | "data">
        | "blockHash"
        | "blockTimestamp"
        | "transactionIndex"
        | "removed"]?: unknown;
    },
  ): { eventName: string; args: Record<string, unknown> };
  /** The logs of `logs` that the ABI's `eventName` (default: any event) describes, decoded. Others are left out. */
  export function parseEventLogs(parameters: {
    abi: Abi;
    logs: readonly Log[];
    eventName?: string;
    address?: Address | Account;
  }): DecodedLog[];

  export interface Log {
    address: Address;
    topics: Hex[];
    data: Hex;
    logIndex: number;
    blockNumber: bigint;
    transactionHash: Hash;
  }
  export interface DecodedLog extends Log {
    eventName: string;
    args: Record<string, unknown>;
  }

  export interface TransactionReceipt {
    transactionHash: Hash;
    blockHash: Hash;
    blockNumber: bigint;
    /** "success" or "reverted", as in viem. A reverted transaction resolves: the caller judges. */
    status: "success" | "reverted";
    from: Address;
    to: Address | null;
    contractAddress: Address | null;
    gasUsed: bigint;
    effectiveGasPrice: bigint;
    logs: Log[];
    /** Milliseconds from acceptance by the node to first sight of the including block, monotonic clock. Absent if this process did not send it. */
    timeToMine?: number;
  }

  export interface ClientOptions {
    /** JSON-RPC endpoint, http or https. */
    url: string;
    /** Refuse to work with any other chain: the first network call compares (one eth_chainId a process). */
    chainId?: number;
    /** Multicall3's address; 0xcA11bde05977b3631167028862bE2a173976CA11 by default. */
    multicallAddress?: Address;
    /** Milliseconds one HTTP request may take; 3000 by default. */
    timeout?: number;
    /**
     * Milliseconds a call is retried for while its error is retryable; 30000 by default, 0 never retries. Pauses double from 50 ms to 2 s, with
     * jitter, and are as long as Retry-After asks. Calls that may not be made twice are retried only when the node cannot have processed them.
     */
    retryFor?: number;
    /** Milliseconds between looks at the chain's head; by default adapted to the block time (50 to 1000). */
    pollingInterval?: number;
    /** HTTP headers, such as an API key. Never logged. */
    headers?: Record<string, string>;
    /** Largest number of calls in one JSON-RPC batch or one multicall; 500 by default. */
    batchSize?: number;
  }

  /** Fees: leave all out for EIP-1559 with a cached head (2 x base fee + tip), or legacy where the chain has no base fee. */
  export interface Fees {
    gasPrice?: bigint;
    maxFeePerGas?: bigint;
    maxPriorityFeePerGas?: bigint;
  }

  export interface TransactionRequest extends Fees {
    account: Account;
    to?: Address | Account;
    value?: bigint;
    data?: Hex;
    /**
     * Gas limit. Left out, it is 21000 for a transfer without data (set it where the receiver is a contract: nobody asks the node), and the
     * node's estimate plus a fifth otherwise, which costs a request a transaction.
     */
    gas?: bigint | number;
    /**
     * Set it to override the nonce manager; it is then never changed, retried with another, or healed. If the very same transaction is already
     * pending or mined, sending resolves with its hash.
     */
    nonce?: number;
  }

  /** One of several outcomes of {@link Client.sendTransactions}, in the order of the requests. */
  export type SendResult = { hash: Hash; error?: undefined } | { hash?: undefined; error: EthereumError };

  /** An argument of a contract's function: where it takes an address, an account stands for its own. */
  export type ContractArg<P extends AbiParameter> = P["type"] extends "address"
    ? Address | Account
    : P["type"] extends `address[${string}`
      ? readonly (Address | Account)[]
      : AbiParameterToPrimitiveType<P, "inputs">;
  export type ContractArgs<A extends Abi | readonly unknown[], N extends string> = A extends Abi
    ? N extends ExtractAbiFunctionNames<A>
      ? ExtractAbiFunction<A, N>["inputs"] extends infer Inputs extends readonly AbiParameter[]
        ? { readonly [K in keyof Inputs]: ContractArg<Inputs[K]> }
        : never
      : readonly unknown[]
    : readonly unknown[];
  export type ContractResult<A extends Abi | readonly unknown[], N extends string> = A extends Abi
    ? N extends ExtractAbiFunctionNames<A>
      ? AbiParametersToPrimitiveTypes<ExtractAbiFunction<A, N>["outputs"], "outputs"> extends infer R
        ? R extends readonly [infer Only]
          ? Only
          : R
        : never
      : unknown
    : unknown;

  export interface ContractCall<A extends Abi | readonly unknown[] = Abi, N extends string = string> {
    address: Address;
    abi: A;
    functionName: N;
    args?: ContractArgs<A, N>;
  }

  /** Which block a read asks about; the newest one where neither is given. */
  export interface BlockOption {
    blockNumber?: bigint;
    blockTag?: "latest" | "pending" | "safe" | "finalized";
  }

  /** What a block's header says; baseFeePerGas is null on a chain without EIP-1559. */
  export interface BlockHeader {
    number: bigint;
    hash: Hash;
    parentHash: Hash;
    gasLimit: bigint;
    baseFeePerGas: bigint | null;
    timestamp: bigint;
  }

  /** One of several outcomes of {@link Client.multicall}. */
  export type CallResult<T = unknown> = { status: "success"; result: T } | { status: "failure"; error: EthereumError };

  /**
   * A JSON-RPC client. Making one does no I/O. Connections, nonces, the block follower and fees are shared by all clients of the
   * same URL in the process. A single output is returned as itself, several as an array; tuples are objects keyed by component name.
   *
   * A submission outlives its iteration: only the wait for it ends with the iteration. Metrics, with the VU's tags at the time of the call:
   * `ethereum_req_duration{method}` and `ethereum_requests{method}` (a JSON-RPC batch is one request, its method ends in `_batch`, or is
   * `batch` when mixed), `ethereum_errors{kind,method}` (calls failed for good), `ethereum_retries{kind,method}`, `ethereum_block`,
   * `ethereum_nonce_healed`, `ethereum_txs_sent` or `_rejected`, then `_included`, `_reverted`, `_replaced` or `_timed_out` for those waited
   * for, `ethereum_time_to_mine` and `ethereum_gas_used`. Transactions that this process did not send count in none of these.
   */
  export class Client {
    constructor(options: ClientOptions);
    /** Any JSON-RPC call; bigints in `params` become hex quantities. */
    request<T = unknown>(parameters: { method: string; params?: readonly unknown[] }): Promise<T>;
    getChainId(): Promise<number>;
    getBlockNumber(): Promise<bigint>;
    /** A block's header. */
    getBlock(parameters?: BlockOption): Promise<BlockHeader>;
    getBalance(parameters: { address: Address | Account } & BlockOption): Promise<bigint>;
    /**
     * Balances of many addresses: of the newest block by multicall where Multicall3 is deployed, and by JSON-RPC batch otherwise.
     */
    getBalances(parameters: { addresses: readonly (Address | Account)[] } & BlockOption): Promise<bigint[]>;
    /** The next nonce; at "pending" it counts what waits in the node's pool. */
    getTransactionCount(parameters: { address: Address | Account } & BlockOption): Promise<number>;
    getCode(parameters: { address: Address | Account } & BlockOption): Promise<Hex>;
    getGasPrice(): Promise<bigint>;
    /** What a transaction sent now would use, as the node estimates it. */
    estimateGas(parameters: {
      account: Account | Address;
      to?: Address | Account;
      value?: bigint;
      data?: Hex;
    }): Promise<bigint>;
    /** What a transaction sent now should offer: 2 x base fee + tip, or gasPrice on a chain without base fee. Cached with the head. */
    estimateFeesPerGas(): Promise<{ gasPrice?: bigint; maxFeePerGas?: bigint; maxPriorityFeePerGas?: bigint }>;
    /** Runs a contract's function on the state of a block. `account` is who seems to call. */
    readContract<const A extends Abi | readonly unknown[], N extends string>(
      call: ContractCall<A, N> & BlockOption & { account?: Account | Address },
    ): Promise<ContractResult<A, N>>;
    /** Resolves with the hash once the node has accepted it. `abi` also decodes custom errors. */
    writeContract<const A extends Abi | readonly unknown[], N extends string>(
      call: ContractCall<A, N> & Omit<TransactionRequest, "to" | "data">,
    ): Promise<Hash>;
    deployContract(
      parameters: { abi: Abi; bytecode: Hex; args?: readonly unknown[] } & Omit<TransactionRequest, "to" | "data">,
    ): Promise<Hash>;
    /** Calls in as few eth_calls as batchSize allows. A call that reverts is a "failure" of its own. */
    multicall(parameters: { contracts: readonly ContractCall[] } & BlockOption): Promise<CallResult[]>;
    /**
     * Resolves with the hash once the node has accepted it. Nonces are given out in the order of calls; where an answer is lost, the same
     * transaction is submitted again and looked up by its hash before its nonce can go to another; a gap that a refused transaction left below
     * accepted ones is filled with a transfer of nothing if no other send fills it.
     */
    sendTransaction(request: TransactionRequest): Promise<Hash>;
    /** One JSON-RPC batch (of batchSize at most). Never rejects for a single transaction's sake: each has its own outcome. */
    sendTransactions(requests: readonly TransactionRequest[]): Promise<SendResult[]>;
    /**
     * Resolves with the receipt once the transaction is in a block. Rejects with kind "timeout" after `timeout` ms (60000 by default), and
     * with kind "nonce" when its nonce was used by another transaction ("replaced").
     * With `abi`, a reverted transaction's custom error is decoded into `receipt.revert` by replaying the call.
     */
    waitForTransactionReceipt(parameters: {
      hash: Hash;
      timeout?: number;
      confirmations?: number;
      abi?: Abi;
    }): Promise<TransactionReceipt & { revert?: { name: string; args: unknown[]; data: Hex } }>;
  }

  export interface WalletPoolOptions {
    /** Pools of one name are one pool in the process; its first construction decides the rest. */
    name: string;
    mnemonic: Mnemonic;
    /** First address index; wallet k is m/44'/60'/0'/0/(offset + k). */
    offset: number;
    /** This instance r of N gives out k = r, r + N, ... */
    instance: number;
    instances: number;
    /** Wallets this instance's users need at most; `demand` resolves null once all are reserved. */
    planned: number;
    /** Wallets kept waiting: `demand` resolves when fewer than size are waiting or reserved. */
    size: number;
  }

  export interface PooledWallet {
    /** k, unique over all instances. */
    index: number;
    account: Account;
    /** Milliseconds the caller waited for it. */
    waited: number;
  }

  /** The pool of funded wallets, shared by all VUs of the process. */
  export class WalletPool {
    constructor(options: WalletPoolOptions);
    /**
     * The wallet that has waited longest, first come, first served. Rejects with kind "timeout" after `timeout` ms. If the iteration is
     * cut off meanwhile, the wallet goes back to the front.
     */
    take(parameters: { timeout: number }): Promise<PooledWallet>;
    /**
     * Reserves up to `max` unfunded indices for one worker as soon as that is worth a transaction: when `max` wallets (half the pool, where `max`
     * is more; or all that remain) are missing, or when somebody in `take` waits for whom no wallet is being funded. null once all planned
     * wallets are reserved, the pool is closed, or `deadline` (epoch ms) has passed. Indices an iteration reserved and neither offered nor
     * returned go back when it ends.
     */
    demand(parameters: { max: number; deadline?: number }): Promise<number[] | null>;
    /** Puts funded wallets into the pool. Throws, and changes nothing, if any of them is not reserved. */
    offer(indices: readonly number[]): void;
    /** Gives reserved indices back unfunded. Throws, and changes nothing, if any of them is not reserved. */
    giveBack(indices: readonly number[]): void;
    /** Says that no more will come: ends all `demand` calls with null and `take` with an error of kind "funds" once no funded wallet waits. */
    close(): void;
    /** Address of wallet k. */
    address(index: number): Address;
    /** The account handle of wallet k. */
    account(index: number): Account;
    /**
     * Wallets funded and waiting, being funded, taken by users, offered so far; the highest index reserved so far (-1: none); and how many
     * callers of `take` wait.
     */
    stats(): { waiting: number; reserved: number; taken: number; offered: number; highest: number; takers: number };
  }
}

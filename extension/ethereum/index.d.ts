/**
 * `k6/x/ethereum`: accounts, a JSON-RPC client and a shared wallet pool for load tests, in viem's vocabulary.
 *
 * Amounts are `bigint` (wei), both ways. Calls that use the network return promises; pure functions are synchronous.
 * Private keys never enter JavaScript: an {@link Account} is a handle that prints as its address.
 */
declare module "k6/x/ethereum" {
  import type { Abi, AbiParametersToPrimitiveTypes, Address, ExtractAbiFunction, ExtractAbiFunctionNames } from "abitype";

  export type { Abi, Address };
  export type Hex = `0x${string}`;
  export type Hash = `0x${string}`;

  /** What went wrong, as a closed list: retry policies and reports switch on it, never on message text. */
  export type ErrorKind = "nonce" | "funds" | "timeout" | "rate_limit" | "revert" | "transport" | "protocol";

  /** Every error this module throws or rejects with. */
  export interface EthereumError extends Error {
    /** JSON-RPC error code, HTTP status, or 0 when neither answered. */
    code: number;
    kind: ErrorKind;
    /** Whether the same call may succeed when made again. */
    retryable: boolean;
    /** Milliseconds the server asked to wait (HTTP 429 with Retry-After); absent otherwise. */
    retryAfter?: number;
    /** The decoded custom error of a revert, when the ABI at hand names it. */
    revert?: { name: string; args: unknown[]; data: Hex };
  }

  /** A handle on a key that stays in Go. `String(account)` and `JSON.stringify(account)` give the address. */
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

  /** A BIP-39 phrase, or the path of a file that holds one (read in Go, so that archives never contain it). */
  export type Mnemonic = string | { file: string };

  /** Derives an account; the phrase's word list and checksum are verified and the wrong word's position is named (never the words). */
  export function mnemonicToAccount(mnemonic: Mnemonic, options?: HDOptions): Account;
  /** Addresses of addressIndex start..end-1 in one call. */
  export function mnemonicToAddresses(mnemonic: Mnemonic, options: { start: number; end: number; accountIndex?: number }): Address[];
  export function privateKeyToAccount(privateKey: Hex): Account;

  export function keccak256(data: Hex | ArrayBuffer | Uint8Array): Hash;
  /** EIP-712 digest that {@link Account.signTypedData} signs. */
  export function hashTypedData(parameters: TypedData): Hash;
  export function recoverMessageAddress(parameters: { message: string | { raw: Hex }; signature: Hex }): Address;
  export function recoverTypedDataAddress(parameters: TypedData & { signature: Hex }): Address;
  export function getAddress(address: string): Address;
  export function parseEther(ether: string): bigint;
  export function formatEther(wei: bigint): string;
  export function parseGwei(gwei: string): bigint;
  export function encodeFunctionData(parameters: { abi: Abi; functionName: string; args?: readonly unknown[] }): Hex;
  export function decodeEventLog(parameters: { abi: Abi; topics: readonly Hex[]; data: Hex }): { eventName: string; args: Record<string, unknown> };
  /** The logs of `logs` that the ABI's `eventName` (default: any event) describes, decoded. Others are left out. */
  export function parseEventLogs(parameters: { abi: Abi; logs: readonly Log[]; eventName?: string; address?: Address }): DecodedLog[];

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
    /** Milliseconds a call is retried for while its error is retryable (transport, timeout, rate_limit); 30000 by default, 0 never retries. */
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
    to?: Address;
    value?: bigint;
    data?: Hex;
    /** Gas limit. 21000 for plain transfers to accounts, else estimated when left out. */
    gas?: bigint | number;
    /** Set it to override the nonce manager; it is then never changed, retried with another, or healed. */
    nonce?: number;
  }

  /** One of several outcomes of {@link Client.sendTransactions}, in the order of the requests. */
  export type SendResult = { hash: Hash; error?: undefined } | { hash?: undefined; error: EthereumError };

  export type ContractArgs<A extends Abi | readonly unknown[], N extends string> = A extends Abi
    ? N extends ExtractAbiFunctionNames<A>
      ? AbiParametersToPrimitiveTypes<ExtractAbiFunction<A, N>["inputs"], "inputs">
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

  /** One of several outcomes of {@link Client.multicall}. */
  export type CallResult<T = unknown> = { status: "success"; result: T } | { status: "failure"; error: EthereumError };

  /**
   * A JSON-RPC client. Making one does no I/O. Connections, nonces, the block follower and fees are shared by all clients of the
   * same URL in the process. A single output is returned as itself, several as an array; tuples are objects keyed by component name.
   */
  export class Client {
    constructor(options: ClientOptions);
    request<T = unknown>(parameters: { method: string; params?: readonly unknown[] }): Promise<T>;
    getChainId(): Promise<number>;
    getBlockNumber(): Promise<bigint>;
    /** The head's gas limit, base fee, number and timestamp. */
    getBlock(): Promise<{ number: bigint; gasLimit: bigint; baseFeePerGas: bigint | null; timestamp: bigint }>;
    getBalance(parameters: { address: Address }): Promise<bigint>;
    /** Balances of many addresses, by multicall where Multicall3 is deployed and by JSON-RPC batch otherwise. */
    getBalances(parameters: { addresses: readonly Address[] }): Promise<bigint[]>;
    getTransactionCount(parameters: { address: Address; blockTag?: "latest" | "pending" }): Promise<number>;
    getCode(parameters: { address: Address }): Promise<Hex>;
    getGasPrice(): Promise<bigint>;
    estimateGas(parameters: Omit<TransactionRequest, "account"> & { account: Account | Address }): Promise<bigint>;
    /** What a transaction sent now should offer: 2 x base fee + tip, or gasPrice on a chain without base fee. Cached with the head. */
    estimateFeesPerGas(): Promise<{ gasPrice?: bigint; maxFeePerGas?: bigint; maxPriorityFeePerGas?: bigint }>;
    readContract<const A extends Abi | readonly unknown[], N extends string>(call: ContractCall<A, N>): Promise<ContractResult<A, N>>;
    /** Resolves with the hash once the node has accepted it. `abi` also decodes custom errors. */
    writeContract<const A extends Abi | readonly unknown[], N extends string>(
      call: ContractCall<A, N> & Omit<TransactionRequest, "to" | "data">,
    ): Promise<Hash>;
    deployContract(parameters: { abi: Abi; bytecode: Hex; args?: readonly unknown[] } & Omit<TransactionRequest, "to" | "data">): Promise<Hash>;
    /** Calls in as few eth_calls as batchSize allows. A call that reverts is a "failure" of its own. */
    multicall(parameters: { contracts: readonly ContractCall[] }): Promise<CallResult[]>;
    /** Resolves with the hash once the node has accepted it; a lost answer is looked up by hash before anything else happens. */
    sendTransaction(request: TransactionRequest): Promise<Hash>;
    /** One JSON-RPC batch. Never rejects for a single transaction's sake: each has its own outcome. */
    sendTransactions(requests: readonly TransactionRequest[]): Promise<SendResult[]>;
    /**
     * Resolves with the receipt once the transaction is in a block. Rejects with kind "timeout" after `timeout` ms (60000 by default), and
     * with kind "nonce" when its nonce was used by another transaction ("replaced").
     * With `abi`, a reverted transaction's custom error is decoded into `receipt.revert` by replaying the call.
     */
    waitForTransactionReceipt(parameters: { hash: Hash; timeout?: number; confirmations?: number; abi?: Abi }): Promise<
      TransactionReceipt & { revert?: { name: string; args: unknown[]; data: Hex } }
    >;
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
    /** The wallet that has waited longest. Rejects with kind "timeout" after `timeout` ms. If the iteration is cut off meanwhile, it goes back. */
    take(parameters: { timeout: number }): Promise<PooledWallet>;
    /**
     * Reserves up to `max` unfunded indices for one worker as soon as the pool is short; null once all planned wallets are reserved,
     * the pool is closed, or `deadline` (epoch ms) has passed. Indices an iteration reserved and neither offered nor returned go back when it ends.
     */
    demand(parameters: { max: number; deadline?: number }): Promise<number[] | null>;
    /** Puts funded wallets into the pool. */
    offer(indices: readonly number[]): void;
    /** Gives reserved indices back unfunded. */
    giveBack(indices: readonly number[]): void;
    /** Ends all waiting `demand` calls with null and all waiting `take` calls with an error. */
    close(): void;
    /** Address of wallet k. */
    address(index: number): Address;
    /** The account handle of wallet k. */
    account(index: number): Account;
    stats(): { waiting: number; reserved: number; taken: number; offered: number; highest: number };
  }
}

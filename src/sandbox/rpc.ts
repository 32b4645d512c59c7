import { getHttpRpcClient } from "viem/utils";

/** An error as JSON-RPC has it. */
export interface NodeError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** What a JSON-RPC node answered with instead of a result. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  /** Revert data, when it is one. */
  readonly data: unknown;

  constructor(method: string, { code, message, data }: NodeError) {
    super(`${method}: ${message}`);
    this.code = code;
    this.data = data;
  }
}

/** Why a node does not take a transaction: it has it, its nonce is taken, its account is too poor, or it pays too little for gas. */
export type TransactionRefusal = "known" | "nonce" | "funds" | "fee" | "other";

/** The texts of geth, Erigon, Nethermind, Besu, reth and anvil; the first that fits. */
const REFUSALS: readonly (readonly [TransactionRefusal, RegExp])[] = [
  ["known", /already (known|imported)/i],
  ["funds", /insufficient (funds|balance)|not enough/i],
  ["nonce", /nonce|replacement/i],
  ["fee", /underpriced|fee (cap )?(too low|less than)|less than block base fee|gas price (too low|below)/i],
];

/** Why a node did not take a transaction; undefined for an error that is no answer of a node. */
export const transactionRefusalOf = (error: unknown): TransactionRefusal | undefined =>
  error instanceof RpcError ? (REFUSALS.find(([, text]) => text.test(error.message))?.[0] ?? "other") : undefined;

const TIMEOUT_MS = 10_000;

/**
 * One JSON-RPC call to a node of the sandbox.
 * @throws RpcError when the node answers with an error; another error when it does not answer within 10 s
 */
export async function rpc<T>(url: string, method: string, params: readonly unknown[] = []): Promise<T> {
  const client = getHttpRpcClient(url, { maxResponseBodySize: false, timeout: 0 });
  // A signal of our own, since viem's timeout ends with the headers.
  const fetchOptions = { signal: AbortSignal.timeout(TIMEOUT_MS) };
  const { result, error } = await client.request({ body: { method, params }, fetchOptions });
  if (error) throw new RpcError(method, error);
  return result as T;
}

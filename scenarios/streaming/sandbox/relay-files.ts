// The relayer's direct operations: files that are put on chain for a user without a signature of theirs.
import { setTimeout as sleep } from "node:timers/promises";
import { encodeFunctionData, getAbiItem, type Hex, isAddress, toEventSelector } from "viem";
import type { NonceQueue } from "../../../src/sandbox/nonce-queue.ts";
import { addresses } from "../abi/addresses.ts";
import { registryAbi } from "../abi/generated.ts";
import { RelayError } from "./relay-request.ts";

interface Receipt {
  readonly status: Hex;
  readonly logs: readonly { readonly address: Hex; readonly topics: readonly Hex[] }[];
}

interface Deps {
  queue: NonceQueue;
  chain: <T>(method: string, params?: readonly unknown[]) => Promise<T>;
}

const OPERATIONS = ["submitFileAddition", "submitFileAdditionWithPermissions", "submitFileAdditionComplete"];
const FILE_ADDED = toEventSelector(getAbiItem({ abi: registryAbi, name: "FileAdded" }));
const RECEIPT_TIMEOUT = 60_000;

/**
 * Adds the file of a direct request and waits for its id.
 * @throws RelayError when the request is not one, or the transaction fails
 */
export async function addFile(
  body: Record<string, unknown>,
  { queue, chain }: Deps,
): Promise<{ fileId: number; transactionHash: Hex }> {
  if (!OPERATIONS.includes(String(body.operation))) {
    throw new RelayError(
      `This relayer has no direct operation ${String(body.operation)}; it has ${OPERATIONS.join(", ")}`,
    );
  }
  const {
    url,
    userAddress,
    ownerAddress = userAddress,
    permissions = [],
    schemaId = 0,
  } = (body.params ?? {}) as Record<string, unknown>;
  if (typeof url !== "string" || url === "") throw new RelayError("params.url must be a URL");
  if (typeof ownerAddress !== "string" || !isAddress(ownerAddress))
    throw new RelayError("params.userAddress must be an address");
  let data: Hex;
  try {
    const args = [
      url,
      ownerAddress,
      permissions as { account: Hex; key: string }[],
      BigInt(schemaId as number),
    ] as const;
    data = encodeFunctionData({ abi: registryAbi, functionName: "addFileWithPermissionsAndSchema", args });
  } catch (error) {
    throw new RelayError(`The file cannot be encoded: ${(error as Error).message.split("\n")[0]}`);
  }
  const transactionHash = await queue.submit({ to: addresses.registry, data });
  const { status, logs } = await receiptOf(transactionHash, chain);
  if (status !== "0x1") throw new RelayError(`Transaction ${transactionHash} reverted`);
  const event = logs.find(
    ({ address, topics }) => address.toLowerCase() === addresses.registry.toLowerCase() && topics[0] === FILE_ADDED,
  );
  if (event?.topics[1] === undefined) throw new RelayError("Failed to get fileId from transaction events");
  return { fileId: Number(event.topics[1]), transactionHash };
}

async function receiptOf(hash: Hex, chain: Deps["chain"]): Promise<Receipt> {
  const deadline = performance.now() + RECEIPT_TIMEOUT;
  while (performance.now() < deadline) {
    const receipt = await chain<Receipt | null>("eth_getTransactionReceipt", [hash]);
    if (receipt) return receipt;
    await sleep(250);
  }
  throw new RelayError(`Transaction ${hash} was not mined within ${RECEIPT_TIMEOUT / 1000} s`);
}

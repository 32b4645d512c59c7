// What a relayer does before it pays: checks who signed, and turns the signed message into the contract call that it asks for.
import { type Abi, encodeFunctionData, getAddress, type Hex, isAddress, recoverTypedDataAddress } from "viem";
import type { QueuedCall } from "../../../src/sandbox/nonce-queue.ts";
import { addresses } from "../abi/addresses.ts";
import { permissionsAbi, serversAbi } from "../abi/generated.ts";
import { permissionsDomain, serversDomain, typedDataTypes } from "../abi/typed-data.ts";

type PrimaryType = keyof typeof typedDataTypes;

interface Route {
  /** Name of the operation in relay requests. */
  readonly operation: string;
  readonly contract: "permissions" | "servers";
  readonly functionName: string;
}

/** The contract call behind each signed message. */
const routes: Readonly<Record<PrimaryType, Route>> = {
  ServerFilesAndPermission: {
    operation: "submitAddServerFilesAndPermissions",
    contract: "permissions",
    functionName: "addServerFilesAndPermissions",
  },
  Permission: { operation: "submitAddPermission", contract: "permissions", functionName: "addPermission" },
  RevokePermission: {
    operation: "submitPermissionRevoke",
    contract: "permissions",
    functionName: "revokePermissionWithSignature",
  },
  AddServer: {
    operation: "submitAddAndTrustServer",
    contract: "servers",
    functionName: "addAndTrustServerWithSignature",
  },
  TrustServer: { operation: "submitTrustServer", contract: "servers", functionName: "trustServerWithSignature" },
  UntrustServer: { operation: "submitUntrustServer", contract: "servers", functionName: "untrustServerWithSignature" },
};

/** The request is not one that a relayer pays for; the message is the answer's `error`. */
export class RelayError extends Error {
  override readonly name = "RelayError";
}

export interface SignedRequest {
  readonly operation?: unknown;
  readonly typedData?: unknown;
  readonly signature?: unknown;
  readonly expectedUserAddress?: unknown;
}

/**
 * Checks a signed request and builds its call.
 * Types and domain are the contracts' own, not the request's: what else was signed would be booked to a stranger on chain.
 * @throws RelayError
 */
export async function callFor(
  request: SignedRequest,
  chainId: number,
): Promise<QueuedCall & { signer: string; operation: string }> {
  const { primaryType, domain, message } = objectOf(request.typedData, "typedData");
  const signature = signatureOf(request.signature);
  const type = String(primaryType);
  if (!Object.hasOwn(routes, type)) throw new RelayError(`Unsupported operation type: ${type}`);
  const route = routes[type as PrimaryType];
  if (request.operation !== undefined && request.operation !== route.operation) {
    throw new RelayError(`Operation ${String(request.operation)} does not fit typed data of type ${type}`);
  }
  const expectedDomain = route.contract === "permissions" ? permissionsDomain(chainId) : serversDomain(chainId);
  checkDomain(objectOf(domain, "domain"), expectedDomain);

  const signer = await recoverTypedDataAddress({
    domain: expectedDomain,
    types: typedDataTypes[type as PrimaryType] as Record<string, readonly { name: string; type: string }[]>,
    primaryType: type,
    message: objectOf(message, "message"),
    signature,
  }).catch((error: Error) => {
    throw new RelayError(`Signature verification failed: ${firstLine(error)}`);
  });
  checkSigner(signer, request.expectedUserAddress);

  const abi: Abi = route.contract === "permissions" ? permissionsAbi : serversAbi;
  try {
    const data = encodeFunctionData({ abi, functionName: route.functionName, args: [message, signature] });
    return { to: addresses[route.contract], data, signer, operation: route.operation };
  } catch (error) {
    throw new RelayError(`The message cannot be encoded: ${firstLine(error as Error)}`);
  }
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new RelayError(`${what} must be an object`);
  return value as Record<string, unknown>;
}

/** The signature with v of 27 or 28, as contracts want it; some signers leave 0 or 1. */
function signatureOf(value: unknown): Hex {
  if (typeof value !== "string" || !/^0x[0-9a-fA-F]{130}$/.test(value))
    throw new RelayError("signature must be 65 bytes of hex");
  const v = Number.parseInt(value.slice(-2), 16);
  return (v < 27 ? `${value.slice(0, -2)}${(v + 27).toString(16)}` : value) as Hex;
}

function checkDomain(
  given: Record<string, unknown>,
  expected: ReturnType<typeof permissionsDomain> | ReturnType<typeof serversDomain>,
): void {
  for (const [key, value] of Object.entries(expected)) {
    if (String(given[key]).toLowerCase() !== String(value).toLowerCase()) {
      throw new RelayError(`The typed data's domain has ${key} ${String(given[key])}, the contract's is ${value}`);
    }
  }
}

function checkSigner(signer: string, expected: unknown): void {
  if (expected === undefined || expected === null) return;
  if (typeof expected !== "string" || !isAddress(expected, { strict: false }))
    throw new RelayError("expectedUserAddress must be an address");
  if (getAddress(expected) !== signer) {
    throw new RelayError(
      `Security verification failed: Recovered signer address (${signer}) does not match expected user address (${getAddress(expected)})`,
    );
  }
}

const firstLine = (error: Error) => error.message.split("\n")[0] ?? "";

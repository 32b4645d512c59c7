// The permission a user grants: read, signed, submitted, and found again in the receipt.
import { type Account, type Client, getAddress, type Hash, parseEventLogs, type TypedData } from "k6/x/ethereum";
import { JourneyError } from "../../../src/core/errors.ts";
import type { User } from "../../../src/k6/user.ts";
import { granteeHeadAbi, permissionsAbi, serverFilesAndPermissionTypes } from "../abi/generated.ts";
import { permissionsDomain } from "../abi/typed-data.ts";
import type { relayOf } from "../client/app.ts";
import type { Identity } from "../client/personal-server.ts";
import { judgeBooked } from "../model/permission.ts";
import type { StreamingSettings } from "../settings.ts";

/** The address that a grantee's operations are signed with. */
export async function readGrantee(client: Client, values: StreamingSettings): Promise<`0x${string}`> {
  const grantee = await client.readContract({
    address: values.GRANTEES_ADDRESS,
    abi: granteeHeadAbi,
    functionName: "grantees",
    args: [BigInt(values.GRANTEE_ID)],
  });
  if (BigInt(grantee.granteeAddress) === 0n)
    throw new JourneyError("not_found", `grantee ${values.GRANTEE_ID} is not registered`, {
      detail: "GranteeNotFound",
    });
  return grantee.granteeAddress;
}

export interface PermissionParts {
  readonly grantUrl: string;
  readonly fileUrl: string;
  readonly identity: Identity;
  readonly serverUrl: string;
  /** The file's password, encrypted for the server. */
  readonly sharedKey: string;
}

/** The message that a user signs, and the same as the contract's argument. */
export async function permissionFor(
  client: Client,
  values: StreamingSettings,
  wallet: Account,
  parts: PermissionParts,
) {
  const nonce = await client.readContract({
    address: values.PERMISSIONS_ADDRESS,
    abi: permissionsAbi,
    functionName: "userNonce",
    args: [wallet.address],
  });
  const server = getAddress(parts.identity.address);
  const input = {
    nonce: BigInt(nonce),
    granteeId: BigInt(values.GRANTEE_ID),
    grant: parts.grantUrl,
    fileUrls: [parts.fileUrl],
    schemaIds: [0n],
    serverAddress: server,
    serverUrl: parts.serverUrl,
    serverPublicKey: parts.identity.publicKey,
    filePermissions: [[{ account: server, key: parts.sharedKey }]],
  };
  const typedData: TypedData = {
    domain: permissionsDomain(values.CHAIN_ID, values.PERMISSIONS_ADDRESS),
    types: serverFilesAndPermissionTypes,
    primaryType: "ServerFilesAndPermission",
    message: input,
  };
  return { input, typedData, signature: wallet.signTypedData(typedData) };
}

export type SignedPermission = Awaited<ReturnType<typeof permissionFor>>;

/** Sends the permission from the user's own wallet. */
export function submitDirect(
  client: Client,
  values: StreamingSettings,
  wallet: Account,
  { input, signature }: SignedPermission,
): Promise<Hash> {
  return client.writeContract({
    account: wallet,
    address: values.PERMISSIONS_ADDRESS,
    abi: permissionsAbi,
    functionName: "addServerFilesAndPermissions",
    args: [input, signature],
    gas: values.GAS_LIMIT,
  });
}

const PERMISSION_ADDED = "0x2cff87230608e71ec991ee7212c0cc861c08b275ecc30716cdc7681cc0fdc288";
/** Looks for the transaction of a relay whose answer was lost, and milliseconds between them. */
const LOOKS = 5;
const LOOK_INTERVAL = 1_000;

/** The hash of the wallet's permission on chain since `fromBlock`, if there is one. */
async function permissionOnChain(
  client: Client,
  values: StreamingSettings,
  wallet: Account,
  fromBlock: bigint,
): Promise<Hash | undefined> {
  const topic = `0x${wallet.address.slice(2).toLowerCase().padStart(64, "0")}`;
  const filter = {
    address: values.PERMISSIONS_ADDRESS,
    topics: [PERMISSION_ADDED, null, topic],
    fromBlock: `0x${fromBlock.toString(16)}`,
    toBlock: "latest",
  };
  const logs = await client.request<{ transactionHash: Hash }[]>({ method: "eth_getLogs", params: [filter] });
  return logs[0]?.transactionHash;
}

/**
 * Has the relayer send the permission. When its answer is lost, the relayer may or may not have acted, and asking again could send it twice: the chain is
 * asked first.
 */
export async function submitRelayed(
  user: User,
  client: Client,
  values: StreamingSettings,
  relay: ReturnType<typeof relayOf>,
  wallet: Account,
  { typedData, signature }: SignedPermission,
): Promise<Hash> {
  const before = await client.getBlockNumber();
  for (;;) {
    try {
      return await relay.submit(user, "submitAddServerFilesAndPermissions", {
        typedData,
        signature,
        expectedUserAddress: wallet.address,
      });
    } catch (thrown) {
      if (
        !(thrown instanceof JourneyError) ||
        (thrown.kind !== "transport" && thrown.kind !== "timeout") ||
        user.remaining() <= 0
      )
        throw thrown;
      user.retried(thrown.kind);
      for (let look = 0; look < LOOKS; look++) {
        await user.pause(LOOK_INTERVAL);
        const hash = await permissionOnChain(client, values, wallet, before);
        if (hash !== undefined) return hash;
      }
    }
  }
}

/**
 * Waits for the receipt and returns the permission's id. A receipt of status 1 proves nothing: with nonce 0 a wrong signature succeeds too and books the
 * permission to a stranger, so the events must say what was asked for.
 */
export async function confirmPermission(
  client: Client,
  values: StreamingSettings,
  wallet: Account,
  { input }: SignedPermission,
  hash: Hash,
  timeout: number,
): Promise<bigint> {
  const receipt = await client.waitForTransactionReceipt({ hash, timeout, abi: permissionsAbi });
  if (receipt.status !== "success") {
    const name = receipt.revert?.name;
    throw new JourneyError(
      "revert",
      `the transaction reverted${name === undefined ? "" : ` with ${name}`}`,
      name === undefined ? {} : { detail: name },
    );
  }
  const added = parseEventLogs({
    abi: permissionsAbi,
    logs: receipt.logs,
    eventName: "PermissionAdded",
    address: values.PERMISSIONS_ADDRESS,
  });
  return judgeBooked(
    added.map(({ args }) => ({
      permissionId: BigInt(args.permissionId as bigint | number),
      user: String(args.user),
      granteeId: BigInt(args.granteeId as bigint | number),
      grant: String(args.grant),
    })),
    { user: wallet.address, granteeId: input.granteeId, grant: input.grant },
  );
}

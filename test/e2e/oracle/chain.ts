// The sandbox as a reader of its chain sees it: through viem, and nothing of ours but addresses and ABIs.
import { type Address, createPublicClient, http, type PublicClient } from "viem";
import { addresses } from "../../../scenarios/streaming/abi/addresses.ts";
import { permissionsAbi, registryAbi } from "../../../scenarios/streaming/abi/generated.ts";

export function readerOf(rpcUrl: string): PublicClient {
  return createPublicClient({ transport: http(rpcUrl), pollingInterval: 200 });
}

/** A permission as it stands on chain, with its first file. */
export interface SharedFile {
  readonly permissionId: bigint;
  readonly grantUrl: string;
  readonly fileUrl: string;
  readonly owner: Address;
  /** The file's password, encrypted for `server`. */
  keyFor(server: Address): Promise<string>;
}

/** The permissions that a user has given, by their events. */
export async function sharedBy(reader: PublicClient, user: Address): Promise<SharedFile[]> {
  const events = await reader.getContractEvents({
    address: addresses.permissions,
    abi: permissionsAbi,
    eventName: "PermissionAdded",
    args: { user },
    fromBlock: 0n,
    strict: true,
  });
  return Promise.all(
    events.map(async ({ args: { permissionId, grant, fileIds } }) => {
      const [fileId] = fileIds;
      if (fileId === undefined) throw new Error(`permission ${permissionId} has no file`);
      const registry = { address: addresses.registry, abi: registryAbi } as const;
      const file = await reader.readContract({ ...registry, functionName: "files", args: [fileId] });
      return {
        permissionId,
        grantUrl: grant,
        fileUrl: file.url,
        owner: file.ownerAddress,
        keyFor: (server: Address) =>
          reader.readContract({ ...registry, functionName: "filePermissions", args: [fileId, server] }),
      };
    }),
  );
}

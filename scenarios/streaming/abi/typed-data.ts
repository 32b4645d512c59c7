import { addresses } from "./addresses.ts";
import {
  addServerTypes,
  permissionTypes,
  revokePermissionTypes,
  serverFilesAndPermissionTypes,
  trustServerTypes,
  untrustServerTypes,
} from "./generated.ts";

/**
 * The EIP-712 messages of the data-portability contracts. `Permission` is the name of two different structs, so each primary type
 * has a type table of its own and the two can never be mixed in one.
 */
export const typedDataTypes = {
  ServerFilesAndPermission: serverFilesAndPermissionTypes,
  Permission: permissionTypes,
  RevokePermission: revokePermissionTypes,
  AddServer: addServerTypes,
  TrustServer: trustServerTypes,
  UntrustServer: untrustServerTypes,
} as const;

/** Domain of ServerFilesAndPermission, Permission and RevokePermission; its nonce is Permissions.userNonce(user). */
export function permissionsDomain(chainId: number, verifyingContract: `0x${string}` = addresses.permissions) {
  return { name: "VanaDataPortabilityPermissions", version: "1", chainId, verifyingContract } as const;
}

/** Domain of AddServer, TrustServer and UntrustServer; its nonce is Servers.users(user).nonce. */
export function serversDomain(chainId: number, verifyingContract: `0x${string}` = addresses.servers) {
  return { name: "VanaDataPortabilityServers", version: "1", chainId, verifyingContract } as const;
}

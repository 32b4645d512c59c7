import { addresses } from "./addresses.ts";

/** The one that a user of streaming signs; by itself, because a VU of k6 keeps what it imports. */
export const serverFilesAndPermission = {
  Permission: [
    { name: "account", type: "address" },
    { name: "key", type: "string" },
  ],
  ServerFilesAndPermission: [
    { name: "nonce", type: "uint256" },
    { name: "granteeId", type: "uint256" },
    { name: "grant", type: "string" },
    { name: "fileUrls", type: "string[]" },
    { name: "schemaIds", type: "uint256[]" },
    { name: "serverAddress", type: "address" },
    { name: "serverUrl", type: "string" },
    { name: "serverPublicKey", type: "string" },
    { name: "filePermissions", type: "Permission[][]" },
  ],
} as const;

/**
 * The EIP-712 messages of the data-portability contracts. `Permission` is the name of two different structs, so each primary type
 * has a type table of its own and the two can never be mixed in one.
 */
export const typedDataTypes = {
  ServerFilesAndPermission: serverFilesAndPermission,
  Permission: {
    Permission: [
      { name: "nonce", type: "uint256" },
      { name: "granteeId", type: "uint256" },
      { name: "grant", type: "string" },
      { name: "fileIds", type: "uint256[]" },
    ],
  },
  RevokePermission: {
    RevokePermission: [
      { name: "nonce", type: "uint256" },
      { name: "permissionId", type: "uint256" },
    ],
  },
  AddServer: {
    AddServer: [
      { name: "nonce", type: "uint256" },
      { name: "serverAddress", type: "address" },
      { name: "publicKey", type: "string" },
      { name: "serverUrl", type: "string" },
    ],
  },
  TrustServer: {
    TrustServer: [
      { name: "nonce", type: "uint256" },
      { name: "serverId", type: "uint256" },
    ],
  },
  UntrustServer: {
    UntrustServer: [
      { name: "nonce", type: "uint256" },
      { name: "serverId", type: "uint256" },
    ],
  },
} as const;

/** Domain of ServerFilesAndPermission, Permission and RevokePermission; its nonce is Permissions.userNonce(user). */
export function permissionsDomain(chainId: number, verifyingContract: `0x${string}` = addresses.permissions) {
  return { name: "VanaDataPortabilityPermissions", version: "1", chainId, verifyingContract } as const;
}

/** Domain of AddServer, TrustServer and UntrustServer; its nonce is Servers.users(user).nonce. */
export function serversDomain(chainId: number, verifyingContract: `0x${string}` = addresses.servers) {
  return { name: "VanaDataPortabilityServers", version: "1", chainId, verifyingContract } as const;
}

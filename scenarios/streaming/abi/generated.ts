// Made by the build from wanted.json and the contracts (scripts/abis.mjs). Not for editing.

export const permissionsAbi = [
{"type":"function","name":"addServerFilesAndPermissions","inputs":[{"components":[{"name":"nonce","type":"uint256"},{"name":"granteeId","type":"uint256"},{"name":"grant","type":"string"},{"name":"fileUrls","type":"string[]"},{"name":"schemaIds","type":"uint256[]"},{"name":"serverAddress","type":"address"},{"name":"serverUrl","type":"string"},{"name":"serverPublicKey","type":"string"},{"components":[{"name":"account","type":"address"},{"name":"key","type":"string"}],"name":"filePermissions","type":"tuple[][]"}],"name":"input","type":"tuple"},{"name":"signature","type":"bytes"}],"outputs":[{"type":"uint256"}],"stateMutability":"nonpayable"},
{"type":"function","name":"addPermission","inputs":[{"components":[{"name":"nonce","type":"uint256"},{"name":"granteeId","type":"uint256"},{"name":"grant","type":"string"},{"name":"fileIds","type":"uint256[]"}],"name":"input","type":"tuple"},{"name":"signature","type":"bytes"}],"outputs":[{"type":"uint256"}],"stateMutability":"nonpayable"},
{"type":"function","name":"revokePermission","inputs":[{"name":"permissionId","type":"uint256"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"revokePermissionWithSignature","inputs":[{"components":[{"name":"nonce","type":"uint256"},{"name":"permissionId","type":"uint256"}],"name":"input","type":"tuple"},{"name":"signature","type":"bytes"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"userNonce","inputs":[{"name":"userAddress","type":"address"}],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"permissions","inputs":[{"name":"permissionId","type":"uint256"}],"outputs":[{"components":[{"name":"id","type":"uint256"},{"name":"grantor","type":"address"},{"name":"nonce","type":"uint256"},{"name":"granteeId","type":"uint256"},{"name":"grant","type":"string"},{"name":"startBlock","type":"uint256"},{"name":"endBlock","type":"uint256"},{"name":"fileIds","type":"uint256[]"}],"type":"tuple"}],"stateMutability":"view"},
{"type":"function","name":"permissionsCount","inputs":[],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"event","name":"Initialized","inputs":[{"indexed":false,"name":"version","type":"uint64"}]},
{"type":"event","name":"PermissionAdded","inputs":[{"indexed":true,"name":"permissionId","type":"uint256"},{"indexed":true,"name":"user","type":"address"},{"indexed":true,"name":"granteeId","type":"uint256"},{"indexed":false,"name":"grant","type":"string"},{"indexed":false,"name":"fileIds","type":"uint256[]"}]},
{"type":"event","name":"PermissionRevoked","inputs":[{"indexed":true,"name":"permissionId","type":"uint256"}]},
{"type":"event","name":"RoleGranted","inputs":[{"indexed":true,"name":"role","type":"bytes32"},{"indexed":true,"name":"account","type":"address"},{"indexed":true,"name":"sender","type":"address"}]},
{"type":"event","name":"RoleRevoked","inputs":[{"indexed":true,"name":"role","type":"bytes32"},{"indexed":true,"name":"account","type":"address"},{"indexed":true,"name":"sender","type":"address"}]},
{"type":"error","name":"AccessControlUnauthorizedAccount","inputs":[{"name":"account","type":"address"},{"name":"neededRole","type":"bytes32"}]},
{"type":"error","name":"ECDSAInvalidSignature","inputs":[]},
{"type":"error","name":"ECDSAInvalidSignatureLength","inputs":[{"name":"length","type":"uint256"}]},
{"type":"error","name":"ECDSAInvalidSignatureS","inputs":[{"name":"s","type":"bytes32"}]},
{"type":"error","name":"EmptyGrant","inputs":[]},
{"type":"error","name":"GranteeNotFound","inputs":[]},
{"type":"error","name":"InactivePermission","inputs":[{"name":"permissionId","type":"uint256"}]},
{"type":"error","name":"InvalidInitialization","inputs":[]},
{"type":"error","name":"InvalidNonce","inputs":[{"name":"expectedNonce","type":"uint256"},{"name":"providedNonce","type":"uint256"}]},
{"type":"error","name":"InvalidPermissionsLength","inputs":[{"name":"filesLength","type":"uint256"},{"name":"permissionsLength","type":"uint256"}]},
{"type":"error","name":"InvalidSchemaIdsLength","inputs":[{"name":"filesLength","type":"uint256"},{"name":"schemaIdsLength","type":"uint256"}]},
{"type":"error","name":"InvalidSignature","inputs":[]},
{"type":"error","name":"NotFileOwner","inputs":[{"name":"fileOwner","type":"address"},{"name":"requestor","type":"address"}]},
{"type":"error","name":"NotPermissionGrantor","inputs":[{"name":"permissionOwner","type":"address"},{"name":"requestor","type":"address"}]},
{"type":"error","name":"ZeroAddress","inputs":[]},
{"type":"error","name":"EmptyPublicKey","inputs":[]},
{"type":"error","name":"EmptyUrl","inputs":[]},
{"type":"error","name":"ServerUrlMismatch","inputs":[{"name":"existingUrl","type":"string"},{"name":"providedUrl","type":"string"}]},
{"type":"error","name":"InvalidSchemaId","inputs":[{"name":"schemaId","type":"uint256"}]},
{"type":"error","name":"InvalidUrl","inputs":[]}
] as const;

export const serversAbi = [
{"type":"error","name":"AccessControlUnauthorizedAccount","inputs":[{"name":"account","type":"address"},{"name":"neededRole","type":"bytes32"}]},
{"type":"error","name":"ECDSAInvalidSignature","inputs":[]},
{"type":"error","name":"ECDSAInvalidSignatureLength","inputs":[{"name":"length","type":"uint256"}]},
{"type":"error","name":"ECDSAInvalidSignatureS","inputs":[{"name":"s","type":"bytes32"}]},
{"type":"error","name":"EmptyPublicKey","inputs":[]},
{"type":"error","name":"EmptyUrl","inputs":[]},
{"type":"error","name":"InvalidInitialization","inputs":[]},
{"type":"error","name":"InvalidNonce","inputs":[{"name":"expectedNonce","type":"uint256"},{"name":"providedNonce","type":"uint256"}]},
{"type":"error","name":"NotServerOwner","inputs":[{"name":"serverOwner","type":"address"},{"name":"requestor","type":"address"}]},
{"type":"error","name":"ServerAlreadyRegistered","inputs":[]},
{"type":"error","name":"ServerAlreadyTrusted","inputs":[]},
{"type":"error","name":"ServerAlreadyUntrusted","inputs":[]},
{"type":"error","name":"ServerNotFound","inputs":[]},
{"type":"error","name":"ServerNotTrusted","inputs":[]},
{"type":"error","name":"ServerUrlMismatch","inputs":[{"name":"existingUrl","type":"string"},{"name":"providedUrl","type":"string"}]},
{"type":"error","name":"ZeroAddress","inputs":[]},
{"type":"event","name":"Initialized","inputs":[{"indexed":false,"name":"version","type":"uint64"}]},
{"type":"event","name":"RoleGranted","inputs":[{"indexed":true,"name":"role","type":"bytes32"},{"indexed":true,"name":"account","type":"address"},{"indexed":true,"name":"sender","type":"address"}]},
{"type":"event","name":"RoleRevoked","inputs":[{"indexed":true,"name":"role","type":"bytes32"},{"indexed":true,"name":"account","type":"address"},{"indexed":true,"name":"sender","type":"address"}]},
{"type":"event","name":"ServerRegistered","inputs":[{"indexed":true,"name":"serverId","type":"uint256"},{"indexed":true,"name":"owner","type":"address"},{"indexed":true,"name":"serverAddress","type":"address"},{"indexed":false,"name":"publicKey","type":"string"},{"indexed":false,"name":"url","type":"string"}]},
{"type":"event","name":"ServerTrusted","inputs":[{"indexed":true,"name":"user","type":"address"},{"indexed":true,"name":"serverId","type":"uint256"}]},
{"type":"event","name":"ServerUntrusted","inputs":[{"indexed":true,"name":"user","type":"address"},{"indexed":true,"name":"serverId","type":"uint256"}]},
{"type":"event","name":"ServerUpdated","inputs":[{"indexed":true,"name":"serverId","type":"uint256"},{"indexed":false,"name":"url","type":"string"}]},
{"type":"function","name":"DEFAULT_ADMIN_ROLE","inputs":[],"outputs":[{"type":"bytes32"}],"stateMutability":"view"},
{"type":"function","name":"PERMISSION_MANAGER_ROLE","inputs":[],"outputs":[{"type":"bytes32"}],"stateMutability":"view"},
{"type":"function","name":"addAndTrustServerByManager","inputs":[{"name":"ownerAddress","type":"address"},{"components":[{"name":"serverAddress","type":"address"},{"name":"publicKey","type":"string"},{"name":"serverUrl","type":"string"}],"name":"input","type":"tuple"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"addAndTrustServerWithSignature","inputs":[{"components":[{"name":"nonce","type":"uint256"},{"name":"serverAddress","type":"address"},{"name":"publicKey","type":"string"},{"name":"serverUrl","type":"string"}],"name":"input","type":"tuple"},{"name":"signature","type":"bytes"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"addServerWithSignature","inputs":[{"components":[{"name":"nonce","type":"uint256"},{"name":"serverAddress","type":"address"},{"name":"publicKey","type":"string"},{"name":"serverUrl","type":"string"}],"name":"input","type":"tuple"},{"name":"signature","type":"bytes"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"eip712Domain","inputs":[],"outputs":[{"name":"fields","type":"bytes1"},{"name":"name","type":"string"},{"name":"version","type":"string"},{"name":"chainId","type":"uint256"},{"name":"verifyingContract","type":"address"},{"name":"salt","type":"bytes32"},{"name":"extensions","type":"uint256[]"}],"stateMutability":"view"},
{"type":"function","name":"grantRole","inputs":[{"name":"role","type":"bytes32"},{"name":"account","type":"address"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"hasRole","inputs":[{"name":"role","type":"bytes32"},{"name":"account","type":"address"}],"outputs":[{"type":"bool"}],"stateMutability":"view"},
{"type":"function","name":"initialize","inputs":[{"type":"address"},{"name":"owner","type":"address"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"revokeRole","inputs":[{"name":"role","type":"bytes32"},{"name":"account","type":"address"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"serverAddressToId","inputs":[{"name":"serverAddress","type":"address"}],"outputs":[{"name":"serverId","type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"serverByAddress","inputs":[{"name":"serverAddress","type":"address"}],"outputs":[{"components":[{"name":"id","type":"uint256"},{"name":"owner","type":"address"},{"name":"serverAddress","type":"address"},{"name":"publicKey","type":"string"},{"name":"url","type":"string"}],"type":"tuple"}],"stateMutability":"view"},
{"type":"function","name":"servers","inputs":[{"name":"serverId","type":"uint256"}],"outputs":[{"components":[{"name":"id","type":"uint256"},{"name":"owner","type":"address"},{"name":"serverAddress","type":"address"},{"name":"publicKey","type":"string"},{"name":"url","type":"string"}],"type":"tuple"}],"stateMutability":"view"},
{"type":"function","name":"serversCount","inputs":[],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"trustServer","inputs":[{"name":"serverId","type":"uint256"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"trustServerByManager","inputs":[{"name":"userAddress","type":"address"},{"name":"serverId","type":"uint256"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"trustServerWithSignature","inputs":[{"components":[{"name":"nonce","type":"uint256"},{"name":"serverId","type":"uint256"}],"name":"input","type":"tuple"},{"name":"signature","type":"bytes"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"untrustServer","inputs":[{"name":"serverId","type":"uint256"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"untrustServerWithSignature","inputs":[{"components":[{"name":"nonce","type":"uint256"},{"name":"serverId","type":"uint256"}],"name":"input","type":"tuple"},{"name":"signature","type":"bytes"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"updateServer","inputs":[{"name":"serverId","type":"uint256"},{"name":"url","type":"string"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"userNonce","inputs":[{"name":"userAddress","type":"address"}],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"userServerIdsAt","inputs":[{"name":"userAddress","type":"address"},{"name":"serverIndex","type":"uint256"}],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"userServerIdsLength","inputs":[{"name":"userAddress","type":"address"}],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"userServerIdsValues","inputs":[{"name":"userAddress","type":"address"}],"outputs":[{"type":"uint256[]"}],"stateMutability":"view"},
{"type":"function","name":"userServerValues","inputs":[{"name":"userAddress","type":"address"}],"outputs":[{"components":[{"name":"id","type":"uint256"},{"name":"owner","type":"address"},{"name":"serverAddress","type":"address"},{"name":"publicKey","type":"string"},{"name":"url","type":"string"},{"name":"startBlock","type":"uint256"},{"name":"endBlock","type":"uint256"}],"name":"serversInfo","type":"tuple[]"}],"stateMutability":"view"},
{"type":"function","name":"userServers","inputs":[{"name":"userAddress","type":"address"},{"name":"serverId","type":"uint256"}],"outputs":[{"components":[{"name":"id","type":"uint256"},{"name":"owner","type":"address"},{"name":"serverAddress","type":"address"},{"name":"publicKey","type":"string"},{"name":"url","type":"string"},{"name":"startBlock","type":"uint256"},{"name":"endBlock","type":"uint256"}],"type":"tuple"}],"stateMutability":"view"},
{"type":"function","name":"users","inputs":[{"name":"userAddress","type":"address"}],"outputs":[{"name":"nonce","type":"uint256"},{"name":"trustedServerIds","type":"uint256[]"}],"stateMutability":"view"}
] as const;

export const granteeHeadAbi = [
{"type":"function","name":"grantees","inputs":[{"name":"granteeId","type":"uint256"}],"stateMutability":"view","outputs":[{"components":[{"name":"owner","type":"address"},{"name":"granteeAddress","type":"address"}],"type":"tuple"}]}
] as const;

export const granteesAbi = [
{"type":"error","name":"AccessControlUnauthorizedAccount","inputs":[{"name":"account","type":"address"},{"name":"neededRole","type":"bytes32"}]},
{"type":"error","name":"EmptyPublicKey","inputs":[]},
{"type":"error","name":"GranteeAlreadyRegistered","inputs":[]},
{"type":"error","name":"GranteeNotFound","inputs":[]},
{"type":"error","name":"InvalidInitialization","inputs":[]},
{"type":"error","name":"ZeroAddress","inputs":[]},
{"type":"event","name":"GranteeRegistered","inputs":[{"indexed":true,"name":"granteeId","type":"uint256"},{"indexed":true,"name":"owner","type":"address"},{"indexed":true,"name":"granteeAddress","type":"address"},{"indexed":false,"name":"publicKey","type":"string"}]},
{"type":"event","name":"Initialized","inputs":[{"indexed":false,"name":"version","type":"uint64"}]},
{"type":"event","name":"RoleGranted","inputs":[{"indexed":true,"name":"role","type":"bytes32"},{"indexed":true,"name":"account","type":"address"},{"indexed":true,"name":"sender","type":"address"}]},
{"type":"event","name":"RoleRevoked","inputs":[{"indexed":true,"name":"role","type":"bytes32"},{"indexed":true,"name":"account","type":"address"},{"indexed":true,"name":"sender","type":"address"}]},
{"type":"function","name":"DEFAULT_ADMIN_ROLE","inputs":[],"outputs":[{"type":"bytes32"}],"stateMutability":"view"},
{"type":"function","name":"PERMISSION_MANAGER_ROLE","inputs":[],"outputs":[{"type":"bytes32"}],"stateMutability":"view"},
{"type":"function","name":"addPermissionToGrantee","inputs":[{"name":"granteeId","type":"uint256"},{"name":"permissionId","type":"uint256"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"grantRole","inputs":[{"name":"role","type":"bytes32"},{"name":"account","type":"address"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"granteeAddressToId","inputs":[{"name":"granteeAddress","type":"address"}],"outputs":[{"name":"granteeId","type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"granteeByAddress","inputs":[{"name":"granteeAddress","type":"address"}],"outputs":[{"components":[{"name":"owner","type":"address"},{"name":"granteeAddress","type":"address"},{"name":"publicKey","type":"string"},{"name":"permissionIds","type":"uint256[]"}],"type":"tuple"}],"stateMutability":"view"},
{"type":"function","name":"granteeInfo","inputs":[{"name":"granteeId","type":"uint256"}],"outputs":[{"components":[{"name":"owner","type":"address"},{"name":"granteeAddress","type":"address"},{"name":"publicKey","type":"string"},{"name":"permissionIds","type":"uint256[]"}],"type":"tuple"}],"stateMutability":"view"},
{"type":"function","name":"granteePermissionIds","inputs":[{"name":"granteeId","type":"uint256"}],"outputs":[{"type":"uint256[]"}],"stateMutability":"view"},
{"type":"function","name":"granteePermissions","inputs":[{"name":"granteeId","type":"uint256"}],"outputs":[{"type":"uint256[]"}],"stateMutability":"view"},
{"type":"function","name":"grantees","inputs":[{"name":"granteeId","type":"uint256"}],"outputs":[{"components":[{"name":"owner","type":"address"},{"name":"granteeAddress","type":"address"},{"name":"publicKey","type":"string"},{"name":"permissionIds","type":"uint256[]"}],"type":"tuple"}],"stateMutability":"view"},
{"type":"function","name":"granteesCount","inputs":[],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"hasRole","inputs":[{"name":"role","type":"bytes32"},{"name":"account","type":"address"}],"outputs":[{"type":"bool"}],"stateMutability":"view"},
{"type":"function","name":"initialize","inputs":[{"type":"address"},{"name":"owner","type":"address"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"registerGrantee","inputs":[{"name":"owner","type":"address"},{"name":"granteeAddress","type":"address"},{"name":"publicKey","type":"string"}],"outputs":[{"type":"uint256"}],"stateMutability":"nonpayable"},
{"type":"function","name":"removePermissionFromGrantee","inputs":[{"name":"granteeId","type":"uint256"},{"name":"permissionId","type":"uint256"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"revokeRole","inputs":[{"name":"role","type":"bytes32"},{"name":"account","type":"address"}],"outputs":[],"stateMutability":"nonpayable"}
] as const;

export const registryAbi = [
{"type":"error","name":"AccessControlUnauthorizedAccount","inputs":[{"name":"account","type":"address"},{"name":"neededRole","type":"bytes32"}]},
{"type":"error","name":"FileNotFound","inputs":[]},
{"type":"error","name":"FileUrlAlreadyUsed","inputs":[]},
{"type":"error","name":"InvalidInitialization","inputs":[]},
{"type":"error","name":"InvalidSchemaId","inputs":[{"name":"schemaId","type":"uint256"}]},
{"type":"error","name":"InvalidUrl","inputs":[]},
{"type":"error","name":"NotFileOwner","inputs":[]},
{"type":"error","name":"ZeroAddress","inputs":[]},
{"type":"event","name":"FileAdded","inputs":[{"indexed":true,"name":"fileId","type":"uint256"},{"indexed":true,"name":"ownerAddress","type":"address"},{"indexed":false,"name":"url","type":"string"}]},
{"type":"event","name":"FileAddedV2","inputs":[{"indexed":true,"name":"fileId","type":"uint256"},{"indexed":true,"name":"ownerAddress","type":"address"},{"indexed":false,"name":"url","type":"string"},{"indexed":false,"name":"schemaId","type":"uint256"}]},
{"type":"event","name":"Initialized","inputs":[{"indexed":false,"name":"version","type":"uint64"}]},
{"type":"event","name":"PermissionGranted","inputs":[{"indexed":true,"name":"fileId","type":"uint256"},{"indexed":true,"name":"account","type":"address"}]},
{"type":"event","name":"RoleGranted","inputs":[{"indexed":true,"name":"role","type":"bytes32"},{"indexed":true,"name":"account","type":"address"},{"indexed":true,"name":"sender","type":"address"}]},
{"type":"event","name":"RoleRevoked","inputs":[{"indexed":true,"name":"role","type":"bytes32"},{"indexed":true,"name":"account","type":"address"},{"indexed":true,"name":"sender","type":"address"}]},
{"type":"function","name":"DATA_PORTABILITY_ROLE","inputs":[],"outputs":[{"type":"bytes32"}],"stateMutability":"view"},
{"type":"function","name":"DEFAULT_ADMIN_ROLE","inputs":[],"outputs":[{"type":"bytes32"}],"stateMutability":"view"},
{"type":"function","name":"addFile","inputs":[{"name":"url","type":"string"}],"outputs":[{"type":"uint256"}],"stateMutability":"nonpayable"},
{"type":"function","name":"addFilePermission","inputs":[{"name":"fileId","type":"uint256"},{"name":"account","type":"address"},{"name":"key","type":"string"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"addFilePermissionsAndSchema","inputs":[{"name":"fileId","type":"uint256"},{"components":[{"name":"account","type":"address"},{"name":"key","type":"string"}],"name":"permissions","type":"tuple[]"},{"name":"schemaId","type":"uint256"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"addFileWithPermissions","inputs":[{"name":"url","type":"string"},{"name":"ownerAddress","type":"address"},{"components":[{"name":"account","type":"address"},{"name":"key","type":"string"}],"name":"permissions","type":"tuple[]"}],"outputs":[{"type":"uint256"}],"stateMutability":"nonpayable"},
{"type":"function","name":"addFileWithPermissionsAndSchema","inputs":[{"name":"url","type":"string"},{"name":"ownerAddress","type":"address"},{"components":[{"name":"account","type":"address"},{"name":"key","type":"string"}],"name":"permissions","type":"tuple[]"},{"name":"schemaId","type":"uint256"}],"outputs":[{"type":"uint256"}],"stateMutability":"nonpayable"},
{"type":"function","name":"addFileWithSchema","inputs":[{"name":"url","type":"string"},{"name":"schemaId","type":"uint256"}],"outputs":[{"type":"uint256"}],"stateMutability":"nonpayable"},
{"type":"function","name":"fileIdByUrl","inputs":[{"name":"url","type":"string"}],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"filePermissions","inputs":[{"name":"fileId","type":"uint256"},{"name":"account","type":"address"}],"outputs":[{"type":"string"}],"stateMutability":"view"},
{"type":"function","name":"files","inputs":[{"name":"fileId","type":"uint256"}],"outputs":[{"components":[{"name":"id","type":"uint256"},{"name":"ownerAddress","type":"address"},{"name":"url","type":"string"},{"name":"schemaId","type":"uint256"},{"name":"addedAtBlock","type":"uint256"}],"type":"tuple"}],"stateMutability":"view"},
{"type":"function","name":"filesCount","inputs":[],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"grantRole","inputs":[{"name":"role","type":"bytes32"},{"name":"account","type":"address"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"hasRole","inputs":[{"name":"role","type":"bytes32"},{"name":"account","type":"address"}],"outputs":[{"type":"bool"}],"stateMutability":"view"},
{"type":"function","name":"initialize","inputs":[{"type":"address"},{"name":"owner","type":"address"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"revokeRole","inputs":[{"name":"role","type":"bytes32"},{"name":"account","type":"address"}],"outputs":[],"stateMutability":"nonpayable"}
] as const;

export const serverFilesAndPermissionTypes = {
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
  Permission: [
    { name: "account", type: "address" },
    { name: "key", type: "string" },
  ],
} as const;

export const permissionTypes = {
  Permission: [
    { name: "nonce", type: "uint256" },
    { name: "granteeId", type: "uint256" },
    { name: "grant", type: "string" },
    { name: "fileIds", type: "uint256[]" },
  ],
} as const;

export const revokePermissionTypes = {
  RevokePermission: [
    { name: "nonce", type: "uint256" },
    { name: "permissionId", type: "uint256" },
  ],
} as const;

export const addServerTypes = {
  AddServer: [
    { name: "nonce", type: "uint256" },
    { name: "serverAddress", type: "address" },
    { name: "publicKey", type: "string" },
    { name: "serverUrl", type: "string" },
  ],
} as const;

export const trustServerTypes = {
  TrustServer: [
    { name: "nonce", type: "uint256" },
    { name: "serverId", type: "uint256" },
  ],
} as const;

export const untrustServerTypes = {
  UntrustServer: [
    { name: "nonce", type: "uint256" },
    { name: "serverId", type: "uint256" },
  ],
} as const;

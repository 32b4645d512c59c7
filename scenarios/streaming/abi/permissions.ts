/** What users, the relayer and the personal server call on DataPortabilityPermissions, and every error that can come out of it,
 * those of the contracts behind it included (a revert passes through unchanged). */
export const permissionsItems = () =>
  [
    {
      name: "addServerFilesAndPermissions",
      type: "function",
      stateMutability: "nonpayable",
      inputs: [
        {
          type: "tuple",
          name: "serverFilesAndPermissionInput",
          components: [
            { type: "uint256", name: "nonce" },
            { type: "uint256", name: "granteeId" },
            { type: "string", name: "grant" },
            { type: "string[]", name: "fileUrls" },
            { type: "uint256[]", name: "schemaIds" },
            { type: "address", name: "serverAddress" },
            { type: "string", name: "serverUrl" },
            { type: "string", name: "serverPublicKey" },
            {
              type: "tuple[][]",
              name: "filePermissions",
              components: [
                { type: "address", name: "account" },
                { type: "string", name: "key" },
              ],
            },
          ],
        },
        { type: "bytes", name: "signature" },
      ],
      outputs: [{ type: "uint256" }],
    },
    {
      name: "addPermission",
      type: "function",
      stateMutability: "nonpayable",
      inputs: [
        {
          type: "tuple",
          name: "permissionInput",
          components: [
            { type: "uint256", name: "nonce" },
            { type: "uint256", name: "granteeId" },
            { type: "string", name: "grant" },
            { type: "uint256[]", name: "fileIds" },
          ],
        },
        { type: "bytes", name: "signature" },
      ],
      outputs: [{ type: "uint256" }],
    },
    {
      name: "revokePermission",
      type: "function",
      stateMutability: "nonpayable",
      inputs: [{ type: "uint256", name: "permissionId" }],
      outputs: [],
    },
    {
      name: "revokePermissionWithSignature",
      type: "function",
      stateMutability: "nonpayable",
      inputs: [
        {
          type: "tuple",
          name: "revokePermissionInput",
          components: [
            { type: "uint256", name: "nonce" },
            { type: "uint256", name: "permissionId" },
          ],
        },
        { type: "bytes", name: "signature" },
      ],
      outputs: [],
    },
    {
      name: "userNonce",
      type: "function",
      stateMutability: "view",
      inputs: [{ type: "address", name: "userAddress" }],
      outputs: [{ type: "uint256" }],
    },
    {
      name: "permissions",
      type: "function",
      stateMutability: "view",
      inputs: [{ type: "uint256", name: "permissionId" }],
      outputs: [
        {
          type: "tuple",
          components: [
            { type: "uint256", name: "id" },
            { type: "address", name: "grantor" },
            { type: "uint256", name: "nonce" },
            { type: "uint256", name: "granteeId" },
            { type: "string", name: "grant" },
            { type: "uint256", name: "startBlock" },
            { type: "uint256", name: "endBlock" },
            { type: "uint256[]", name: "fileIds" },
          ],
        },
      ],
    },
    { name: "permissionsCount", type: "function", stateMutability: "view", inputs: [], outputs: [{ type: "uint256" }] },
    {
      name: "PermissionAdded",
      type: "event",
      inputs: [
        { type: "uint256", name: "permissionId", indexed: true },
        { type: "address", name: "user", indexed: true },
        { type: "uint256", name: "granteeId", indexed: true },
        { type: "string", name: "grant" },
        { type: "uint256[]", name: "fileIds" },
      ],
    },
    { name: "PermissionRevoked", type: "event", inputs: [{ type: "uint256", name: "permissionId", indexed: true }] },
    { name: "ECDSAInvalidSignature", type: "error", inputs: [] },
    { name: "ECDSAInvalidSignatureLength", type: "error", inputs: [{ type: "uint256", name: "length" }] },
    { name: "ECDSAInvalidSignatureS", type: "error", inputs: [{ type: "bytes32", name: "s" }] },
    {
      name: "InvalidNonce",
      type: "error",
      inputs: [
        { type: "uint256", name: "expectedNonce" },
        { type: "uint256", name: "providedNonce" },
      ],
    },
    {
      name: "AccessControlUnauthorizedAccount",
      type: "error",
      inputs: [
        { type: "address", name: "account" },
        { type: "bytes32", name: "neededRole" },
      ],
    },
    { name: "EmptyGrant", type: "error", inputs: [] },
    { name: "GranteeNotFound", type: "error", inputs: [] },
    { name: "InactivePermission", type: "error", inputs: [{ type: "uint256", name: "permissionId" }] },
    {
      name: "InvalidPermissionsLength",
      type: "error",
      inputs: [
        { type: "uint256", name: "filesLength" },
        { type: "uint256", name: "permissionsLength" },
      ],
    },
    {
      name: "InvalidSchemaIdsLength",
      type: "error",
      inputs: [
        { type: "uint256", name: "filesLength" },
        { type: "uint256", name: "schemaIdsLength" },
      ],
    },
    { name: "InvalidSignature", type: "error", inputs: [] },
    {
      name: "NotFileOwner",
      type: "error",
      inputs: [
        { type: "address", name: "fileOwner" },
        { type: "address", name: "requestor" },
      ],
    },
    {
      name: "NotPermissionGrantor",
      type: "error",
      inputs: [
        { type: "address", name: "permissionOwner" },
        { type: "address", name: "requestor" },
      ],
    },
    { name: "EmptyPublicKey", type: "error", inputs: [] },
    { name: "EmptyUrl", type: "error", inputs: [] },
    {
      name: "ServerUrlMismatch",
      type: "error",
      inputs: [
        { type: "string", name: "existingUrl" },
        { type: "string", name: "providedUrl" },
      ],
    },
    { name: "ZeroAddress", type: "error", inputs: [] },
    { name: "InvalidSchemaId", type: "error", inputs: [{ type: "uint256", name: "schemaId" }] },
    { name: "InvalidUrl", type: "error", inputs: [] },
  ] as const;

/** The same as a value, for Node. A k6 VU would keep its own copy of it: there the text of the items is used (src/k6/abi.ts). */
export const permissionsAbi = /* @__PURE__ */ permissionsItems();

/** What is read from and written to DataRegistry: files by id, and the key a file is shared with an account under. */
export const registryAbi = [
  {
    name: "addFileWithPermissionsAndSchema",
    type: "function",
    stateMutability: "nonpayable",
    inputs: [
      { type: "string", name: "url" },
      { type: "address", name: "ownerAddress" },
      {
        type: "tuple[]",
        name: "permissions",
        components: [
          { type: "address", name: "account" },
          { type: "string", name: "key" },
        ],
      },
      { type: "uint256", name: "schemaId" },
    ],
    outputs: [{ type: "uint256" }],
  },
  {
    name: "addFileWithPermissions",
    type: "function",
    stateMutability: "nonpayable",
    inputs: [
      { type: "string", name: "url" },
      { type: "address", name: "ownerAddress" },
      {
        type: "tuple[]",
        name: "permissions",
        components: [
          { type: "address", name: "account" },
          { type: "string", name: "key" },
        ],
      },
    ],
    outputs: [{ type: "uint256" }],
  },
  {
    name: "addFile",
    type: "function",
    stateMutability: "nonpayable",
    inputs: [{ type: "string", name: "url" }],
    outputs: [{ type: "uint256" }],
  },
  {
    name: "files",
    type: "function",
    stateMutability: "view",
    inputs: [{ type: "uint256", name: "fileId" }],
    outputs: [
      {
        type: "tuple",
        components: [
          { type: "uint256", name: "id" },
          { type: "address", name: "ownerAddress" },
          { type: "string", name: "url" },
          { type: "uint256", name: "schemaId" },
          { type: "uint256", name: "addedAtBlock" },
        ],
      },
    ],
  },
  {
    name: "fileIdByUrl",
    type: "function",
    stateMutability: "view",
    inputs: [{ type: "string", name: "url" }],
    outputs: [{ type: "uint256" }],
  },
  {
    name: "filePermissions",
    type: "function",
    stateMutability: "view",
    inputs: [
      { type: "uint256", name: "fileId" },
      { type: "address", name: "account" },
    ],
    outputs: [{ type: "string" }],
  },
  { name: "filesCount", type: "function", stateMutability: "view", inputs: [], outputs: [{ type: "uint256" }] },
  {
    name: "FileAdded",
    type: "event",
    inputs: [
      { type: "uint256", name: "fileId", indexed: true },
      { type: "address", name: "ownerAddress", indexed: true },
      { type: "string", name: "url" },
    ],
  },
  {
    name: "FileAddedV2",
    type: "event",
    inputs: [
      { type: "uint256", name: "fileId", indexed: true },
      { type: "address", name: "ownerAddress", indexed: true },
      { type: "string", name: "url" },
      { type: "uint256", name: "schemaId" },
    ],
  },
  {
    name: "PermissionGranted",
    type: "event",
    inputs: [
      { type: "uint256", name: "fileId", indexed: true },
      { type: "address", name: "account", indexed: true },
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
  { name: "FileNotFound", type: "error", inputs: [] },
  { name: "FileUrlAlreadyUsed", type: "error", inputs: [] },
  { name: "InvalidSchemaId", type: "error", inputs: [{ type: "uint256", name: "schemaId" }] },
  { name: "InvalidUrl", type: "error", inputs: [] },
  { name: "NotFileOwner", type: "error", inputs: [] },
] as const;

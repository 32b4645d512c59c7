/** What users and the relayer call on DataPortabilityServers. */
export const serversAbi = [
  {
    name: "addAndTrustServerWithSignature",
    type: "function",
    stateMutability: "nonpayable",
    inputs: [
      {
        type: "tuple",
        name: "addServerInput",
        components: [
          { type: "uint256", name: "nonce" },
          { type: "address", name: "serverAddress" },
          { type: "string", name: "publicKey" },
          { type: "string", name: "serverUrl" },
        ],
      },
      { type: "bytes", name: "signature" },
    ],
    outputs: [],
  },
  {
    name: "addServerWithSignature",
    type: "function",
    stateMutability: "nonpayable",
    inputs: [
      {
        type: "tuple",
        name: "addServerInput",
        components: [
          { type: "uint256", name: "nonce" },
          { type: "address", name: "serverAddress" },
          { type: "string", name: "publicKey" },
          { type: "string", name: "serverUrl" },
        ],
      },
      { type: "bytes", name: "signature" },
    ],
    outputs: [],
  },
  {
    name: "trustServer",
    type: "function",
    stateMutability: "nonpayable",
    inputs: [{ type: "uint256", name: "serverId" }],
    outputs: [],
  },
  {
    name: "trustServerWithSignature",
    type: "function",
    stateMutability: "nonpayable",
    inputs: [
      {
        type: "tuple",
        name: "trustServerInput",
        components: [
          { type: "uint256", name: "nonce" },
          { type: "uint256", name: "serverId" },
        ],
      },
      { type: "bytes", name: "signature" },
    ],
    outputs: [],
  },
  {
    name: "untrustServer",
    type: "function",
    stateMutability: "nonpayable",
    inputs: [{ type: "uint256", name: "serverId" }],
    outputs: [],
  },
  {
    name: "untrustServerWithSignature",
    type: "function",
    stateMutability: "nonpayable",
    inputs: [
      {
        type: "tuple",
        name: "untrustServerInput",
        components: [
          { type: "uint256", name: "nonce" },
          { type: "uint256", name: "serverId" },
        ],
      },
      { type: "bytes", name: "signature" },
    ],
    outputs: [],
  },
  {
    name: "serverAddressToId",
    type: "function",
    stateMutability: "view",
    inputs: [{ type: "address", name: "serverAddress" }],
    outputs: [{ type: "uint256", name: "serverId" }],
  },
  {
    name: "servers",
    type: "function",
    stateMutability: "view",
    inputs: [{ type: "uint256", name: "serverId" }],
    outputs: [
      {
        type: "tuple",
        components: [
          { type: "uint256", name: "id" },
          { type: "address", name: "owner" },
          { type: "address", name: "serverAddress" },
          { type: "string", name: "publicKey" },
          { type: "string", name: "url" },
        ],
      },
    ],
  },
  { name: "serversCount", type: "function", stateMutability: "view", inputs: [], outputs: [{ type: "uint256" }] },
  {
    name: "users",
    type: "function",
    stateMutability: "view",
    inputs: [{ type: "address", name: "userAddress" }],
    outputs: [
      { type: "uint256", name: "nonce" },
      { type: "uint256[]", name: "trustedServerIds" },
    ],
  },
  {
    name: "ServerRegistered",
    type: "event",
    inputs: [
      { type: "uint256", name: "serverId", indexed: true },
      { type: "address", name: "owner", indexed: true },
      { type: "address", name: "serverAddress", indexed: true },
      { type: "string", name: "publicKey" },
      { type: "string", name: "url" },
    ],
  },
  {
    name: "ServerTrusted",
    type: "event",
    inputs: [
      { type: "address", name: "user", indexed: true },
      { type: "uint256", name: "serverId", indexed: true },
    ],
  },
  {
    name: "ServerUntrusted",
    type: "event",
    inputs: [
      { type: "address", name: "user", indexed: true },
      { type: "uint256", name: "serverId", indexed: true },
    ],
  },
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
  { name: "EmptyPublicKey", type: "error", inputs: [] },
  { name: "EmptyUrl", type: "error", inputs: [] },
  {
    name: "NotServerOwner",
    type: "error",
    inputs: [
      { type: "address", name: "serverOwner" },
      { type: "address", name: "requestor" },
    ],
  },
  { name: "ServerAlreadyRegistered", type: "error", inputs: [] },
  { name: "ServerAlreadyTrusted", type: "error", inputs: [] },
  { name: "ServerAlreadyUntrusted", type: "error", inputs: [] },
  { name: "ServerNotFound", type: "error", inputs: [] },
  { name: "ServerNotTrusted", type: "error", inputs: [] },
  {
    name: "ServerUrlMismatch",
    type: "error",
    inputs: [
      { type: "string", name: "existingUrl" },
      { type: "string", name: "providedUrl" },
    ],
  },
  { name: "ZeroAddress", type: "error", inputs: [] },
] as const;

/** What is read from and written to DataPortabilityGrantees. `grantees(id)` returns the WHOLE list of permission ids, as the real one does. */
export const granteesAbi = [
  {
    name: "grantees",
    type: "function",
    stateMutability: "view",
    inputs: [{ type: "uint256", name: "granteeId" }],
    outputs: [
      {
        type: "tuple",
        components: [
          { type: "address", name: "owner" },
          { type: "address", name: "granteeAddress" },
          { type: "string", name: "publicKey" },
          { type: "uint256[]", name: "permissionIds" },
        ],
      },
    ],
  },
  { name: "granteesCount", type: "function", stateMutability: "view", inputs: [], outputs: [{ type: "uint256" }] },
  {
    name: "granteeAddressToId",
    type: "function",
    stateMutability: "view",
    inputs: [{ type: "address", name: "granteeAddress" }],
    outputs: [{ type: "uint256", name: "granteeId" }],
  },
  {
    name: "registerGrantee",
    type: "function",
    stateMutability: "nonpayable",
    inputs: [
      { type: "address", name: "owner" },
      { type: "address", name: "granteeAddress" },
      { type: "string", name: "publicKey" },
    ],
    outputs: [{ type: "uint256" }],
  },
  {
    name: "GranteeRegistered",
    type: "event",
    inputs: [
      { type: "uint256", name: "granteeId", indexed: true },
      { type: "address", name: "owner", indexed: true },
      { type: "address", name: "granteeAddress", indexed: true },
      { type: "string", name: "publicKey" },
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
  { name: "GranteeAlreadyRegistered", type: "error", inputs: [] },
  { name: "GranteeNotFound", type: "error", inputs: [] },
  { name: "ZeroAddress", type: "error", inputs: [] },
] as const;

import { membershipItems } from "./membership.ts";

/** Where the sandbox deploys a space and what belongs to it: the addresses follow from who deploys, not from the code. */
export const sandboxSpace = {
  space: "0x6Ef71452947D945bE598EDF19Bb7437519e2E784",
  factory: "0x6E57c605AED058f6E8961344255D4051867f2eD0",
  fixedPricing: "0xd8525A207980bb0bd2DC7Ff37a1e417E1f0eCF23",
  tieredPricing: "0x7C3C48b3A6098DD8A7668C884671690b0e91F435",
} as const;

/** What payers, members and the stream node call on a space, and what it says. */
export const spaceAbi = [
  {
    name: "joinSpace",
    type: "function",
    stateMutability: "payable",
    inputs: [{ type: "address", name: "receiver" }],
    outputs: [],
  },
  {
    name: "renewMembership",
    type: "function",
    stateMutability: "payable",
    inputs: [{ type: "uint256", name: "tokenId" }],
    outputs: [],
  },
  {
    name: "transferFrom",
    type: "function",
    stateMutability: "nonpayable",
    inputs: [
      { type: "address", name: "from" },
      { type: "address", name: "to" },
      { type: "uint256", name: "tokenId" },
    ],
    outputs: [],
  },
  {
    name: "multicall",
    type: "function",
    stateMutability: "nonpayable",
    inputs: [{ type: "bytes[]", name: "data" }],
    outputs: [{ type: "bytes[]", name: "results" }],
  },
  {
    name: "setMembershipDuration",
    type: "function",
    stateMutability: "nonpayable",
    inputs: [{ type: "uint64", name: "duration" }],
    outputs: [],
  },
  {
    name: "setMembershipLimit",
    type: "function",
    stateMutability: "nonpayable",
    inputs: [{ type: "uint256", name: "limit" }],
    outputs: [],
  },
  ...membershipItems(),
  {
    name: "ownerOf",
    type: "function",
    stateMutability: "view",
    inputs: [{ type: "uint256", name: "tokenId" }],
    outputs: [{ type: "address", name: "holder" }],
  },
  { name: "owner", type: "function", stateMutability: "view", inputs: [], outputs: [{ type: "address" }] },
  { name: "totalSupply", type: "function", stateMutability: "view", inputs: [], outputs: [{ type: "uint256" }] },
  { name: "getMembershipPrice", type: "function", stateMutability: "view", inputs: [], outputs: [{ type: "uint256" }] },
  {
    name: "getMembershipRenewalPrice",
    type: "function",
    stateMutability: "view",
    inputs: [{ type: "uint256", name: "tokenId" }],
    outputs: [{ type: "uint256" }],
  },
  { name: "getProtocolFee", type: "function", stateMutability: "view", inputs: [], outputs: [{ type: "uint256" }] },
  {
    name: "getMembershipFreeAllocation",
    type: "function",
    stateMutability: "view",
    inputs: [],
    outputs: [{ type: "uint256" }],
  },
  { name: "getMembershipLimit", type: "function", stateMutability: "view", inputs: [], outputs: [{ type: "uint256" }] },
  {
    name: "getMembershipDuration",
    type: "function",
    stateMutability: "view",
    inputs: [],
    outputs: [{ type: "uint64" }],
  },
  {
    name: "getMembershipCurrency",
    type: "function",
    stateMutability: "pure",
    inputs: [],
    outputs: [{ type: "address" }],
  },
  {
    name: "getMembershipPricingModule",
    type: "function",
    stateMutability: "view",
    inputs: [],
    outputs: [{ type: "address" }],
  },
  { name: "getSpaceFactory", type: "function", stateMutability: "view", inputs: [], outputs: [{ type: "address" }] },
  {
    name: "MembershipTokenIssued",
    type: "event",
    inputs: [
      { type: "address", name: "recipient", indexed: true },
      { type: "uint256", name: "tokenId", indexed: true },
    ],
  },
  {
    name: "MembershipTokenRejected",
    type: "event",
    inputs: [{ type: "address", name: "recipient", indexed: true }],
  },
  {
    name: "MembershipPaid",
    type: "event",
    inputs: [
      { type: "address", name: "currency", indexed: true },
      { type: "uint256", name: "price" },
      { type: "uint256", name: "protocolFee" },
    ],
  },
  {
    name: "SubscriptionUpdate",
    type: "event",
    inputs: [
      { type: "uint256", name: "tokenId", indexed: true },
      { type: "uint64", name: "expiration" },
    ],
  },
  {
    name: "Transfer",
    type: "event",
    inputs: [
      { type: "address", name: "from", indexed: true },
      { type: "address", name: "to", indexed: true },
      { type: "uint256", name: "tokenId", indexed: true },
    ],
  },
  { name: "Membership__InsufficientPayment", type: "error", inputs: [] },
  { name: "Membership__MaxSupplyReached", type: "error", inputs: [] },
  { name: "Membership__InvalidAddress", type: "error", inputs: [] },
  { name: "Membership__InvalidPayment", type: "error", inputs: [] },
  { name: "OwnerQueryForNonexistentToken", type: "error", inputs: [] },
  { name: "TransferFailed", type: "error", inputs: [] },
] as const;

/** What a space's pricing module says: the price of one more member, in wei and without the platform's fee. */
export const pricingAbi = [
  {
    name: "getPrice",
    type: "function",
    stateMutability: "view",
    inputs: [
      { type: "uint256", name: "freeAllocation" },
      { type: "uint256", name: "totalMinted" },
    ],
    outputs: [{ type: "uint256" }],
  },
] as const;

/** What makes a space. The sandbox's own: the real factory takes much more. */
export const spaceFactoryAbi = [
  {
    name: "createSpace",
    type: "function",
    stateMutability: "nonpayable",
    inputs: [
      {
        type: "tuple",
        name: "info",
        components: [
          { type: "string", name: "name" },
          { type: "string", name: "symbol" },
          { type: "uint256", name: "price" },
          { type: "uint256", name: "maxSupply" },
          { type: "uint64", name: "duration" },
          { type: "uint256", name: "freeAllocation" },
          { type: "address", name: "pricingModule" },
        ],
      },
    ],
    outputs: [{ type: "address", name: "space" }],
  },
  {
    name: "SpaceCreated",
    type: "event",
    inputs: [
      { type: "address", name: "owner", indexed: true },
      { type: "uint256", name: "tokenId", indexed: true },
      { type: "address", name: "space", indexed: true },
    ],
  },
] as const;

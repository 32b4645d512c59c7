import { membershipItems } from "./membership.ts";
import { mintingItems } from "./minting.ts";

/** What payers, members and the stream node call on a space, and what it says. */
export const spaceAbi = [
  ...mintingItems(),
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
  { name: "getMembershipPrice", type: "function", stateMutability: "view", inputs: [], outputs: [{ type: "uint256" }] },
  { name: "getProtocolFee", type: "function", stateMutability: "view", inputs: [], outputs: [{ type: "uint256" }] },
  {
    name: "getMembershipDuration",
    type: "function",
    stateMutability: "view",
    inputs: [],
    outputs: [{ type: "uint64" }],
  },
  { name: "getSpaceFactory", type: "function", stateMutability: "view", inputs: [], outputs: [{ type: "address" }] },
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
    name: "Transfer",
    type: "event",
    inputs: [
      { type: "address", name: "from", indexed: true },
      { type: "address", name: "to", indexed: true },
      { type: "uint256", name: "tokenId", indexed: true },
    ],
  },
  { name: "OwnerQueryForNonexistentToken", type: "error", inputs: [] },
  { name: "TransferFailed", type: "error", inputs: [] },
] as const;

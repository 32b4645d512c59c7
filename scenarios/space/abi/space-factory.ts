/** Where the sandbox deploys a space and what belongs to it: the addresses follow from who deploys, not from the code. */
export const sandboxSpace = {
  space: "0x6Ef71452947D945bE598EDF19Bb7437519e2E784",
  factory: "0x6E57c605AED058f6E8961344255D4051867f2eD0",
  fixedPricing: "0xd8525A207980bb0bd2DC7Ff37a1e417E1f0eCF23",
  tieredPricing: "0x7C3C48b3A6098DD8A7668C884671690b0e91F435",
} as const;

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

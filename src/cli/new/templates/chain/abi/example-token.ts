/** What users ask of the contract, and hear from it. */
export const exampleTokenItems = () =>
  [
    {
      name: "mint",
      type: "function",
      stateMutability: "nonpayable",
      inputs: [{ type: "uint256", name: "amount" }],
      outputs: [{ type: "uint256", name: "tokenId" }],
    },
    { name: "minted", type: "function", stateMutability: "view", inputs: [], outputs: [{ type: "uint256" }] },
    {
      name: "ownerOf",
      type: "function",
      stateMutability: "view",
      inputs: [{ type: "uint256", name: "tokenId" }],
      outputs: [{ type: "address" }],
    },
    {
      name: "Minted",
      type: "event",
      inputs: [
        { type: "address", name: "owner", indexed: true },
        { type: "uint256", name: "tokenId", indexed: true },
        { type: "uint256", name: "amount", indexed: false },
      ],
    },
  ] as const;

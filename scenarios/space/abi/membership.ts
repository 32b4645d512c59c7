/** What a member asks a space about its own tokens. */
export const membershipItems = () =>
  [
    {
      name: "expiresAt",
      type: "function",
      stateMutability: "view",
      inputs: [{ type: "uint256", name: "tokenId" }],
      outputs: [{ type: "uint256" }],
    },
    {
      name: "tokensOfOwner",
      type: "function",
      stateMutability: "view",
      inputs: [{ type: "address", name: "account" }],
      outputs: [{ type: "uint256[]", name: "tokenIds" }],
    },
    {
      name: "balanceOf",
      type: "function",
      stateMutability: "view",
      inputs: [{ type: "address", name: "account" }],
      outputs: [{ type: "uint256" }],
    },
  ] as const;

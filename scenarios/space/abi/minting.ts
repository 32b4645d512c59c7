/** What a payer of memberships asks a space, sends it and hears from it. */
export const mintingItems = () =>
  [
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
    { name: "totalSupply", type: "function", stateMutability: "view", inputs: [], outputs: [{ type: "uint256" }] },
    {
      name: "getMembershipRenewalPrice",
      type: "function",
      stateMutability: "view",
      inputs: [{ type: "uint256", name: "tokenId" }],
      outputs: [{ type: "uint256" }],
    },
    {
      name: "getMembershipFreeAllocation",
      type: "function",
      stateMutability: "view",
      inputs: [],
      outputs: [{ type: "uint256" }],
    },
    {
      name: "getMembershipLimit",
      type: "function",
      stateMutability: "view",
      inputs: [],
      outputs: [{ type: "uint256" }],
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
      name: "SubscriptionUpdate",
      type: "event",
      inputs: [
        { type: "uint256", name: "tokenId", indexed: true },
        { type: "uint64", name: "expiration" },
      ],
    },
    { name: "Membership__InsufficientPayment", type: "error", inputs: [] },
    { name: "Membership__MaxSupplyReached", type: "error", inputs: [] },
    { name: "Membership__InvalidAddress", type: "error", inputs: [] },
    { name: "Membership__InvalidPayment", type: "error", inputs: [] },
  ] as const;

/** The part of Multicall3 that Onrush uses: funding, batched reads and balances. */
export const multicallItems = () =>
  [
    {
      name: "aggregate3",
      type: "function",
      stateMutability: "payable",
      inputs: [
        {
          type: "tuple[]",
          name: "calls",
          components: [
            { type: "address", name: "target" },
            { type: "bool", name: "allowFailure" },
            { type: "bytes", name: "callData" },
          ],
        },
      ],
      outputs: [
        {
          type: "tuple[]",
          name: "returnData",
          components: [
            { type: "bool", name: "success" },
            { type: "bytes", name: "returnData" },
          ],
        },
      ],
    },
    {
      name: "aggregate3Value",
      type: "function",
      stateMutability: "payable",
      inputs: [
        {
          type: "tuple[]",
          name: "calls",
          components: [
            { type: "address", name: "target" },
            { type: "bool", name: "allowFailure" },
            { type: "uint256", name: "value" },
            { type: "bytes", name: "callData" },
          ],
        },
      ],
      outputs: [
        {
          type: "tuple[]",
          name: "returnData",
          components: [
            { type: "bool", name: "success" },
            { type: "bytes", name: "returnData" },
          ],
        },
      ],
    },
    {
      name: "getEthBalance",
      type: "function",
      stateMutability: "view",
      inputs: [{ type: "address", name: "addr" }],
      outputs: [{ type: "uint256", name: "balance" }],
    },
    {
      name: "getBlockNumber",
      type: "function",
      stateMutability: "view",
      inputs: [],
      outputs: [{ type: "uint256", name: "blockNumber" }],
    },
    {
      name: "getCurrentBlockTimestamp",
      type: "function",
      stateMutability: "view",
      inputs: [],
      outputs: [{ type: "uint256", name: "timestamp" }],
    },
    {
      name: "getChainId",
      type: "function",
      stateMutability: "view",
      inputs: [],
      outputs: [{ type: "uint256", name: "chainid" }],
    },
  ] as const;

/** The same as a value, for Node. A k6 VU would keep its own copy of it: there the text of the items is used (src/k6/abi.ts). */
export const multicallAbi = /* @__PURE__ */ multicallItems();

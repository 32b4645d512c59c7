/** Where the sandbox deploys a space and what belongs to it: the addresses follow from who deploys, not from the code. */
export const sandboxSpace = {
  space: "0x6Ef71452947D945bE598EDF19Bb7437519e2E784",
  factory: "0x6E57c605AED058f6E8961344255D4051867f2eD0",
  fixedPricing: "0xd8525A207980bb0bd2DC7Ff37a1e417E1f0eCF23",
  tieredPricing: "0x7C3C48b3A6098DD8A7668C884671690b0e91F435",
} as const;

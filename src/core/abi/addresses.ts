/** Multicall3 where most chains have it; the sandbox has it here too. */
export const canonicalMulticall = "0xcA11bde05977b3631167028862bE2a173976CA11";

/** Multicall3 as deployed on Vana, and in the sandbox. */
export const vanaMulticall = "0xD8d2dFca27E8797fd779F8547166A2d3B29d360E";

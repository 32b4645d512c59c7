import type { Plugin } from "esbuild";

/** See abis.mjs. */
export function abiModules(options: { root: string; contracts: string }): { path: string; text: string }[];
export const abiAsText: Plugin;

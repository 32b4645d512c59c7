/** See compile-contracts.mjs. */
export function compileContracts(options: {
  outDir: string;
  cacheDir: string;
}): Promise<{ names: string[]; compiled: boolean }>;

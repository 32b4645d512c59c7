/** See compile-contracts.mjs. */
export function compileContracts(options: {
  outDir: string;
  cacheDir: string;
  load?: () => Promise<unknown>;
}): Promise<{ names: string[]; compiled: boolean }>;

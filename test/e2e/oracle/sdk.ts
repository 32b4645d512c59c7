// The SDK that real applications use, as the judge of our own side. Its published package cannot be imported by Node (its files import each other without
// extensions), so it is bundled first.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as Sdk from "@opendatalabs/vana-sdk/node";
import { build } from "esbuild";
import { root, temporaryFolder } from "../support.ts";

export type VanaSdk = typeof Sdk;

/** What its CommonJS dependencies expect of a module: those that look for a native part beside them find none here and use JavaScript. */
const BANNER = `
import { createRequire as requirer } from "node:module";
import { fileURLToPath as pathOf } from "node:url";
const require = requirer(import.meta.url);
const __filename = pathOf(import.meta.url);
const __dirname = pathOf(new URL(".", import.meta.url));
const quiet = () => {};
`;

/** Loads the SDK. */
export function loadSdk(): Promise<VanaSdk> {
  return loadBundled("@opendatalabs/vana-sdk/node");
}

/** Bundles packages that Node cannot import as they are into a temporary folder (removed by `cleanUp`), and imports everything they export. */
export async function loadBundled<Module>(...packages: string[]): Promise<Module> {
  // vitest rewrites what it imports, which takes seconds for 5 MB; what lies in a folder of this name it leaves to Node.
  const outfile = join(temporaryFolder(), "node_modules", "bundle.mjs");
  await build({
    stdin: { contents: packages.map((name) => `export * from "${name}";`).join("\n"), resolveDir: root },
    outfile,
    bundle: true,
    platform: "node",
    // In a CommonJS bundle its OpenPGP does not load.
    format: "esm",
    target: "node20",
    banner: { js: BANNER },
    // It prints requests with the signatures in them, and those are passwords here.
    define: { "console.debug": "quiet" },
    legalComments: "none",
    logLevel: "error",
  });
  return (await import(pathToFileURL(outfile).href)) as Module;
}

/**
 * Runs `work` with the SDK's own ECIES instead of eccrypto-js: it has both, of one format, and its users choose by environment.
 */
export async function withOwnEcies<T>(work: () => Promise<T>): Promise<T> {
  process.env.VANA_USE_CUSTOM_ECIES = "true";
  try {
    return await work();
  } finally {
    delete process.env.VANA_USE_CUSTOM_ECIES;
  }
}

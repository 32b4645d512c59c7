// Bundles and runs test/bench (Node cannot run TypeScript by itself yet).
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
await build({
  entryPoints: [`${root}test/bench/main.ts`],
  outfile: `${root}dist/test/bench.mjs`,
  bundle: true,
  packages: "external",
  format: "esm",
  platform: "node",
  // The tests' support finds the project's folder from its own file; bundled, that file is two folders deep as well.
  absWorkingDir: root,
  logLevel: "error",
});
await import(`${root}dist/test/bench.mjs`);

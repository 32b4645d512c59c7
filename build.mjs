// Bundles the k6 scripts and the command, compiles the sandbox's contracts and writes their ABIs, makes the data set. `node build.mjs` does all of it.
import { cpSync, existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { writeAbis } from "./scripts/abis.mjs";
import { bundleCommand, scenariosIn } from "./scripts/command-bundle.mjs";
import { compileContracts } from "./scripts/compile-contracts.mjs";
import { bundleScript } from "./scripts/k6-bundle.mjs";
import { writePersonas } from "./scripts/personas.mjs";

const root = fileURLToPath(new URL(".", import.meta.url));
const at = (...parts) => join(root, ...parts);

/** A k6 VU costs what the script builds at its top level; above this size a bundle has taken in something that does not belong there. */
const LARGEST_SCRIPT = 200_000;
const BUDGET = 150_000;

const scenarios = scenariosIn(root);

const contracts = at("dist/contracts");
await compileContracts({ outDir: contracts, cacheDir: at(".cache") });
writeAbis({ root, contracts });

const scripts = await Promise.all(
  scenarios.map((name) => bundleScript(at("scenarios", name, "main.ts"), at("dist", `${name}.js`), root)),
);

await bundleCommand(root, at("dist/cli"));

if (
  !existsSync(at("dist/data/personas-large.json")) ||
  statSync(at("scripts/personas.mjs")).mtimeMs > statSync(at("dist/data/personas-large.json")).mtimeMs
) {
  writePersonas(at("dist/data"));
}
// k6 opens them beside the scripts that load them.
for (const folder of ["proto", ...scenarios.map((name) => `scenarios/${name}/proto`)])
  if (existsSync(at(folder))) cpSync(at(folder), at("dist/proto"), { recursive: true });

const rows = scripts
  .flatMap(({ metafile }) => Object.entries(metafile.outputs))
  .filter(([file]) => file.endsWith(".js"))
  .map(([file, { bytes }]) => ({ file, bytes, gzip: gzipSync(readFileSync(at(file))).length }));
console.log(`${"script".padEnd(24)} ${"bytes".padStart(9)} ${"gzip".padStart(9)}`);
for (const { file, bytes, gzip } of rows) {
  console.log(
    `${file.padEnd(24)} ${String(bytes).padStart(9)} ${String(gzip).padStart(9)}${bytes > BUDGET ? "  over the budget of 150 KB" : ""}`,
  );
}
const fat = rows.filter(({ bytes }) => bytes > LARGEST_SCRIPT);
if (fat.length > 0) {
  for (const { file } of fat) rmSync(at(file));
  console.error(
    `${fat.map(({ file }) => file).join(", ")}: over 200 KB, which every VU pays for; see the imports with esbuild's metafile`,
  );
  process.exit(1);
}

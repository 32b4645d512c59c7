// Compiles contracts/**/*.sol with solc and writes <outDir>/<Name>.json {abi, bytecode, deployedBytecode}.
// solc takes seconds to load and compile, so its output is kept in cacheDir under a hash of all it depends on.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const sourceDir = fileURLToPath(new URL("../contracts", import.meta.url));
const scenariosDir = fileURLToPath(new URL("../scenarios", import.meta.url));

const settings = {
  // Few runs: the contracts are written to far more often than their code size matters, and the gas table they are
  // calibrated to comes from a build with runs=1.
  optimizer: { enabled: true, runs: 1 },
  // The old pipeline: a third of the time of the IR one, and no dearer where storage is what costs.
  viaIR: false,
  evmVersion: "cancun",
  // No source hash in the code: equal code gives equal bytes, whatever the comments say.
  metadata: { appendCBOR: false, bytecodeHash: "none" },
};

/** Libraries are inlined and interfaces have no code; of lib/ only the proxy is placed on a chain. */
const isPlaced = (file) => (!file.startsWith("lib/") || file === "lib/Proxy.sol") && file !== "interfaces.sol";

/** The shared contracts, and those of scenarios' own: scenarios/<name>/contracts/*.sol, which import the shared ones by their path in contracts/. */
async function readSources() {
  const inFolder = async (folder, prefix = "") =>
    (await readdir(folder, { recursive: true }))
      .filter((name) => name.endsWith(".sol"))
      .map((name) => [prefix + name, join(folder, name)]);
  const own = (await readdir(scenariosDir)).filter((name) => existsSync(join(scenariosDir, name, "contracts")));
  const files = [
    ...(await inFolder(sourceDir)),
    ...(await Promise.all(own.map((name) => inFolder(join(scenariosDir, name, "contracts"), `${name}/`)))).flat(),
  ].sort(([a], [b]) => (a < b ? -1 : 1));
  const entries = files.map(async ([name, path]) => [name, { content: await readFile(path, "utf8") }]);
  return Object.fromEntries(await Promise.all(entries));
}

/** Loads solc (seconds) and compiles. Any error or warning of the compiler ends the build: both are worth a look. */
async function compile(sources, load) {
  const { default: solc } = await load();
  const wanted = { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] };
  const outputSelection = Object.fromEntries(
    Object.keys(sources)
      .filter(isPlaced)
      .map((file) => [file, wanted]),
  );
  const input = { language: "Solidity", sources, settings: { ...settings, outputSelection } };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const complaints = (output.errors ?? []).map((error) => error.formattedMessage);
  if (complaints.length > 0) throw new Error(`the contracts do not compile:\n${complaints.join("\n")}`);

  const artifacts = {};
  for (const contracts of Object.values(output.contracts)) {
    for (const [name, { abi, evm }] of Object.entries(contracts)) {
      if (artifacts[name]) throw new Error(`two contracts are called ${name}: each needs a name of its own`);
      artifacts[name] = {
        abi,
        bytecode: `0x${evm.bytecode.object}`,
        deployedBytecode: `0x${evm.deployedBytecode.object}`,
      };
    }
  }
  return artifacts;
}

/** Several processes may compile at once (tests, a build): whoever reads sees a whole file or none. */
async function writeWhole(path, content) {
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, content);
  await rename(part, path);
}

/**
 * Brings outDir up to date with contracts/. Takes milliseconds when the same sources have been compiled before.
 *
 * @param {{ outDir: string, cacheDir: string, load?: () => Promise<unknown> }} options load gives the compiler, where it has to run
 * @returns {Promise<{ names: string[], compiled: boolean }>} the contracts' names, and whether solc had to run
 */
export async function compileContracts({ outDir, cacheDir, load = () => import("solc") }) {
  const sources = await readSources();
  const { version } = require("solc/package.json");
  const script = readFileSync(fileURLToPath(import.meta.url), "utf8");
  const hash = createHash("sha256")
    .update(JSON.stringify([version, script, sources]))
    .digest("hex")
    .slice(0, 16);
  const cached = join(cacheDir, `contracts-${hash}.json`);

  const compiled = !existsSync(cached);
  if (compiled) await writeWhole(cached, JSON.stringify(await compile(sources, load)));
  const artifacts = JSON.parse(await readFile(cached, "utf8"));
  const names = Object.keys(artifacts);
  for (const name of names) {
    const path = join(outDir, `${name}.json`);
    const content = JSON.stringify(artifacts[name]);
    if (!existsSync(path) || readFileSync(path, "utf8") !== content) await writeWhole(path, content);
  }
  return { names, compiled };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const started = performance.now();
  const outDir = join(root, "dist/contracts");
  const { names, compiled } = await compileContracts({ outDir, cacheDir: join(root, ".cache") });
  const how = compiled ? "compiled" : "unchanged";
  console.log(
    `${names.length} contracts ${how} in ${relative(root, outDir)} (${Math.round(performance.now() - started)} ms)`,
  );
}

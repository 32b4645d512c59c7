// Writes abi/generated.ts of src/core and of each scenario from the abi/wanted.json beside it, which says what of the compiled
// contracts its TypeScript wants:
//   "abis":      { "<name>": { "<Contract>": "*" or [<items>] } }            makes <name>Abi
//   "typedData": { "<path of a .sol>": [<constants that hold typehashes>] }  makes <primary type>Types
// An item is a name, or "function", "event" or "error" for all of them. "<name>/<n>" cuts the struct that a function returns to its
// first n fields: an ABI's offsets let a decoder stop before a list that grows.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { scenariosIn } from "./command-bundle.mjs";

const HEAD = "// Made by the build from wanted.json and the contracts (scripts/abis.mjs). Not for editing.\n";

/** Without what only Solidity's own tools read, and without names that are empty. */
const plain = ({ type, name, ...rest }) =>
  JSON.stringify({ type, name, ...rest }, (key, value) => {
    const silent = key === "internalType" || (key === "name" && value === "") || (key === "anonymous" && !value);
    return silent ? undefined : value;
  });

/** A function that returns a struct, with the struct's first fields only. */
function headOf({ outputs, ...item }, length) {
  const [struct] = outputs;
  return { ...item, outputs: [{ ...struct, components: struct.components.slice(0, length) }] };
}

/** The items, one line of JSON each; an item that several contracts have is there once. */
function abiOf(contracts, artifacts) {
  const lines = Object.entries(contracts).flatMap(([contract, wanted]) => {
    const { abi } = artifacts(contract);
    if (wanted === "*") return abi.map(plain);
    return wanted.flatMap((entry) => {
      const [word, length] = entry.split("/");
      const found = abi.filter(({ name, type }) => name === word || type === word);
      if (found.length === 0) throw new Error(`${contract} has no function, event or error "${word}"`);
      return found.map((item) => plain(length === undefined ? item : headOf(item, Number(length))));
    });
  });
  return `[\n${[...new Set(lines)].join(",\n")}\n]`;
}

/** `A(B[] b)B(uint256 c)`, as EIP-712 encodes a type, as the table that viem and k6/x/ethereum take. */
function typesOf(encoded) {
  const structs = [...encoded.matchAll(/(\w+)\(([^)]*)\)/g)].map(([, name, fields]) => [
    name,
    fields.split(",").map((field) => {
      const [type, name] = field.split(" ");
      return `    { name: "${name}", type: "${type}" },\n`;
    }),
  ]);
  const tables = structs.map(([name, fields]) => `  ${name}: [\n${fields.join("")}  ],\n`);
  return `{\n${tables.join("")}}`;
}

function typedDataOf(file, constant, root) {
  const source = readFileSync(join(root, file), "utf8");
  const encoded = source.match(new RegExp(`\\b${constant}\\s*=\\s*keccak256\\(\\s*"([^"]+)"`))?.[1];
  if (encoded === undefined) throw new Error(`${file} has no typehash ${constant}`);
  const primary = encoded.slice(0, encoded.indexOf("("));
  const name = primary.charAt(0).toLowerCase() + primary.slice(1);
  return `export const ${name}Types = ${typesOf(encoded)} as const;\n`;
}

/** The text of generated.ts. @throws Error that names what the contracts do not have */
function moduleOf({ abis = {}, typedData = {} }, artifacts, root) {
  return [
    HEAD,
    ...Object.entries(abis).map(
      ([n, contracts]) => `export const ${n}Abi = ${abiOf(contracts, artifacts)} as const;\n`,
    ),
    ...Object.entries(typedData).flatMap(([file, names]) => names.map((name) => typedDataOf(file, name, root))),
  ].join("\n");
}

/**
 * The modules that contracts compiled into `contracts` make: path and text. The build writes them, a test compares.
 * @param {{ root: string, contracts: string }} options
 */
export function abiModules({ root, contracts }) {
  const artifacts = (name) => {
    const path = join(contracts, `${name}.json`);
    if (!existsSync(path)) throw new Error(`there is no contract ${name}`);
    return JSON.parse(readFileSync(path, "utf8"));
  };
  return ["src/core", ...scenariosIn(root).map((name) => `scenarios/${name}`)]
    .map((folder) => join(root, folder, "abi"))
    .filter((folder) => existsSync(join(folder, "wanted.json")))
    .map((folder) => {
      const wanted = JSON.parse(readFileSync(join(folder, "wanted.json"), "utf8"));
      return { path: join(folder, "generated.ts"), text: moduleOf(wanted, artifacts, root) };
    });
}

/** Brings every abi/generated.ts up to date with the compiled contracts. @param {{ root: string, contracts: string }} options */
export function writeAbis(options) {
  for (const { path, text } of abiModules(options)) {
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
    writeFileSync(path, text);
    console.log(`${relative(options.root, path)} was not what the contracts make: written anew, to be committed`);
  }
}

/**
 * For k6 scripts: each ABI as its JSON text. k6/x/ethereum reads the text as well as the array and parses each text once a process,
 * while an array of objects would live in every VU (a contract's is some 70 kB in k6's engine).
 * @type {import("esbuild").Plugin}
 */
export const abiAsText = {
  name: "abi-as-text",
  setup(script) {
    script.onLoad({ filter: /\/abi\/generated\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/(?<== )\[\n.*?\n\](?= as const;)/gs, (items) =>
        JSON.stringify(JSON.stringify(JSON.parse(items))),
      ),
      loader: "ts",
    }));
  },
};

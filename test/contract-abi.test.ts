import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { type Abi, type AbiParameter, toEventSelector, toFunctionSelector } from "viem";
import { formatAbiItem } from "viem/utils";
import { describe, expect, it } from "vitest";
import { spaceAbi, spaceFactoryAbi } from "../scenarios/space/abi/generated.ts";
import {
  granteesAbi,
  permissionsAbi,
  permissionTypes,
  registryAbi,
  serversAbi,
} from "../scenarios/streaming/abi/generated.ts";
import { abiAsText, abiModules } from "../scripts/abis.mjs";
import { compileContracts } from "../scripts/compile-contracts.mjs";
import { multicallAbi } from "../src/core/abi/generated.ts";
import { artifact } from "../src/sandbox/contracts.ts";
import { root } from "../src/sandbox/root.ts";

/** What two ABIs must agree on: selectors or topics, which fields are indexed, what comes back and under which names. */
function shapes(abi: Abi): Map<string, string> {
  const named = (items: readonly AbiParameter[]): string =>
    items
      .map((item) => `${item.type} ${item.name ?? ""}${"components" in item ? named(item.components) : ""}`)
      .join(",");
  const entries = abi.flatMap((item): [string, string][] => {
    if (item.type === "function")
      return [[formatAbiItem(item), `${toFunctionSelector(item)} -> (${named(item.outputs)})`]];
    if (item.type === "event") {
      const indexed = item.inputs.map((input) => (input.indexed ? "indexed" : "data")).join();
      return [[`event ${formatAbiItem(item)}`, `${toEventSelector(item)} ${indexed}`]];
    }
    if (item.type === "error") return [[`error ${formatAbiItem(item)}`, ""]];
    return [];
  });
  return new Map(entries);
}

/** Ours, where the other ABI has an item of that name and types. */
const common = (ours: Map<string, string>, theirs: Map<string, string>) =>
  Object.fromEntries([...ours].filter(([key]) => theirs.has(key)));

describe("the compiled contracts", () => {
  const load = createRequire(import.meta.url);
  const sdk = (name: string): Abi => {
    const path = `../node_modules/@opendatalabs/vana-sdk/dist/generated/abi/${name}Implementation.cjs`;
    return load(path)[`${name}ABI`];
  };
  /** Ours and not the real ABI's: what the sandbox needs to be governed is a part of the real access control, and all else is real. */
  const known: Record<string, string[]> = { DataRegistry: ["error ZeroAddress()"] };

  it.each([
    ["DataPortabilityPermissions", 25],
    ["DataPortabilityServers", 25],
    ["DataPortabilityGrantees", 10],
    ["DataRegistry", 15],
  ] as const)("%s has nothing that the real one does not have, in the same shape", (name, least) => {
    const ours = shapes(artifact(name).abi);
    const theirs = shapes(sdk(name));
    const extra = [...ours.keys()].filter((key) => !theirs.has(key));
    expect(extra).toEqual(known[name] ?? []);
    const shared = common(ours, theirs);
    expect(Object.keys(shared).length).toBeGreaterThan(least);
    expect(shared).toEqual(common(theirs, ours));
  });
});

describe("the ABIs of journeys and services", () => {
  const abis = {
    DataPortabilityPermissions: permissionsAbi,
    DataPortabilityServers: serversAbi,
    DataPortabilityGrantees: granteesAbi,
    DataRegistry: registryAbi,
    Multicall3: multicallAbi,
    Space: spaceAbi,
    SpaceFactory: spaceFactoryAbi,
  };
  // Errors of the contracts behind Permissions come out of it unchanged.
  const errors = Object.keys(abis).flatMap((name) => [...shapes(artifact(name).abi)]);
  const anyError = new Map(errors.filter(([key]) => key.startsWith("error ")));

  it.each(Object.entries(abis))("%s: every item is the compiled contract's", (name, abi) => {
    const contract = new Map([...anyError, ...shapes(artifact(name).abi)]);
    const wanted = shapes(abi as Abi);
    expect(Object.fromEntries(wanted)).toEqual(common(wanted, contract));
    expect(common(wanted, contract)).toEqual(common(contract, wanted));
  });
});

describe("abi/generated.ts", () => {
  const contracts = join(root, "dist/contracts");

  it("is what the build makes of the contracts today, of everybody who wants some", async () => {
    await compileContracts({ outDir: contracts, cacheDir: join(root, ".cache") });
    const made = abiModules({ root, contracts });
    expect(made.length).toBeGreaterThanOrEqual(3);
    for (const { path, text } of made) expect(readFileSync(path, "utf8"), `${path} is stale: npm run build`).toBe(text);
  }, 120_000);

  it("wants nothing that the contracts do not have", () => {
    const folder = mkdtempSync(join(tmpdir(), "abis-"));
    const wants = (wanted: object) => {
      writeFileSync(join(folder, "src/core/abi/wanted.json"), JSON.stringify(wanted));
      return () => abiModules({ root: folder, contracts });
    };
    try {
      for (const part of ["scenarios", "src/core/abi"]) mkdirSync(join(folder, part), { recursive: true });
      writeFileSync(join(folder, "a.sol"), 'bytes32 constant A_B = keccak256("B(uint256 c)");');
      expect(wants({ abis: { a: { Space: ["balanceOff"] } } })).toThrow(
        'Space has no function, event or error "balanceOff"',
      );
      expect(wants({ abis: { a: { Spice: "*" } } })).toThrow("there is no contract Spice");
      expect(wants({ typedData: { "a.sol": ["B"] } })).toThrow("a.sol has no typehash B");
      expect(wants({ typedData: { "a.sol": ["A_B"] } })()[0]?.text).toContain('{ name: "c", type: "uint256" }');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is text in a script of k6, where an array would be kept by every VU", async () => {
    const { outputFiles } = await build({
      entryPoints: [join(root, "scenarios/streaming/abi/generated.ts")],
      bundle: true,
      format: "esm",
      plugins: [abiAsText],
      write: false,
    });
    const script = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? "")}`);
    const abis = { permissionsAbi, serversAbi, granteesAbi, registryAbi };
    for (const [name, abi] of Object.entries(abis)) {
      expect(script[name]).toBeTypeOf("string");
      expect(JSON.parse(script[name])).toEqual(abi);
    }
    expect(script.permissionTypes).toEqual(permissionTypes);
  });
});

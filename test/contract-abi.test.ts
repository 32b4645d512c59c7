import { createRequire } from "node:module";
import { type Abi, type AbiParameter, toEventSelector, toFunctionSelector } from "viem";
import { formatAbiItem } from "viem/utils";
import { describe, expect, it } from "vitest";
import { spaceAbi } from "../scenarios/space/abi/space.ts";
import { spaceFactoryAbi } from "../scenarios/space/abi/space-factory.ts";
import { granteesAbi } from "../scenarios/streaming/abi/grantees.ts";
import { permissionsAbi } from "../scenarios/streaming/abi/permissions.ts";
import { registryAbi } from "../scenarios/streaming/abi/registry.ts";
import { serversAbi } from "../scenarios/streaming/abi/servers.ts";
import { multicallAbi } from "../src/core/abi/multicall.ts";
import { artifact } from "../src/sandbox/contracts.ts";

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

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compileContracts } from "../../scripts/compile-contracts.mjs";
import { artifact } from "./contracts.ts";

let outDir: string;
const cacheDir = fileURLToPath(new URL("../../.cache", import.meta.url));
beforeAll(() => {
  outDir = mkdtempSync(join(tmpdir(), "onrush-contracts-"));
});
afterAll(() => rmSync(outDir, { recursive: true }));

it("writes one file a contract, and only what is out of date", { timeout: 60_000 }, async () => {
  const { names } = await compileContracts({ outDir, cacheDir });
  expect(readdirSync(outDir).sort()).toEqual(names.map((name) => `${name}.json`).sort());
  const written = JSON.parse(readFileSync(join(outDir, "Proxy.json"), "utf8"));
  expect(written).toEqual(artifact("Proxy")); // what the sandbox runs is up to date with the sources

  const untouched = statSync(join(outDir, "Multicall3.json")).mtimeMs;
  writeFileSync(join(outDir, "Proxy.json"), "something else");
  const load = () => Promise.reject(new Error("solc, which takes seconds, was loaded"));
  expect((await compileContracts({ outDir, cacheDir, load })).compiled).toBe(false);
  expect(JSON.parse(readFileSync(join(outDir, "Proxy.json"), "utf8"))).toEqual(written);
  expect(statSync(join(outDir, "Multicall3.json")).mtimeMs).toBe(untouched);
});

it("leaves out what is never on a chain by itself", () => {
  const names = readdirSync(outDir);
  expect(names).not.toContain("IdSet.json");
  expect(names).not.toContain("IServers.json");
  for (const name of ["PermissionsToStranger.json", "PermissionsTwice.json"]) expect(names).toContain(name);
});

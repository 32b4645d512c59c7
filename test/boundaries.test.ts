import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { importsOf, programIn } from "../scripts/import-graph.mjs";
import { circles, crossings, deferrals, namings } from "./support/boundaries.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const program = programIn(root);
const scenarios = readdirSync(`${root}scenarios`);
/** Those that src must not name; somebody else's scenario may be called by any word. */
const shipped = ["chat", "ledger", "space", "streaming"];
const scripts = [...program].filter(([path]) => /^scenarios\/[^/]+\/main\.ts$/.test(path));

describe("the house", () => {
  it("has no import across a boundary", () => expect(crossings(program)).toEqual([]));
  it("has no circle of imports, types included, and none that runs back up", () =>
    expect(circles(program)).toEqual([]));
  it("names no scenario in src", () => expect(namings(program, shipped)).toEqual([]));
  it("has one deferred import a scenario", () => expect(deferrals(program)).toEqual([]));

  it("is looked at whole", () => {
    const folders = new Set([...program.keys()].map((path) => path.split("/").slice(0, 2).join("/")));
    for (const folder of [
      "src/core",
      "src/k6",
      "src/sandbox",
      "src/cli",
      ...scenarios.map((name) => `scenarios/${name}`),
    ])
      expect([...folders]).toContain(folder);
    expect(scripts.map(([path]) => path.split("/")[1])).toEqual(scenarios);
    // A parser that finds nothing would find no violation either.
    expect([...program.values()].flatMap(importsOf).length).toBeGreaterThan(2 * program.size);
  });

  it("leaves k6 out of tests beside the code, which run in Node", () => {
    const tests = ["src", "scenarios"]
      .flatMap((folder) =>
        readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
      )
      .filter((path) => path.endsWith(".test.ts"));
    const found = tests.filter((path) =>
      importsOf(readFileSync(root + path, "utf8")).some((name) => /^k6(\/|$)/.test(name)),
    );
    expect(tests.length).toBeGreaterThan(0);
    expect(found).toEqual([]);
  });

  it.each(scripts)("%s is a table of contents of at most 80 lines", (_, text) => {
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(80);
  });
});

describe("a planted violation is found", () => {
  const S = "scenarios/a";
  it.each([
    // core imports nothing outside itself but small pure packages
    ["src/core/a.ts", 'import { readFileSync } from "node:fs";', "src/core/a.ts imports node:fs"],
    ["src/core/a.ts", 'import type { Account } from "k6/x/ethereum";', "src/core/a.ts imports k6/x/ethereum"],
    ["src/core/a.ts", 'export * from "viem";', "src/core/a.ts imports viem"],
    ["src/core/deep/a.ts", 'import "../../k6/http.ts";', "src/core/deep/a.ts imports src/k6/http.ts"],
    ["src/core/a.ts", 'const fs = await import("fs");', "src/core/a.ts imports fs"],
    ["src/core/a.ts", 'import {\n  one,\n  two,\n} from "../cli/run.ts";', "src/core/a.ts imports src/cli/run.ts"],
    // src names none, nor imports one
    ["src/core/a.ts", `import { profiles } from "../../${S}/profiles.ts";`, `src/core/a.ts imports ${S}/profiles.ts`],
    ["src/k6/a.ts", `import type { S } from "../../${S}/settings.ts";`, `src/k6/a.ts imports ${S}/settings.ts`],
    ["src/sandbox/a.ts", `const b = import("../../${S}/sandbox/b.ts");`, `src/sandbox/a.ts imports ${S}/sandbox/b.ts`],
    ["src/cli/a.ts", `import { spec } from "../../${S}/spec.ts";`, `src/cli/a.ts imports ${S}/spec.ts`],
    // spec, settings, profiles, model (and abi) import no k6 and no node
    [`${S}/spec.ts`, 'import { check } from "k6";', `${S}/spec.ts imports k6`],
    [`${S}/settings.ts`, 'import { hostname } from "node:os";', `${S}/settings.ts imports node:os`],
    [`${S}/profiles.ts`, 'import fs from "fs";', `${S}/profiles.ts imports fs`],
    [`${S}/model/a.ts`, 'import http from "k6/http";', `${S}/model/a.ts imports k6/http`],
    [`${S}/model/a.ts`, 'import { keccak256 } from "viem";', `${S}/model/a.ts imports viem`],
    [`${S}/abi/a.ts`, 'import { clientOf } from "../../../src/k6/chain.ts";', `${S}/abi/a.ts imports src/k6/chain.ts`],
    [`${S}/spec.ts`, 'import { journey } from "./journey/index.ts";', `${S}/spec.ts imports ${S}/journey/index.ts`],
    // main, journey, client, audit and controls import no node
    [`${S}/main.ts`, 'import { z } from "node:zlib";', `${S}/main.ts imports node:zlib`],
    [`${S}/main.ts`, 'import { z } from "../../src/cli/x.ts";', `${S}/main.ts imports src/cli/x.ts`],
    [
      `${S}/journey/a.ts`,
      "import { x } from '../../../src/sandbox/chain.ts'",
      `${S}/journey/a.ts imports src/sandbox/chain.ts`,
    ],
    [`${S}/journey/a.ts`, 'import fastify from "fastify";', `${S}/journey/a.ts imports fastify`],
    [`${S}/client/a.ts`, 'import { x } from "../sandbox/b.ts";', `${S}/client/a.ts imports ${S}/sandbox/b.ts`],
    [`${S}/audit.ts`, 'import path from "path";', `${S}/audit.ts imports path`],
    [`${S}/controls.ts`, 'import path from "node:path";', `${S}/controls.ts imports node:path`],
    ["src/k6/a.ts", 'import path from "path";', "src/k6/a.ts imports path"],
    ["src/k6/a.ts", 'import { x } from "../cli/main.ts";', "src/k6/a.ts imports src/cli/main.ts"],
    // sandbox and cli import no k6
    ["src/cli/a.ts", 'import http from "k6/http";', "src/cli/a.ts imports k6/http"],
    ["src/cli/a.ts", 'import { x } from "../k6/run.ts";', "src/cli/a.ts imports src/k6/run.ts"],
    ["src/sandbox/a.ts", 'import { x } from "../cli/run.ts";', "src/sandbox/a.ts imports src/cli/run.ts"],
    ["src/sandbox/a.ts", 'import { check } from "k6";', "src/sandbox/a.ts imports k6"],
    [`${S}/sandbox/a.ts`, 'import { check } from "k6";', `${S}/sandbox/a.ts imports k6`],
    [`${S}/sandbox/a.ts`, 'import { x } from "../journey/b.ts";', `${S}/sandbox/a.ts imports ${S}/journey/b.ts`],
    [`${S}/cli/a.ts`, 'import { x } from "../client/b.ts";', `${S}/cli/a.ts imports ${S}/client/b.ts`],
    // no scenario imports another
    [`${S}/model/a.ts`, 'import { x } from "../../b/model/x.ts";', `${S}/model/a.ts imports scenarios/b/model/x.ts`],
    [
      `${S}/settings.ts`,
      'import type { x } from "../b/settings.ts";',
      `${S}/settings.ts imports scenarios/b/settings.ts`,
    ],
    [
      `${S}/sandbox/a.ts`,
      'import { x } from "../../b/sandbox/x.ts";',
      `${S}/sandbox/a.ts imports scenarios/b/sandbox/x.ts`,
    ],
    // every file has a rule
    ["src/elsewhere/a.ts", "", "src/elsewhere/a.ts is in a folder without a rule"],
    ["src/a.ts", "", "src/a.ts is in a folder without a rule"],
    [`${S}/elsewhere.ts`, "", `${S}/elsewhere.ts is in a folder without a rule`],
    ["scenarios/a.ts", "", "scenarios/a.ts is in a folder without a rule"],
  ])("%s: %s", (path, text, violation) => expect(crossings(new Map([[path, text]]))).toEqual([violation]));

  it.each<[string, Record<string, string>, string]>([
    [
      "of two files",
      { "src/core/a.ts": 'import "./b.ts";', "src/core/b.ts": 'import "./a.ts";' },
      "a circle: src/core/a.ts <-> src/core/b.ts",
    ],
    [
      "of types",
      {
        "src/k6/a.ts": 'import type { B } from "./b.ts";',
        "src/k6/b.ts": 'export type { C } from "./c.ts";',
        "src/k6/c.ts": 'import { type A } from "./a.ts";',
      },
      "a circle: src/k6/a.ts <-> src/k6/b.ts <-> src/k6/c.ts",
    ],
    ["of one file", { "src/core/a.ts": 'import { x } from "./a.ts";' }, "a circle: src/core/a.ts"],
    [
      "of rooms, where an import runs back up",
      {
        "src/cli/a.ts": 'import "../sandbox/a.ts";',
        "src/sandbox/b.ts": 'import "../cli/b.ts";',
        "src/cli/b.ts": "",
        "src/sandbox/a.ts": "",
      },
      "a circle: src/cli <-> src/sandbox",
    ],
  ])("a circle %s", (_, files, violation) => expect(circles(new Map(Object.entries(files)))).toEqual([violation]));

  it.each([
    ['const name = "ledger";', "ledger"],
    ["export function ledgerCommand() {}", "ledger"],
    ["const ofLedger = 1;", "Ledger"],
    ['say("run chat first");', "chat"],
  ])("a scenario's name in src: %s", (text, name) => {
    expect(namings(new Map([["src/cli/a.ts", text]]), ["chat", "ledger"])).toEqual([`src/cli/a.ts names ${name}`]);
  });

  it("a scenario's name in a path of src", () => {
    expect(namings(new Map([["src/core/ledger/a.ts", ""]]), ["ledger"])).toEqual(["src/core/ledger/a.ts names ledger"]);
  });

  it("a second deferred import of a scenario", () => {
    const line = 'import { x } from "./x.ts" with { load: "deferred" };\n';
    const files = { "scenarios/a/main.ts": line, "scenarios/a/journey/a.ts": line, "scenarios/b/main.ts": line };
    expect(deferrals(new Map(Object.entries(files)))).toEqual(["scenarios/a has 2 deferred imports"]);
  });

  it("and what is allowed is not", () => {
    const allowed = new Map([
      ["src/core/a.ts", 'import * as v from "valibot";\nimport { x } from "./b/c.ts";'],
      ["src/core/b.ts", '// import { x } from "node:fs";\n/* import "k6"; chat */\nconst chatty = "chatter";'],
      ["src/k6/a.ts", 'import http from "k6/http";\nimport { y } from "../core/b.ts"; // "../cli/x.ts"'],
      ["scenarios/a/main.ts", 'import gates from "../../thresholds/a.json";\nimport { j } from "./journey/index.ts";'],
      ["scenarios/a/cli/a.ts", 'import pg from "pg";\nimport { x } from "../sandbox/b.ts";'],
      ["src/cli/a.ts", 'import fs from "node:fs";\nimport { Command } from "commander";'],
    ]);
    expect(crossings(allowed)).toEqual([]);
    expect(circles(allowed)).toEqual([]);
    expect(namings(allowed, ["chat"])).toEqual([]);
    expect(deferrals(allowed)).toEqual([]);
  });
});

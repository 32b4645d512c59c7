import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { importsOf, type Source, violations } from "./support/imports.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const filesOf = (folder: string): Source[] =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.[cm]?[jt]s$/.test(name))
    .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(`${root}${folder}/${name}`, "utf8") }));

const sources = [...filesOf("src"), ...filesOf("scenarios")];
// Tests run in Node, whatever they test.
const program = sources.filter(({ path }) => !path.endsWith(".test.ts"));
const scenarios = sources.filter(({ path }) => path.startsWith("scenarios/"));

describe("the three runtimes", () => {
  it("import nothing of each other", () => expect(violations(program)).toEqual([]));

  it("are all looked at", () => {
    const folders = new Set(program.map(({ path }) => path.split("/").slice(0, 2).join("/")));
    for (const folder of ["src/core", "src/profiles", "src/k6", "src/journeys", "src/sandbox", "src/cli"])
      expect([...folders]).toContain(folder);
    expect(scenarios.length).toBeGreaterThan(0);
    // A parser that finds nothing would find no violation either.
    expect(program.flatMap(({ text }) => importsOf(text)).length).toBeGreaterThan(2 * program.length);
  });

  it("are left alone by tests beside the code, which run without k6", () => {
    const tests = sources.filter(({ path }) => path.endsWith(".test.ts"));
    expect(tests.filter(({ text }) => importsOf(text).some((name) => /^k6(\/|$)/.test(name)))).toEqual([]);
  });
});

describe("a planted violation is found", () => {
  it.each([
    ["src/core/a.ts", 'import { readFileSync } from "node:fs";', "src/core/a.ts imports node:fs"],
    ["src/core/a.ts", 'import type { Account } from "k6/x/ethereum";', "src/core/a.ts imports k6/x/ethereum"],
    ["src/core/a.ts", 'export * from "viem";', "src/core/a.ts imports viem"],
    ["src/core/deep/a.ts", 'import "../../k6/http.ts";', "src/core/deep/a.ts imports src/k6/http.ts"],
    ["src/core/a.ts", 'const fs = await import("fs");', "src/core/a.ts imports fs"],
    [
      "src/core/a.ts",
      'import {\n  one,\n  two,\n} from "../profiles/streaming.ts";',
      "src/core/a.ts imports src/profiles/streaming.ts",
    ],
    ["src/profiles/a.ts", 'import { check } from "k6";', "src/profiles/a.ts imports k6"],
    ["src/k6/a.ts", 'import path from "path";', "src/k6/a.ts imports path"],
    ["src/k6/a.ts", 'import { x } from "../cli/main.ts";', "src/k6/a.ts imports src/cli/main.ts"],
    ["src/journeys/a.ts", "import { x } from '../sandbox/chain.ts'", "src/journeys/a.ts imports src/sandbox/chain.ts"],
    ["src/journeys/a.ts", 'import fastify from "fastify";', "src/journeys/a.ts imports fastify"],
    ["scenarios/a.ts", 'import { z } from "node:zlib";', "scenarios/a.ts imports node:zlib"],
    ["scenarios/a.ts", 'import { z } from "../src/cli/x.ts";', "scenarios/a.ts imports src/cli/x.ts"],
    ["src/cli/a.ts", 'import http from "k6/http";', "src/cli/a.ts imports k6/http"],
    ["src/cli/a.ts", 'import { x } from "../k6/run.ts";', "src/cli/a.ts imports src/k6/run.ts"],
    ["src/sandbox/a.ts", 'import { x } from "../journeys/pay.ts";', "src/sandbox/a.ts imports src/journeys/pay.ts"],
    ["src/sandbox/a.ts", 'import { check } from "k6";', "src/sandbox/a.ts imports k6"],
    ["src/elsewhere/a.ts", "", "src/elsewhere/a.ts is in a folder without a rule"],
    ["src/a.ts", "", "src/a.ts is in a folder without a rule"],
  ])("%s: %s", (path, text, violation) => expect(violations([{ path, text }])).toEqual([violation]));

  it("and what is allowed is not", () => {
    const allowed: Source[] = [
      { path: "src/core/a.ts", text: 'import * as v from "valibot";\nimport { x } from "./b/c.ts";' },
      { path: "src/core/b.ts", text: '// import { x } from "node:fs";\n/* import "k6"; */' },
      { path: "src/k6/a.ts", text: 'import http from "k6/http";\nimport { y } from "../core/b.ts"; // "../cli/x.ts"' },
      { path: "scenarios/a.ts", text: 'import gates from "../thresholds/a.json";' },
      { path: "src/cli/a.ts", text: 'import fs from "node:fs";\nimport { Command } from "commander";' },
    ];
    expect(violations(allowed)).toEqual([]);
  });
});

describe("limits", () => {
  it.each(scenarios.map(({ path, text }) => [path, text]))(
    "%s is a table of contents of at most 80 lines",
    (_, text) => {
      expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(80);
    },
  );
});

import { describe, expect, it } from "vitest";
import { planOf } from "../scripts/test-changed.mjs";

const program = new Map([
  ["src/core/a.ts", ""],
  ["src/core/a.test.ts", 'import { a } from "./a.ts";'],
  ["src/core/b.ts", 'import type { A } from "./a.ts";'],
  ["src/core/b.test.ts", 'import { b } from "./b.ts";'],
  ["src/core/c.ts", ""],
  ["src/core/d.sql", "SELECT 1;"],
  ["src/core/d.test.ts", 'import text from "./d.sql" with { type: "text" };'],
  ["src/cli/main.ts", 'import "../core/c.ts";'],
  ["scenarios/mint/main.ts", 'import "../../src/core/b.ts";'],
  ["scenarios/chat/main.ts", ""],
  ["scenarios/chat/sandbox/start.ts", ""],
  ["scenarios/chat/sandbox/contracts.test.ts", ""],
  ["test/docs.test.ts", ""],
  ["test/extension-types.test.ts", ""],
  ["test/e2e/mint.test.ts", 'import { run } from "./support.ts";'],
  ["test/e2e/chat.test.ts", 'import { run } from "./support.ts";'],
  ["test/e2e/all.test.ts", ""],
  ["test/e2e/support.ts", ""],
]);
const packages = [
  { path: "extension/ethereum", deps: ["extension/internal/chain"] },
  { path: "extension/internal/chain", deps: [] },
  { path: "extension/internal/river", deps: [] },
  { path: "extension/towns", deps: ["extension/internal/river"] },
];
const of = (...changed: string[]) => {
  const { unit, e2e, go, all } = planOf(changed, program, packages);
  return { unit: [...unit.keys()], e2e: [...e2e.keys()], go: [...go.keys()], ...(all === undefined ? {} : { all }) };
};

describe("the tests that a change touches", () => {
  it.each<[string, string[], ReturnType<typeof of>]>([
    [
      "a file and who imports it, types too",
      ["src/core/a.ts"],
      {
        unit: ["src/core/a.test.ts", "src/core/b.test.ts"],
        e2e: ["test/e2e/mint.test.ts", "test/e2e/all.test.ts"],
        go: [],
      },
    ],
    ["a test alone", ["src/core/a.test.ts"], { unit: ["src/core/a.test.ts"], e2e: [], go: [] }],
    [
      "a scenario's sandbox",
      ["scenarios/chat/sandbox/start.ts"],
      { unit: [], e2e: ["test/e2e/chat.test.ts", "test/e2e/all.test.ts"], go: [] },
    ],
    [
      "a scenario's gates",
      ["thresholds/mint.json"],
      { unit: [], e2e: ["test/e2e/mint.test.ts", "test/e2e/all.test.ts"], go: [] },
    ],
    [
      "the command",
      ["src/core/c.ts"],
      { unit: [], e2e: ["test/e2e/mint.test.ts", "test/e2e/chat.test.ts", "test/e2e/all.test.ts"], go: [] },
    ],
    [
      "what whole runs share",
      ["test/e2e/support.ts"],
      { unit: [], e2e: ["test/e2e/mint.test.ts", "test/e2e/chat.test.ts"], go: [] },
    ],
    [
      "a Go package and those above it",
      ["extension/internal/chain/fees_test.go"],
      { unit: [], e2e: [], go: ["extension/ethereum", "extension/internal/chain"] },
    ],
    [
      "a Go module's data",
      ["extension/towns/testdata/options.json"],
      { unit: ["test/extension-types.test.ts"], e2e: [], go: ["extension/towns"] },
    ],
    ["a document", ["docs/wallets.md"], { unit: ["test/docs.test.ts"], e2e: [], go: [] }],
    [
      "a contract",
      ["contracts/Space.sol"],
      {
        unit: ["scenarios/chat/sandbox/contracts.test.ts"],
        e2e: ["test/e2e/mint.test.ts", "test/e2e/chat.test.ts", "test/e2e/all.test.ts"],
        go: [],
      },
    ],
    [
      "what is wanted of contracts",
      ["src/core/abi/wanted.json"],
      { unit: ["scenarios/chat/sandbox/contracts.test.ts"], e2e: [], go: [] },
    ],
    ["SQL that a file imports", ["src/core/d.sql"], { unit: ["src/core/d.test.ts"], e2e: [], go: [] }],
    [
      "messages that a Go package holds compiled",
      ["proto/river.proto"],
      {
        unit: [],
        e2e: ["test/e2e/mint.test.ts", "test/e2e/chat.test.ts", "test/e2e/all.test.ts"],
        go: ["extension/internal/river", "extension/towns"],
      },
    ],
    ["nothing that is tested", [".gitignore"], { unit: [], e2e: [], go: [] }],
    [
      "what everything rests on",
      ["docs/wallets.md", "package-lock.json"],
      { unit: [], e2e: [], go: [], all: "package-lock.json" },
    ],
  ])("%s", (_, changed, wanted) => expect(of(...changed)).toEqual(wanted));

  it("are all Go packages where the module itself changed", () => {
    expect(of("extension/go.sum").go).toEqual(packages.map(({ path }) => path));
    expect(of("extension/go.mod").e2e.length).toBe(3);
  });

  it("say why", () => {
    expect(planOf(["src/core/a.ts"], program, packages).unit.get("src/core/b.test.ts")).toBe("src/core/a.ts");
  });
});

import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scenarioNames } from "../src/cli/scenarios.ts";
import { root } from "../src/sandbox/root.ts";

const docs = (...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [join(root, "scripts/docs.mjs"), ...args], { cwd: root }, (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, out, err }),
    );
  });

const readmes = scenarioNames().map((name) => `scenarios/${name}/README.md`);
const one = "scenarios/streaming/README.md";

describe("the documents made from the code", () => {
  it("are up to date (make docs brings them there)", async () => {
    expect(await docs("--check")).toEqual({ code: 0, out: "", err: "" });
  });
});

describe("scripts/docs.mjs", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "onrush-docs-"));
    for (const path of [...readmes, "docs/metrics.md"]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      cpSync(join(root, path), join(folder, path));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const readme = () => readFileSync(join(folder, one), "utf8");

  it("tells what is out of date without touching it, and then brings it up to date", async () => {
    const stale = readFileSync(join(root, one), "utf8").replace("| `SEED` | `42` |", "| `SEED` | `43` |");
    writeFileSync(join(folder, one), stale);
    expect(await docs("--check", folder)).toEqual({ code: 1, out: "", err: `out of date: ${one}. Run make docs\n` });
    expect(readme()).toBe(stale);
    rmSync(join(folder, "docs"), { recursive: true });
    expect((await docs("--check", folder)).err).toBe(`out of date: ${one}, docs/metrics.md. Run make docs\n`);
    expect(await docs(folder)).toMatchObject({ code: 0, out: `written: ${one}, docs/metrics.md\n` });
    expect(readme()).toBe(readFileSync(join(root, one), "utf8"));
    expect(readFileSync(join(folder, "docs/metrics.md"), "utf8")).toBe(
      readFileSync(join(root, "docs/metrics.md"), "utf8"),
    );
    expect(await docs(folder)).toMatchObject({ code: 0, out: "the documents are up to date\n" });
  });

  it("refuses a README without the markers, instead of leaving the table out", async () => {
    writeFileSync(join(folder, one), "# nothing\n");
    const { code, err } = await docs("--check", folder);
    expect(code).not.toBe(0);
    expect(err).toContain(`${one} has no <!-- profiles --> ... <!-- /profiles -->`);
    rmSync(join(folder, one));
    expect((await docs("--check", folder)).err).toContain(`${one} is missing: every scenario says what it tests`);
  });
});

const documents = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
})
  .trim()
  .split("\n")
  .filter((path) => existsSync(join(root, path)) && !path.startsWith("src/cli/new/templates/"))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

describe("what the documents say", () => {
  it("is at most 200 lines in the README", () => {
    expect(readFileSync(join(root, "README.md"), "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(200);
  });

  it("links to what is there", () => {
    const links = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) => [path, target] as const),
    );
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter(([path, target]) => !existsSync(join(root, dirname(path), target)))).toEqual([]);
  });

  it("names files that are there", () => {
    const named = documents
      .filter(({ path }) => path !== "CHANGELOG.md")
      .flatMap(({ path, text }) =>
        [
          ...text.matchAll(/`((?:src|scripts|test|scenarios|extension|deploy|docs|contracts)\/[\w./-]+\.[a-z]\w*)`/g),
        ].map(([, file = ""]) => [path, file] as const),
      );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter(([, file]) => !existsSync(join(root, file)))).toEqual([]);
  });

  it("names targets of make that are there", () => {
    const makefile = readFileSync(join(root, "Makefile"), "utf8");
    const targets = [...makefile.matchAll(/^([a-z0-9-]+):/gm)].map(([, target]) => target);
    const named = documents.flatMap(({ text }) =>
      [...text.matchAll(/`make ([a-z0-9-]+)/g)].map(([, target]) => target),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((target) => !targets.includes(target))).toEqual([]);
  });

  it("names every exit code that the command gives", () => {
    const codes = documents.find(({ path }) => path === "docs/exit-codes.md")?.text ?? "";
    const pattern = "(GATE_FAILED = |exit\\(|exitCode = |CommandError\\(.*, |super\\(message, )[0-9]+";
    const grep = ["grep", "-hoE", pattern, "--", "src/cli", ":!*.test.ts", ":!src/cli/testing"];
    const sources = execFileSync("git", grep, { cwd: root, encoding: "utf8" });
    const found = new Set([...sources.matchAll(/(\d+)$/gm)].map(([, code]) => code));
    expect(found.size).toBeGreaterThan(2);
    for (const code of found) expect(codes).toMatch(new RegExp(`^\\| ${code} \\|`, "m"));
  });
});

// A scenario of each kind, made in a copy of the repository as its users would: built, run, lied to, and compared with what its target counted itself.
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Verdict } from "../../src/core/summary/types.ts";
import { root } from "./support.ts";

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "onrush-new-"));
  const list = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root, encoding: "utf8" });
  for (const file of list.trim().split("\n")) {
    mkdirSync(join(copy, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  cpSync(join(root, "bin/k6"), join(copy, "bin/k6"));
  cpSync(join(root, ".cache"), join(copy, ".cache"), {
    recursive: true,
    filter: (path) => !/bundle-|types-/.test(path),
  });
  for (const args of [
    ["init", "-q"],
    ["add", "-A"],
    ["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "copy"],
  ])
    execFileSync("git", args, { cwd: copy });
  expect(spawnSync(process.execPath, ["build.mjs"], { cwd: copy }).status).toBe(0);
}, 120_000);
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Runs a line of a shell in the copy. */
function sh(line: string): { code: number | null; out: string } {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", line], { cwd: copy, encoding: "utf8" });
  return { code: status, out: stdout + stderr };
}

/** The commands of a document's sh blocks, each with the code that it is to end with. */
function commandsOf(path: string): { line: string; code: number }[] {
  const blocks = [...readFileSync(join(copy, path), "utf8").matchAll(/^```sh\n([\s\S]*?)^```/gm)];
  return blocks.flatMap(([, text = ""]) =>
    text
      .trim()
      .split("\n")
      .map((line) => ({ line, code: Number(/# ends with (\d+)$/.exec(line)?.[1] ?? 0) })),
  );
}

/** What git sees outside a scenario's folder and its gates. */
const elsewhere = (names: readonly string[]) =>
  execFileSync("git", ["status", "--porcelain", "-uall"], { cwd: copy, encoding: "utf8" })
    .split("\n")
    .map((line) => line.slice(3))
    .filter(
      (path) =>
        path !== "" &&
        !names.some((name) => path.startsWith(`scenarios/${name}/`) || path === `thresholds/${name}.json`),
    );

describe("the tutorial", () => {
  const commands = () => commandsOf("docs/writing-a-scenario.md");

  it("has commands that do what it says", () => {
    expect(commands().length).toBeGreaterThan(6);
    for (const { line, code } of commands()) {
      const ended = sh(line);
      expect(ended.code, `${line}\n${ended.out}`).toBe(code);
    }
    expect(elsewhere(["mint"])).toEqual([]);
  }, 240_000);
});

interface Running {
  readonly child: ChildProcess;
  readonly environment: Record<string, string>;
}

/** Starts the copy's sandbox for a scenario. */
function sandboxFor(name: string): Promise<Running> {
  const child = spawn(process.execPath, ["bin/onrush", "sandbox", "--json", "--ports", "auto", "--for", name], {
    cwd: copy,
    stdio: ["pipe", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (part) => {
      text += part;
      const line = /^\{"environment".*\}$/m.exec(text);
      if (line) resolve({ child, environment: JSON.parse(line[0]).environment });
    });
    child.once("exit", (code) => reject(new Error(`the sandbox ended with ${code}`)));
  });
}

const kinds = [
  ["coins", "--chain", "chain", "coins.minted", "chain:coins-stranger", "NOT_MINTED"],
  ["letters", "--http", "letters", "notes", "letters:garble", "ANOTHER_NOTE"],
  ["wires", "--grpc", "wires", "notes", "wires:garble", "ANOTHER_NOTE"],
] as const;
const names = kinds.map(([name]) => name);

describe("onrush new", () => {
  it("writes one folder and its gates for each kind, which pass every check", () => {
    for (const [name, flag] of kinds) expect(sh(`bin/onrush new ${name} ${flag}`)).toMatchObject({ code: 0 });
    expect(elsewhere(["mint", ...names])).toEqual([]);
    for (const check of [
      "npm run --silent types",
      "npm run --silent lint",
      "npm run --silent unused",
      "node scripts/docs.mjs --check",
      `npx vitest run --project unit test/boundaries.test.ts ${names.map((name) => `scenarios/${name}`).join(" ")}`,
    ])
      expect(sh(check), check).toMatchObject({ code: 0 });
  }, 180_000);

  it("writes the ABI that the build makes of its contract", () => {
    const abis = () =>
      names.map((name) => {
        const path = join(copy, `scenarios/${name}/abi/generated.ts`);
        return existsSync(path) ? readFileSync(path, "utf8") : undefined;
      });
    const written = abis();
    expect(written.map((abi) => abi !== undefined)).toEqual([true, false, false]);
    expect(sh("node build.mjs").code).toBe(0);
    expect(abis()).toEqual(written);
  }, 120_000);
});

describe.each(kinds)("what onrush new %s %s wrote", (name, _, service, counter, lie, word) => {
  it("counts as many as its target", async () => {
    const { child, environment } = await sandboxFor(name);
    try {
      mkdirSync(join(copy, "results"), { recursive: true });
      const settings = { ...environment, DURATION: "5s", REPORT_DIR: "results" };
      const ended = spawnSync("bin/k6", ["run", "--quiet", `dist/${name}.js`], {
        cwd: copy,
        env: { ...process.env, ...settings },
        encoding: "utf8",
      });
      expect(ended.status, ended.stdout + ended.stderr).toBe(0);
      const { users } = JSON.parse(readFileSync(join(copy, "results/summary.json"), "utf8")) as Verdict;
      const answer = await fetch(`${environment.ADMIN_URL}/counters`);
      const counters = (await answer.json()) as Record<string, Record<string, number>>;
      expect(users.succeeded).toBeGreaterThan(5);
      expect(counters[service]?.[counter]).toBe(users.succeeded);
    } finally {
      child.stdin?.end();
    }
  }, 120_000);

  it("is not fooled by its target", () => {
    const { code, out } = sh(`bin/onrush run ${name} --duration 5s --sandbox-fault ${lie}`);
    expect(code, out).toBe(99);
    expect(out).toContain(`proof ${word}`);
    expect(out).toMatch(/^ {2}FAILED/m);
  }, 120_000);
});

describe("a scenario that is there", () => {
  it("is not written again, and stays as it is", () => {
    const before = execFileSync("git", ["status", "--porcelain", "-uall"], { cwd: copy, encoding: "utf8" });
    expect(sh("bin/onrush new mint --grpc")).toEqual({
      code: 2,
      out: "error: scenarios/mint is there already; take another name, or remove it\n",
    });
    expect(execFileSync("git", ["status", "--porcelain", "-uall"], { cwd: copy, encoding: "utf8" })).toBe(before);
  });
});

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort, readableLog } from "./k6-process.ts";
import { root } from "./paths.ts";
import { exists, makeProject, until } from "./testing/project.ts";

describe("readableLog", () => {
  it.each([
    [
      '{"level":"info","msg":"Poisson, 3 users/s","source":"console","time":"2026-11-21T05:40:12Z"}',
      "Poisson, 3 users/s",
    ],
    ['{"level":"warning","msg":"Insufficient VUs, reached 50"}', "warning: Insufficient VUs, reached 50"],
    ['{"level":"error","msg":"streaming cannot start:\\n  RATE=abc\\n"}', "error: streaming cannot start:\n  RATE=abc"],
    [
      '{"level":"error","msg":"thresholds crossed","error":"exit 99","hint":"look"}',
      "error: thresholds crossed (exit 99) (look)",
    ],
    ['{"level":"error","msg":"it failed: exit 99","error":"exit 99"}', "error: it failed: exit 99"],
    ['{"level":"fatal","msg":"out of luck"}', "error: out of luck"],
    ["panic: runtime error", "panic: runtime error"],
    ['{"not":"a log"}', '{"not":"a log"}'],
    ["", ""],
  ])("%s", (line, text) => expect(readableLog(line)).toBe(text));
});

describe("freePort", () => {
  it("gives a port that can be listened on", async () => {
    const port = await freePort();
    await new Promise<void>((resolve, reject) => {
      const server = createServer()
        .once("error", reject)
        .listen(port, "127.0.0.1", () => server.close(() => resolve()));
    });
  });
});

// The real thing: a terminal's Ctrl+C sends SIGINT to every process of the foreground group. Only a process of its own has such a group.
describe("Ctrl+C on a terminal", () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "onrush-bundle-"));
    const entry = `import { run } from "./run.ts";
      import { scenarios } from "../profiles/index.ts";
      const request = { spec: scenarios.streaming, flags: {}, sandboxArgs: [], k6Args: [] };
      const { stdout, stderr, env } = process;
      process.exitCode = await run(request, { root: env.FAKE_ROOT, environment: env, stdout, stderr, signals: process });`;
    await build({
      stdin: { contents: entry, resolveDir: join(root, "src/cli"), loader: "ts" },
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      outfile: join(folder, "run.mjs"),
    });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("reaches k6 exactly once, the sandbox not at all, and the command ends with k6's code", async () => {
    const project = makeProject();
    const env = { ...project.environment, FAKE_ROOT: project.root, FAKE_MS: "20000" };
    const command = spawn(process.execPath, [join(folder, "run.mjs")], { env, stdio: "pipe", detached: true });
    let out = "";
    let err = "";
    command.stdout.on("data", (data) => (out += data));
    command.stderr.on("data", (data) => (err += data));
    const ended = new Promise<number | null>((resolve) => command.once("close", resolve));
    await until(() => err.includes("users are coming"));
    process.kill(-(command.pid ?? Number.NaN), "SIGINT");
    expect(await ended).toBe(105);
    expect(out).toBe("the verdict\n");
    const happened = project.log().map((entry) => entry.k6 ?? entry.sandbox);
    expect(happened.slice(2)).toEqual(["SIGINT", "ended", "SIGTERM"]);
    expect(exists(project.log().find((entry) => entry.pid)?.pid)).toBe(false);
    project.remove();
  });
});

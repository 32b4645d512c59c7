import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { root } from "../sandbox/root.ts";
import { freePort, readableLog } from "./k6-process.ts";
import { exists, makeProject, type Project, until } from "./testing/project.ts";

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

describe("a command of its own process", () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "onrush-bundle-"));
    const entry = `import { run } from "./run.ts";
      import { spec } from "../../scenarios/streaming/spec.ts";
      const request = { spec, flags: {}, sandboxArgs: [], k6Args: [] };
      const { stdout, stderr, env } = process;
      process.once("SIGUSR2", () => { throw new Error("a bug in the command"); });
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

  let project: Project;
  let out: string;
  let err: string;
  /** Starts the command with a k6 that would run for 20 s, and waits until that runs. */
  async function started(): Promise<{ pid: number; ended: Promise<number | null> }> {
    out = "";
    err = "";
    const env = { ...project.environment, FAKE_ROOT: project.root, FAKE_MS: "20000" };
    const command = spawn(process.execPath, [join(folder, "run.mjs")], { env, stdio: "pipe", detached: true });
    command.stdout.on("data", (data) => (out += data));
    command.stderr.on("data", (data) => (err += data));
    const ended = new Promise<number | null>((resolve) => command.once("close", resolve));
    await until(() => err.includes("users are coming"));
    return { pid: command.pid ?? Number.NaN, ended };
  }
  beforeEach(() => {
    project = makeProject();
  });
  afterEach(() => project.remove());

  // A terminal's Ctrl+C sends SIGINT to every process of the foreground group.
  it("passes a terminal's Ctrl+C to k6 exactly once and to the sandbox not at all, and ends with k6's code", async () => {
    const { pid, ended } = await started();
    process.kill(-pid, "SIGINT");
    expect(await ended).toBe(105);
    expect(out).toBe("the verdict\n");
    const happened = project.log().map((entry) => entry.k6 ?? entry.sandbox);
    expect(happened.slice(2)).toEqual(["SIGINT", "ended", "SIGTERM"]);
    for (const { pid } of project.log()) expect(pid === undefined || !exists(pid)).toBe(true);
  });

  it("leaves nothing running when it crashes", async () => {
    const { pid, ended } = await started();
    process.kill(pid, "SIGUSR2");
    expect(await ended).not.toBe(0);
    expect(err).toContain("a bug in the command");
    const pids = project.log().flatMap(({ pid }) => pid ?? []);
    expect(pids.length).toBe(2);
    await until(() => !pids.some(exists));
  });
});

// `onrush sandbox` as its users and `onrush run` start it: real processes, and none of them left.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { bundleCommand } from "../../scripts/command-bundle.mjs";
import { root } from "../sandbox/root.ts";

let project: string;
beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), "onrush-sandbox-"));
  await bundleCommand(root, join(project, "dist/cli"));
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  symlinkSync(join(root, "dist/contracts"), join(project, "dist/contracts"));
  symlinkSync(join(root, "proto"), join(project, "dist/proto"));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

interface Started {
  readonly child: ChildProcess;
  /** Standard output so far. */
  out(): string;
  err(): string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  /** Resolves once standard output matches; rejects when it ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
}

function sandbox(...args: string[]): Started {
  const child = spawn(process.execPath, [join(project, "dist/cli/onrush.mjs"), "sandbox", ...args], {
    env: { PATH: process.env.PATH, TMPDIR: project },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const ended = once(child, "close").then(([code]) => code as number | null);
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const says = (pattern: RegExp) =>
    vi.waitUntil(
      () => {
        const match = pattern.exec(out);
        if (!match && over) throw new Error(`it ended without saying ${pattern}: ${out}${err}`);
        return match;
      },
      { timeout: 60_000 },
    );
  return { child, out: () => out, err: () => err, ended, says };
}

async function ready(started: Started) {
  const [line] = await started.says(/^\{"environment".*\}$/m);
  const { environment } = JSON.parse(line) as { environment: Record<string, string> };
  const counters = (await (await fetch(`${environment.ADMIN_URL}/counters`)).json()) as {
    processes: Record<string, number>;
  };
  return { environment, pids: Object.values(counters.processes) };
}

const running = (pids: readonly number[]) =>
  pids.filter((pid) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  });
const allGone = (pids: readonly number[]) => vi.waitUntil(() => running(pids).length === 0, { timeout: 20_000 });

// Whole sandboxes, in processes of their own: on a busy machine one takes its time.
describe("onrush sandbox", { timeout: 90_000 }, () => {
  it("prints what runs where and how to use it; Ctrl+C stops all and says so", async () => {
    const file = join(project, "sandbox.env");
    const started = sandbox("--ports", "auto", "--write-env", file);
    await started.says(/Ctrl\+C stops it/);
    for (const name of ["chain", "storage", "personal", "app", "admin"]) {
      expect(started.out()).toMatch(new RegExp(`^ {2}${name} +http://127\\.0\\.0\\.1:\\d+ `, "m"));
    }
    expect(started.out()).toContain(`. ${file}; bin/k6 run dist/streaming.js`);
    const environment = Object.fromEntries(
      readFileSync(file, "utf8")
        .trim()
        .split("\n")
        .map((line) => line.split("=", 2)),
    );
    expect(started.out()).toContain(environment.ADMIN_URL);
    const { processes } = (await (await fetch(`${environment.ADMIN_URL}/counters`)).json()) as {
      processes: Record<string, number>;
    };
    expect(Object.keys(processes)).toEqual(["sandbox", "chain", "postgres", "ledger", "node", "personal"]);
    started.child.kill("SIGINT");
    expect(await started.ended).toBe(0);
    expect(started.out()).toMatch(/stopping \.\.\.\nstopped\n$/);
    expect(started.err()).toBe("");
    expect(running(Object.values(processes))).toEqual([]);
  });

  it("--json says where it is in one line, and ends when its stdin does", async () => {
    const started = sandbox("--ports", "auto", "--json");
    const { environment, pids } = await ready(started);
    expect(environment.CHAIN_ID).toBe("14800");
    expect(started.out().trim().split("\n")).toHaveLength(1);
    started.child.stdin?.end();
    expect(await started.ended).toBe(0);
    expect(running(pids)).toEqual([]);
  });

  it("leaves no process when it is killed", async () => {
    const started = sandbox("--ports", "auto", "--json");
    const { pids } = await ready(started);
    expect(running(pids)).toHaveLength(6);
    started.child.kill("SIGKILL");
    await allGone(pids);
  });

  it.each([0, 2])("ends with an error when one of its processes does (%d)", async (which) => {
    const started = sandbox("--ports", "auto", "--json");
    const { pids } = await ready(started);
    const others = pids.slice(1);
    process.kill(which === 0 ? (others[0] ?? Number.NaN) : (others[1] ?? Number.NaN), "SIGKILL");
    expect(await started.ended).toBe(1);
    expect(started.err()).toMatch(/^error: .*ended by itself/m);
    expect(running(pids)).toEqual([]);
  });

  it("names the port that is taken, and ends", async () => {
    const holder = createServer().listen(14809, "127.0.0.1");
    await once(holder, "listening").catch(() => {}); // held by somebody else already: as good
    try {
      const started = sandbox("--json");
      expect(await started.ended).toBe(1);
      expect(started.err()).toMatch(
        /^error: port 148\d\d, which the sandbox's \w+ needs, is in use: .*--ports auto\n$/,
      );
      expect(started.out()).toBe("");
    } finally {
      holder.close();
    }
  });

  it("names every wrong flag at once", async () => {
    const started = sandbox(
      "--ports",
      "some",
      "--block-time",
      "0",
      "--latency",
      "5",
      "--relay-answer",
      "loud",
      "--fault",
      "x",
      "--gas-limit",
      "1e9",
      "--miniblock-time",
      "10ms",
      "--for",
      "streeming",
    );
    expect(await started.ended).toBe(2);
    for (const flag of [
      "--ports some",
      "--block-time 0",
      "--latency 5",
      "--relay-answer loud",
      "--fault x",
      "--gas-limit 1e9",
      "--miniblock-time 10ms must be at least 50ms",
      "--for streeming must be one of chat, ledger, space, streaming",
    ]) {
      expect(started.err()).toContain(`${flag}`);
    }
    expect(started.err()).not.toMatch(/^\s+at /m);
  });

  it("refuses a fault that does not exist", async () => {
    const started = sandbox("--ports", "auto", "--fault", "personal:faild");
    expect(await started.ended).toBe(2);
    expect(started.err()).toMatch(/^error: personal has no fault "faild"; did you mean failed\?/);
  });
});

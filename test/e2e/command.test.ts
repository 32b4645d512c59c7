// The command as a new user runs it: it starts a sandbox of its own, shows progress, leaves reports, and ends what it started.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { cleanUp, root, temporaryFolder } from "./support.ts";

afterAll(cleanUp);

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function onrush(args: readonly string[], started?: (pid: number) => void): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, "bin/onrush"), ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: temporaryFolder() },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  started?.(child.pid ?? 0);
  return new Promise((resolve) => child.once("exit", (code) => resolve({ code, stdout, stderr })));
}

/** Processes whose command line names this project's sandbox parts. */
function leftOver(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return line.includes(root) && /personal-server-process|bin\/anvil|bin\/k6/.test(line) ? [`${pid} ${line}`] : [];
      } catch {
        return []; // it ended meanwhile
      }
    });
}

test("run starts a sandbox, prints the verdict, writes the reports and leaves nothing running", async () => {
  const before = leftOver();
  const reports = temporaryFolder();
  const { code, stdout, stderr } = await onrush([
    "run",
    "streaming",
    "--profile",
    "demo",
    "--duration",
    "15s",
    "--report-dir",
    reports,
  ]);
  expect(stdout).toMatch(/PASSED {2}\d+ of \d+ gates/);
  expect(stderr).toMatch(/users? .*P95|throughput|completed/i);
  expect(code).toBe(0);
  for (const file of ["summary.json", "junit.xml"]) expect(existsSync(join(reports, file))).toBe(true);
  expect(leftOver().filter((line) => !before.includes(line))).toEqual([]);
});

test("wrong settings end it at once with exit 2", async () => {
  const { code, stderr } = await onrush(["run", "streaming", "--rate", "abc", "--profile", "brust"]);
  expect(stderr).toMatch(/2 settings are wrong/);
  expect(stderr).toMatch(/did you mean burst\?/);
  expect(code).toBe(2);
});

test("a secret is no flag", async () => {
  const { code, stderr } = await onrush(["run", "streaming", "--mnemonic", "x"]);
  expect(stderr).toMatch(/environment/);
  expect(code).toBe(2);
});

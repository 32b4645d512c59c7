// The command as a new user runs it: it starts a sandbox of its own, shows progress, leaves reports, and ends what it started.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { cleanUp, root, runOnrush, temporaryFolder } from "./support.ts";

afterAll(cleanUp);

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
  const { code, stdout, stderr } = await runOnrush([
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
  const { code, stderr } = await runOnrush(["run", "streaming", "--rate", "abc", "--profile", "brust"]);
  expect(stderr).toMatch(/2 settings are wrong/);
  expect(stderr).toMatch(/did you mean burst\?/);
  expect(code).toBe(2);
});

test("a secret is no flag", async () => {
  const { code, stderr } = await runOnrush(["run", "streaming", "--mnemonic", "x"]);
  expect(stderr).toMatch(/environment/);
  expect(code).toBe(2);
});

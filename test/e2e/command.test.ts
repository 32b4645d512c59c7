// The command as a new user runs it: it starts a sandbox of its own, shows progress, leaves reports, and ends what it started.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { cleanUp, runOnrush, temporaryFolder } from "./support.ts";

afterAll(cleanUp);

/** This project's processes that have a folder of their run in their environment: other test files run beside this one. */
function leftOver(mark: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(mark) ? [`${pid} ${line}`] : [];
      } catch {
        return []; // it ended meanwhile
      }
    });
}

test("run starts a sandbox, prints the verdict, writes the reports and leaves nothing running", async () => {
  const reports = temporaryFolder();
  const HOME = temporaryFolder();
  const parts = ["bin/anvil", "bin/k6", "personal-server-process"];
  const run = runOnrush(["run", "streaming", "--profile", "demo", "--duration", "15s", "--report-dir", reports], {
    environment: { HOME },
  });
  const running = () => leftOver(`HOME=${HOME}\0`).join("\n");
  await vi.waitUntil(() => parts.every((part) => running().includes(part)), { timeout: 60_000, interval: 100 });
  const { code, stdout, stderr } = await run;
  expect(stdout).toMatch(/PASSED {2}\d+ of \d+ gates/);
  expect(stderr).toMatch(/users? .*P95|throughput|completed/i);
  expect(code).toBe(0);
  for (const file of ["summary.json", "junit.xml"]) expect(existsSync(join(reports, file))).toBe(true);
  expect(running()).toBe("");
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

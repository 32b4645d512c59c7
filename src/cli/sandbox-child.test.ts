import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { spawnSandbox } from "./sandbox-child.ts";
import { exists, makeProject, type Project, until } from "./testing/project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => project.remove());

function start(mode: string, more: { readyTimeoutMs?: number; stopTimeoutMs?: number } = {}) {
  const args = [join(project.root, "bin/onrush"), "sandbox"];
  return spawnSandbox({
    command: process.execPath,
    args,
    env: { ...project.environment, FAKE_SANDBOX: mode },
    ...more,
  });
}
const pid = () => project.log()[0]?.pid;

describe("startSandbox", () => {
  it("takes the environment from the line that says it is ready, as text", async () => {
    const sandbox = await start("");
    expect(sandbox.environment).toEqual({
      RPC_URL: "http://127.0.0.1:4242",
      CHAIN_ID: "14800",
      STORAGE_BUCKET: "sandbox-bucket",
    });
    await Promise.all([sandbox.stop(), sandbox.stop()]);
    expect(exists(pid())).toBe(false);
    expect(project.log().filter((entry) => entry.sandbox === "SIGTERM").length).toBe(1);
  });

  it("does not wait for ever, and ends what never got ready", async () => {
    await expect(start("silent", { readyTimeoutMs: 300 })).rejects.toThrow("the sandbox was not ready after 0.3 s");
    expect(exists(pid())).toBe(false);
  });

  it("kills one that does not end when asked", async () => {
    const sandbox = await start("stubborn", { stopTimeoutMs: 200 });
    await sandbox.stop();
    expect(exists(pid())).toBe(false);
  });

  it("kills what a sandbox left behind in its group", async () => {
    // A sandbox that starts a child and dies without ending it.
    const script = `const { spawn } = require("node:child_process");
      const child = spawn("sleep", ["60"], { stdio: "ignore" });
      console.log(JSON.stringify({ environment: { PID: child.pid } }));
      process.on("SIGTERM", () => process.exit(0));
      setInterval(() => {}, 1000);`;
    const sandbox = await spawnSandbox({ command: process.execPath, args: ["-e", script], env: process.env });
    const left = Number(sandbox.environment.PID);
    expect(exists(left)).toBe(true);
    await sandbox.stop();
    await until(() => !exists(left));
  });

  it("says so when the program does not exist", async () => {
    await expect(spawnSandbox({ command: "no-such-program", args: [], env: {} })).rejects.toThrow(
      /could not start: spawn no-such-program ENOENT/,
    );
  });

  it("is in a process group of its own, which Ctrl+C on the terminal does not reach", async () => {
    const sandbox = await start("");
    const group = await new Promise<string>((resolve) => {
      let text = "";
      spawn("ps", ["-o", "pgid=", "-p", String(pid())])
        .stdout.on("data", (d) => (text += d))
        .on("end", () => resolve(text.trim()));
    });
    expect(Number(group)).toBe(pid());
    await sandbox.stop();
  });
});

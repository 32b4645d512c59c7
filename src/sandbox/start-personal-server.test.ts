// The personal server's process, from its bundle: Node cannot fork the sources.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RemoteService } from "./remote-service.ts";
import type { startPersonalServer } from "./start-personal-server.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
let folder: string;
let start: typeof startPersonalServer;
const options = {
  port: 0,
  rpcUrl: "http://127.0.0.1:9",
  mnemonic: "test test test test test test test test test test test junk",
};

beforeAll(async () => {
  // Inside the project, so that the bundle finds its packages.
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache/personal-server-"));
  await build({
    entryPoints: ["personal-server-process", "start-personal-server"].map((name) =>
      join(root, `src/sandbox/${name}.ts`),
    ),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    logLevel: "error",
  });
  start = (await import(pathToFileURL(join(folder, "start-personal-server.mjs")).href)).startPersonalServer;
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
async function gone(pid: number) {
  for (let i = 0; i < 100 && isRunning(pid); i++) await sleep(50);
  return !isRunning(pid);
}

describe("the personal server's own process", () => {
  it("serves, is controlled from here, and ends when told to", async () => {
    const server = (await start(options)) as RemoteService;
    expect(server.pid).not.toBe(process.pid);
    expect((await fetch(`${server.url}/identity?address=0x70997970C51812dc3A010C7d01b50e0d17dc79C8`)).status).toBe(200);
    expect(await server.counters()).toMatchObject({ identities: 1 });
    const { id } = await server.setFault({ fault: "status", status: 503 });
    expect((await fetch(`${server.url}/identity`)).status).toBe(503);
    expect(await server.faults()).toMatchObject([{ id, applied: 1 }]);
    expect(await server.clearFaults(id)).toBe(1);
    expect(await server.clearFaults()).toBe(0);
    await expect(server.setFault({ fault: "nonsense" })).rejects.toMatchObject({ name: "FaultError" });
    await server.reset();
    expect(await server.counters()).toEqual({});
    await server.close();
    expect(isRunning(server.pid)).toBe(false);
    await server.close();
  });

  it("says which port is taken, and leaves no process", async () => {
    const server = await start(options);
    const port = Number(new URL(server.url).port);
    await expect(start({ ...options, port })).rejects.toMatchObject({
      name: "PortTakenError",
      message: expect.stringContaining(String(port)),
    });
    await server.close();
  });

  it("tells when it ends by itself", async () => {
    const server = (await start(options)) as RemoteService;
    process.kill(server.pid, "SIGKILL");
    await expect(server.failed).rejects.toThrow(/personal server ended by itself \(SIGKILL\)/);
    await expect(server.counters()).rejects.toThrow();
    await server.close();
  });

  it("does not outlive a parent that is killed", async () => {
    const script = join(folder, "parent.mjs");
    writeFileSync(
      script,
      `import { startPersonalServer } from "./start-personal-server.mjs";
      const server = await startPersonalServer(${JSON.stringify(options)});
      console.log(server.pid);`,
    );
    const parent = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(parent.stdout, "data");
    const pid = Number(String(line));
    expect(isRunning(pid)).toBe(true);
    parent.kill("SIGKILL");
    expect(await gone(pid)).toBe(true);
  });
});

// The personal server's process, from its bundle: Node cannot fork the sources.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RemoteService } from "../../../src/sandbox/remote-service.ts";
import { type Bundle, bundle, isRunning } from "../../../src/sandbox/testing/bundle.ts";
import type { startPersonalServer } from "./start-personal-server.ts";

let built: Bundle;
let start: typeof startPersonalServer;
const options = {
  port: 0,
  rpcUrl: "http://127.0.0.1:9",
  mnemonic: "test test test test test test test test test test test junk",
};

beforeAll(async () => {
  built = await bundle(
    "scenarios/streaming/sandbox/personal-server-process",
    "scenarios/streaming/sandbox/start-personal-server",
  );
  start = (await built.load<{ startPersonalServer: typeof startPersonalServer }>("start-personal-server"))
    .startPersonalServer;
}, 60_000);
afterAll(() => built?.remove());

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
    const script = join(built.folder, "dist/cli/parent.mjs");
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
    await vi.waitUntil(() => !isRunning(pid), { timeout: 20_000 });
  });
});

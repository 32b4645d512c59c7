import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.ts";
import { target } from "./index.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({
    targets: { streaming: target },
    ports: "auto",
    faults: ["personal:failed,share=0.5"],
  });
}, 30_000);
afterAll(() => sandbox?.stop());

/** Command lines of the processes that this one has started and that still run. */
function children(): string[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => Number(line.trim().split(/\s+/)[1]) === process.pid && line.includes("anvil"));
}

async function admin(method: string, path: string, body?: unknown) {
  const response = await fetch(sandbox.adminUrl + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("a sandbox", () => {
  it("says where everything is, as settings", async () => {
    expect(Object.keys(sandbox.environment)).toEqual([
      "RPC_URL",
      "CHAIN_ID",
      "STORAGE_URL",
      "STORAGE_BUCKET",
      "APP_URL",
      "PERSONAL_SERVER_URL",
      "ADMIN_URL",
    ]);
    for (const [name, value] of Object.entries(sandbox.environment)) {
      if (name.endsWith("_URL")) expect(value).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      if (/^(STORAGE|APP|PERSONAL_SERVER|ADMIN)_URL$/.test(name))
        expect((await fetch(`${value}/healthz`)).status).toBe(200);
    }
    expect(await admin("GET", "/environment")).toEqual({ status: 200, body: sandbox.environment });
  });

  it("leaves nothing behind when a part cannot start", async () => {
    const before = children();
    await expect(
      startSandbox({ targets: { streaming: target }, ports: "auto", faults: ["storage:nonsense"] }),
    ).rejects.toThrow(/storage has no fault "nonsense"; known/);
    await expect(
      startSandbox({ targets: { streaming: target }, ports: "auto", faults: ["nobody:hang"] }),
    ).rejects.toThrow(/no service "nobody"; known: .*chain/);
    expect(children()).toEqual(before);
  });

  it("ends everything, paused or not, without giving a part up, and may be told so twice", async () => {
    const never = () => new Promise(() => {}); // the time that a part has is never over
    const other = await startSandbox({ targets: { streaming: target }, ports: "auto", wait: never });
    await other.setFault({ service: "chain", fault: "pause" });
    await Promise.all([other.stop(), other.stop()]);
    for (const url of [other.environment.RPC_URL, other.environment.APP_URL])
      await expect(fetch(url ?? "")).rejects.toThrow();
    expect(() => process.kill(other.chain?.pid ?? Number.NaN, 0)).toThrow();
  });

  it("tells when its chain ends by itself", async () => {
    const other = await startSandbox({ targets: { streaming: target }, ports: "auto" });
    process.kill(other.chain?.pid ?? Number.NaN, "SIGKILL");
    await expect(other.failed).rejects.toThrow(/anvil ended by itself/);
    await other.stop();
  });
});

describe("its admin endpoint", () => {
  it("has counters by service, with the chain's facts, errors and processes", async () => {
    const { body } = await admin("GET", "/counters");
    expect(Object.keys(body).sort()).toEqual(["app", "chain", "personal", "processes", "storage"]);
    expect(body.chain).toMatchObject({
      permissions: 0,
      users: 0,
      "funder.nonce": 0,
      block: expect.any(Number),
      paused: 0,
    });
    expect(body.processes).toMatchObject({ chain: sandbox.chain?.pid });
    await fetch(`${sandbox.environment.PERSONAL_SERVER_URL}/identity?address=x`);
    expect((await admin("GET", "/errors")).body.personal).toMatchObject([{ where: "GET /identity" }]);
    expect((await admin("POST", "/reset")).status).toBe(200);
    expect((await admin("GET", "/counters")).body.personal).toEqual({});
    expect((await admin("GET", "/errors")).body.personal).toEqual([]);
  });

  it("lists, sets and clears faults", async () => {
    expect((await admin("GET", "/faults")).body).toMatchObject({
      personal: [{ fault: "failed", share: 0.5 }],
      storage: [],
    });
    const set = await admin("POST", "/faults", { service: "storage", fault: "status", status: 503, for: "1m" });
    expect([set.status, set.body]).toEqual([
      201,
      expect.objectContaining({ service: "storage", fault: "status", for: 60_000 }),
    ]);
    expect((await fetch(`${sandbox.environment.STORAGE_URL}/token`, { method: "POST" })).status).toBe(503);
    expect((await admin("DELETE", `/faults?service=storage&id=${set.body.id}`)).body).toEqual({ cleared: 1 });
    expect((await admin("DELETE", "/faults")).body).toEqual({ cleared: 1 });
    expect((await admin("GET", "/faults")).body).toEqual({ chain: [], storage: [], personal: [], app: [] });
  });

  it("takes the relayer for the part of the app that it is", async () => {
    expect((await admin("POST", "/faults", { service: "relayer", fault: "status", status: 502 })).body).toMatchObject({
      service: "app",
      path: "/api/relay",
    });
    expect((await admin("POST", "/faults", { service: "relayer", fault: "error200" })).status).toBe(201);
    const post = (path: string) => fetch(`${sandbox.environment.APP_URL}${path}`, { method: "POST" });
    expect([(await post("/api/relay")).status, (await post("/api/trusted-server")).status]).toEqual([502, 400]);
    await admin("DELETE", "/faults?service=app");
  });

  it.each<[unknown, RegExp]>([
    [{ service: "storage", fault: "latency" }, /latency is not a valid fault: ms/],
    [{ service: "storage", fault: "failed" }, /storage has no fault "failed".*known: .*corrupt/],
    // Chain and storage start side by side, and are listed as they have started.
    [
      { service: "nobody", fault: "hang" },
      /no service "nobody"; known: (chain, storage|storage, chain), personal, app, relayer/,
    ],
    [{ service: "chain", fault: "hang" }, /chain has no fault "hang".*known: pause, wrong-grantor/],
    [{}, /no service/],
  ])("refuses the fault %j", async (fault, message) => {
    const { status, body } = await admin("POST", "/faults", fault);
    expect([status, body.error]).toEqual([400, expect.stringMatching(message)]);
    expect((await admin("DELETE", "/faults?id=1")).status).toBe(400);
  });
});

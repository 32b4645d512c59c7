import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.ts";
import { isRunning } from "../../../src/sandbox/testing/bundle.ts";
import { target } from "./index.ts";
import { send } from "./testing/ledger.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ targets: { ledger: target }, ports: "auto", faults: ["ledger:key-ignored"] });
}, 60_000);
afterAll(() => sandbox?.stop());

const admin = (method: string, path: string, body?: unknown) => send(sandbox.adminUrl, method, path, body);

describe("the ledger's system", () => {
  it("is a ledger and its PostgreSQL, and no chain", async () => {
    expect(sandbox.environment).toEqual({
      LEDGER_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      LEDGER_DSN: expect.stringMatching(/^postgres:\/\/ledger:ledger@127\.0\.0\.1:\d+\/ledger$/),
      ADMIN_URL: sandbox.adminUrl,
    });
    expect(sandbox.chain).toBeUndefined();
    const { body } = await admin("GET", "/counters");
    expect(body.postgres).toEqual({ pid: body.processes.postgres });
    expect(isRunning(body.postgres.pid)).toBe(true);
    expect(body.ledger).toMatchObject({ events: 0, "backlog.ledger-projector": 0, "backlog.read-model-projector": 0 });
  });

  it("takes its faults at the start and from the admin", async () => {
    expect((await admin("GET", "/faults")).body).toMatchObject({ ledger: [{ fault: "key-ignored" }], postgres: [] });
    expect((await admin("POST", "/faults", { service: "postgres", fault: "restart" })).status).toBe(201);
    expect((await admin("GET", "/counters")).body.postgres).toMatchObject({ restarts: 1 });
    expect((await admin("POST", "/faults", { service: "ledger", fault: "round", for: "1h" })).status).toBe(201);
    const wrong = await admin("POST", "/faults", { service: "postgres", fault: "stop" });
    expect([wrong.status, wrong.body.error]).toEqual([400, 'postgres has no fault "stop"; known: kill, restart']);
    expect((await admin("DELETE", "/faults")).body).toEqual({ cleared: 2 });
  });

  it("does not kill a ledger that shares the sandbox's process", async () => {
    const { status, body } = await admin("POST", "/faults", { service: "ledger", fault: "kill" });
    expect([status, body.error]).toEqual([400, expect.stringMatching(/a process of its own/)]);
  });
});

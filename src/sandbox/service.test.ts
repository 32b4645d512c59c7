import { request } from "node:http";
import * as v from "valibot";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createService, PortTakenError, type Service, type ServiceOptions } from "./service.ts";

const running: Service[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.close()));
});

async function started(options: Partial<ServiceOptions> = {}) {
  const service = createService({ name: "test", port: 0, ...options });
  let worked = 0;
  service.app.get("/work", async () => ({ worked: ++worked }));
  service.app.post("/work", async () => ({ worked: ++worked }));
  service.app.get("/broken", async () => {
    throw new Error("broken inside");
  });
  await service.listen();
  running.push(service);
  const get = (path = "/work", init?: RequestInit) =>
    fetch(service.url + path, { signal: AbortSignal.timeout(1_000), ...init });
  return { service, get, worked: () => worked };
}

describe("a service", () => {
  it("listens on loopback only and counts what it answered", async () => {
    const { service, get } = await started();
    expect(service.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await get()).status).toBe(200);
    expect((await get("/nowhere")).status).toBe(404);
    expect(service.counters()).toMatchObject({ requests: 2, "answered.200": 1, "answered.404": 1 });
    expect(service.app.server.address()).toMatchObject({ address: "127.0.0.1" });
  });

  it("logs an exception with its time, without the query", async () => {
    const { service, get } = await started();
    expect((await get("/broken?signature=abc")).status).toBe(500);
    expect(service.errors()).toEqual([
      { time: expect.stringMatching(/^\d{4}-/), where: "GET /broken", message: "broken inside" },
    ]);
  });

  it("says which port is taken and by whom it is needed", async () => {
    const { service } = await started();
    const port = Number(new URL(service.url).port);
    const second = createService({ name: "storage", port });
    await expect(second.listen()).rejects.toThrow(PortTakenError);
    await expect(createService({ name: "storage", port }).listen()).rejects.toThrow(
      new RegExp(`port ${port}.*storage.*--ports auto`),
    );
  });

  it("closes although a request hangs", async () => {
    const { service, get } = await started();
    service.setFault({ fault: "hang" });
    const hanging = get().catch((error: Error) => error);
    await vi.waitUntil(() => service.faults()[0]?.applied === 1);
    await service.close(); // and does not wait for it
    running.length = 0;
    expect(await hanging).toBeInstanceOf(Error);
  });
});

describe("faults of a service", () => {
  it("status answers with the service's own error body, Retry-After, and does no work", async () => {
    const { service, get, worked } = await started({
      refusal: ({ status, message }) => ({ body: `<Error>${status} ${message}</Error>`, type: "application/xml" }),
    });
    service.setFault({ fault: "status", status: 503, retryAfter: 2, times: 1 });
    const answer = await get();
    expect([answer.status, answer.headers.get("retry-after"), answer.headers.get("content-type")]).toEqual([
      503,
      "2",
      "application/xml",
    ]);
    expect(await answer.text()).toMatch(/^<Error>503 /);
    expect(worked()).toBe(0);
    expect((await get()).status).toBe(200);
    expect(service.counters()).toMatchObject({ refused: 1, "refused.503": 1 });
  });

  it("a share hits exactly that part of the requests", async () => {
    const { service, get } = await started();
    service.setFault({ fault: "status", status: 500, share: 0.3 });
    const statuses: number[] = [];
    for (let i = 0; i < 20; i++) statuses.push((await get()).status);
    expect(statuses.filter((status) => status === 500)).toHaveLength(6);
  });

  it("path and method narrow it; health is never touched", async () => {
    const { service, get } = await started();
    service.setFault({ fault: "status", status: 500, path: "/work", method: "post" });
    expect((await get()).status).toBe(200);
    expect((await get("/work", { method: "POST" })).status).toBe(500);
    service.setFault({ fault: "status", status: 500 });
    expect((await get("/healthz")).status).toBe(200);
  });

  it("latency waits before the work", async () => {
    const waits: number[] = [];
    const { service, get, worked } = await started({
      wait: async (ms) => {
        expect(worked()).toBe(0);
        waits.push(ms);
      },
    });
    service.setFault({ fault: "latency", ms: "120ms", jitter: 30 });
    await get();
    expect(worked()).toBe(1);
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThanOrEqual(120);
    expect(waits[0]).toBeLessThanOrEqual(150);
  });

  it("drop loses the request, drop after loses only the answer", async () => {
    const { service, get, worked } = await started();
    service.setFault({ fault: "drop", times: 1 });
    await expect(get()).rejects.toThrow("fetch failed");
    expect(worked()).toBe(0);
    service.setFault({ fault: "drop", after: true, times: 1 });
    await expect(get()).rejects.toThrow("fetch failed");
    expect(worked()).toBe(1);
    expect((await get()).status).toBe(200);
  });

  it("hang accepts and never answers", async () => {
    const { service, get, worked } = await started();
    service.setFault({ fault: "hang", times: 1 });
    await expect(get("/work", { signal: AbortSignal.timeout(150) })).rejects.toThrow(/timeout/i);
    expect(worked()).toBe(0);
  });

  it("ends by itself after its time", async () => {
    let now = 1_000;
    const { service, get } = await started({ now: () => now });
    service.setFault({ fault: "status", status: 500, for: 80 });
    now = 1_079;
    expect((await get()).status).toBe(500);
    now = 1_080;
    expect((await get()).status).toBe(200);
    expect(service.faults()).toEqual([]);
  });

  it("the service's own faults apply where it asks for them", async () => {
    const { service } = await started({ flags: { corrupt: { mode: v.optional(v.picklist(["head", "tail"])) } } });
    expect(service.fault("corrupt")).toBeUndefined();
    service.setFault({ fault: "corrupt", mode: "tail", times: 1 });
    expect(service.fault("corrupt")).toMatchObject({ mode: "tail", applied: 1 });
    expect(service.fault("corrupt")).toBeUndefined();
    expect(service.counters()).toMatchObject({ "faults.corrupt": 1 });
  });
});

describe("rate limits of a service", () => {
  it("refuse with 429 and Retry-After, and count each refusal", async () => {
    const { service, get } = await started({
      limits: [{ name: "work", limit: 2, windowMs: 60_000, key: "ip", path: "/work" }],
    });
    const answers = [await get(), await get(), await get()];
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 429]);
    expect(answers[2]?.headers.get("retry-after")).toBe("30");
    expect((await get("/nowhere")).status).toBe(404);
    expect(service.counters()).toMatchObject({ refused: 1, "refused.rate-limit": 1 });
  });

  it("by address, each has its own", async () => {
    const { get } = await started({ limits: [{ name: "work", limit: 1, windowMs: 60_000, key: "address" }] });
    const statuses = [];
    for (const address of ["0xAA", "0xbb", "0xaa"]) statuses.push((await get(`/work?address=${address}`)).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  it("can be switched on and off while it runs, and keep their level meanwhile", async () => {
    const { service, get } = await started();
    const { id } = await service.setFault({ fault: "rate-limit", perMinute: 1 });
    expect((await get()).status).toBe(200);
    service.setFault({ fault: "latency", ms: 1 });
    expect((await get()).status).toBe(429);
    service.clearFaults(id);
    expect((await get()).status).toBe(200);
  });

  it("a refused upload leaves the connection usable", async () => {
    const { service } = await started();
    service.setFault({ fault: "status", status: 429, times: 1 });
    const { hostname, port } = new URL(service.url);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const upload = request({ hostname, port, path: "/work", method: "POST" }, (answer) => {
        answer.resume();
        answer.on("end", () => resolve(answer.statusCode));
      });
      upload.on("error", reject);
      upload.end(Buffer.alloc(2_000_000));
    });
    expect(status).toBe(429);
  });
});

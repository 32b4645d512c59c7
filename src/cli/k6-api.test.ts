import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { readLive } from "./k6-api.ts";
import { freePort } from "./k6-process.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** k6's API with these metrics; the bodies have the shape that k6 v2.2.0 answers with. */
async function api(status: number, samples: Record<string, Record<string, number>>): Promise<string> {
  server = createServer((request, response) => {
    const id = decodeURIComponent(request.url?.split("/").at(-1) ?? "");
    const sample = samples[id];
    if (id === "status") {
      response.end(
        JSON.stringify({ data: { type: "status", id: "default", attributes: { status, paused: false, vus: 9 } } }),
      );
    } else if (sample) {
      response.end(
        JSON.stringify({
          data: { type: "metrics", id, attributes: { type: "counter", contains: "default", tainted: null, sample } },
        }),
      );
    } else {
      response.writeHead(404).end(
        JSON.stringify({
          errors: [{ status: "404", title: "Not Found", detail: "No metric with that ID was found" }],
        }),
      );
    }
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("readLive", () => {
  it("reads a scenario's figures", async () => {
    const address = await api(7, {
      streaming_users: { count: 398, rate: 2.9 },
      streaming_unfinished: { count: 7, rate: 0.1 },
      streaming_success: { rate: 0.99 },
      streaming_duration: { avg: 1, min: 1, med: 1, max: 9, "p(90)": 2_000, "p(95)": 3_400 },
      streaming_retries: { count: 3, rate: 0.1 },
      streaming_pool_waiting: { value: 87 },
      dropped_iterations: { count: 5, rate: 1 },
      "dropped_iterations{scenario:user}": { count: 2, rate: 1 },
    });
    expect(await readLive(address, "streaming")).toEqual({
      phase: "running",
      ended: 398,
      active: 7,
      success: 0.99,
      p95: 3_400,
      dropped: 2,
      retries: 3,
      pool: 87,
    });
  });

  it("leaves out what k6 does not have yet", async () => {
    const read = await readLive(await api(6, { dropped_iterations: { count: 5, rate: 1 } }), "streaming");
    expect(read).toEqual({ phase: "setup", dropped: 5 });
    expect(read.ended).toBeUndefined();
  });

  it("takes a k6 that is not listening for one that starts", async () => {
    expect(await readLive(`127.0.0.1:${await freePort()}`, "streaming")).toEqual({ phase: "starting" });
  });
});

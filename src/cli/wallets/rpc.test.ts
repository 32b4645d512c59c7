import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createRpcClient, NoAnswerError } from "./rpc.ts";

interface Call {
  readonly id: number;
  readonly method: string;
}

let server: Server | undefined;
afterEach(() => void server?.close());

/** A clock that goes on only by what is waited for. */
function clock() {
  let time = 0;
  const waits: number[] = [];
  const wait = async (ms: number) => {
    time += ms;
    waits.push(ms);
  };
  return { now: () => time, wait, waits };
}

/** A node that answers each request with what `answer` makes of it; a number is an HTTP status. Nobody waits in real time to ask it again. */
async function node(answer: (n: number, body: Call | Call[]) => unknown, headers: Record<string, string> = {}) {
  const requests: (Call | Call[])[] = [];
  server = createServer(async (request, response) => {
    let text = "";
    for await (const part of request.setEncoding("utf8")) text += part;
    const body = JSON.parse(text);
    requests.push(body);
    const result = answer(requests.length, body);
    if (result === undefined) {
      response.writeHead(200, { "content-length": 100 }).write('{"id":');
      return setImmediate(() => response.destroy());
    }
    if (typeof result === "number") return response.writeHead(result, headers).end();
    response.end(JSON.stringify(result));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  let throttled = 0;
  const { now, wait, waits } = clock();
  const rpc = createRpcClient(`http://127.0.0.1:${port}/secret-key`, {
    batchSize: 3,
    retryFor: 3_000,
    timeout: 20_000,
    onThrottled: () => throttled++,
    now,
    wait,
  });
  return { rpc, requests, waits, throttled: () => throttled };
}

const echo = (body: Call | Call[]) =>
  Array.isArray(body)
    ? body.map(({ id, method }) => ({ id, result: method })).reverse()
    : { id: body.id, result: body.method };

const ask = (rpc: { request<T>(method: string): Promise<T> }, count: number) =>
  Promise.all(Array.from({ length: count }, (_, i) => rpc.request<string>(`m${i}`)));

describe("createRpcClient", () => {
  it("sends calls made at once in batches, and gives each its answer whatever their order", async () => {
    const { rpc, requests } = await node((_, body) => echo(body));
    expect(await ask(rpc, 7)).toEqual(["m0", "m1", "m2", "m3", "m4", "m5", "m6"]);
    expect(requests.map((body) => [body].flat().length)).toEqual([3, 3, 1]);
  });

  it("gives no call another's answer when one is missing", async () => {
    const { rpc } = await node((_, body) => [echo(body)].flat().slice(0, 2)); // those of m2 and m1
    const results = await Promise.allSettled(["m0", "m1", "m2"].map((method) => rpc.request(method)));
    expect(results).toMatchObject([
      { reason: { message: expect.stringMatching(/gives m0 no answer$/) } },
      { value: "m1" },
      { value: "m2" },
    ]);
  });

  it("sends no more batches to a node that takes none", async () => {
    const { rpc, requests } = await node((_, body) =>
      Array.isArray(body) ? { id: null, error: { code: -32600, message: "batches are not supported" } } : echo(body),
    );
    expect(await ask(rpc, 3)).toEqual(["m0", "m1", "m2"]);
    expect(await ask(rpc, 2)).toEqual(["m0", "m1"]);
    expect(requests.map((body) => Array.isArray(body))).toEqual([true, false, false, false, false, false]);
  });

  it("asks again when an answer breaks off", async () => {
    const { rpc, requests } = await node((n, body) => (n === 2 ? undefined : echo(body)));
    await rpc.request("m0"); // an address that is known to be right
    expect(await rpc.request("m1")).toBe("m1");
    expect(requests).toHaveLength(3);
  });

  it("makes only those calls of a batch again that were throttled", async () => {
    const { rpc, requests, throttled } = await node((n, body) =>
      n > 1
        ? echo(body)
        : [body]
            .flat()
            .map(({ id, method }) =>
              method === "m1" ? { id, error: { code: -32005, message: "limit" } } : { id, result: method },
            ),
    );
    expect(await ask(rpc, 3)).toEqual(["m0", "m1", "m2"]);
    expect(requests[1]).toMatchObject({ method: "m1" });
    expect(throttled()).toBe(1);
  });

  it("waits as long as Retry-After says", async () => {
    const { rpc, requests, waits } = await node((n, body) => (n === 1 ? 429 : echo(body)), { "retry-after": "2" });
    expect(await ask(rpc, 1)).toEqual(["m0"]);
    expect(waits).toEqual([2_000]);
    expect(requests).toHaveLength(2);
  });

  it("gives up when its time is over, naming the host and not the path, which may be a key", async () => {
    const { rpc, requests, waits } = await node(() => 503);
    const error = await rpc.request("m").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NoAnswerError);
    expect((error as Error).message).toMatch(/^127\.0\.0\.1:\d+ answers HTTP 503$/);
    expect(requests.length).toBeGreaterThan(3);
    expect(requests).toHaveLength(waits.length + 1);
    expect(waits.reduce((sum, ms) => sum + ms)).toBeLessThanOrEqual(3_000);
  });

  it("does not try again what a node refuses", async () => {
    const { rpc, requests } = await node((_, body) => ({
      id: (body as Call).id,
      error: { code: -32000, message: "nonce too low" },
    }));
    await expect(rpc.request("m")).rejects.toThrow("m: nonce too low");
    expect(requests).toHaveLength(1);
  });

  it("gives up at once on an address that has never answered", async () => {
    const { now, wait, waits } = clock();
    const rpc = createRpcClient("http://127.0.0.1:9", {
      batchSize: 1,
      retryFor: 60_000,
      timeout: 20_000,
      onThrottled: () => {},
      now,
      wait,
    });
    await expect(rpc.request("m")).rejects.toThrow(/^127\.0\.0\.1:9 does not answer/);
    expect(waits).toEqual([]);
  });
});

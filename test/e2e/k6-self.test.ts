// Scripts that run inside our k6 and check it there: its modules, and the frame that all scenarios share.
import { existsSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { instantsOf, planArrivals } from "../../src/core/arrivals/plan.ts";
import { coreFacts } from "../support/core-facts.ts";
import { bundle, cleanUp, errorLines, type K6Run, k6, root, runK6, temporaryFolder } from "./support.ts";

beforeAll(() => {
  if (!existsSync(k6)) throw new Error("bin/k6 is missing: run make build");
});
afterAll(cleanUp);

const results = (run: K6Run) => ({
  passed: [...run.stderr.matchAll(/msg="ok {3}(.+?)" source=console/g)].map(([, name]) => name),
  failed: [...run.stderr.matchAll(/msg="FAIL (.+?)" source=console/g)].map(([, name]) => name),
});

/** Runs a script of tests; all of at least `least` must pass, and k6 must say so too. */
async function selfTest(name: string, least: number, environment: Record<string, string> = {}): Promise<K6Run> {
  const run = await runK6({ script: await bundle(`test/k6/${name}.ts`), environment });
  const { passed, failed } = results(run);
  expect(failed, run.output).toEqual([]);
  expect(errorLines(run)).toEqual([]);
  expect(run.code, run.output).toBe(0);
  expect(passed.length).toBeGreaterThanOrEqual(least);
  return run;
}

describe("a script of tests", () => {
  const script = async (body: string): Promise<K6Run> => {
    const file = join(temporaryFolder(), "planted.ts");
    const suite = JSON.stringify(new URL("../k6/support/suite.ts", import.meta.url).pathname);
    writeFileSync(
      file,
      `import { equal, suite } from ${suite};\nconst tests = suite({ first: () => {}, ${body} });\nexport const options = tests.options;\nexport default tests.run;\n`,
    );
    return runK6({ script: await bundle(relative(root, file)) });
  };

  it("fails when one of them does", async () => {
    const run = await script("second: () => equal(1, 2)");
    expect(results(run)).toEqual({ passed: ["first"], failed: ["second: got 1, wanted 2"] });
    expect(run.code).toBe(99);
  });

  it("fails when it does not come to its end", async () => {
    const run = await script("second: () => new Promise(() => {})");
    expect(results(run)).toEqual({ passed: ["first"], failed: [] });
    expect(run.code).toBe(99);
  });
});

describe("inside k6", () => {
  it("k6/x/ethereum has the vectors of the real SDK, and a pool that gives each wallet once", () =>
    selfTest("ethereum", 16));

  it("k6/x/encryption undoes what it does, and refuses what was changed", () => selfTest("encryption", 10));

  it("k6/x/process knows its memory and CPU, and its breaker opens once", () => {
    const file = join(temporaryFolder(), "hello.txt");
    writeFileSync(file, "hello\n");
    return selfTest("process", 8, { TEXT_FILE: file });
  });

  it("a deferred part of a script is made once, in the VU that uses it, and in no other", async () => {
    const run = await selfTest("deferred", 4);
    expect(run.stderr.match(/part made in VU [1-9]/g)).toHaveLength(1);
    expect(run.stderr).not.toContain("part made in VU 0");
    expect(run.stderr.match(/idle VU/g)).toHaveLength(4);
  });

  it("the modules declare every metric of our lists, with its kind", () => selfTest("metrics", 1));

  it("src/core computes what it computes in Node", () => selfTest("core", 30, { FACTS: JSON.stringify(coreFacts()) }));
});

describe("the HTTP client", () => {
  let server: Server;
  const seen = new Map<string, number>();

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? "";
    const count = (seen.get(path) ?? 0) + 1;
    seen.set(path, count);
    const [, first = "", what = "", times = ""] = path.split("?")[0]?.split("/") ?? [];
    const end = (status: number, body = "", headers: Record<string, string> = {}) =>
      response.writeHead(status, headers).end(body);
    const misbehave = (how: string) => {
      if (how === "drop") request.socket.destroy();
      else if (how !== "hang") end(Number(how), "no");
    };
    if (first === "ok") end(200, '{"a":1}', { "X-Thing": "1" });
    else if (first === "text") end(200, "not json");
    else if (first === "echo") request.pipe(response);
    else if (first === "redirect") end(302, "", { Location: "/ok" });
    else if (first === "status" || first === "once") misbehave(what);
    else if (first === "retry-after") count === 1 ? end(429, "", { "Retry-After": what }) : end(200);
    else if (count <= Number(times)) misbehave(what);
    else end(200);
  }

  beforeAll(async () => {
    server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it("retries what may pass and nothing else", async () => {
    await selfTest("http", 12, { SERVER_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    // The server's own count: what must not happen twice arrived once.
    for (const path of ["/once/drop", "/once/hang", "/once/500", "/status/400"]) expect(seen.get(path), path).toBe(1);
    expect(seen.get("/flaky/503/2")).toBe(3);
    expect(seen.get("/retry-after/1")).toBe(2);
  });
});

describe("the gRPC client", () => {
  it("calls a lost connection one, also where k6 throws before anything is sent", async () => {
    const target = createHttp2Server();
    const sessions = new Set<ServerHttp2Session>();
    target.on("session", (session) => sessions.add(session));
    const control = createServer((_, response) => {
      for (const session of sessions) session.destroy();
      target.close(() => response.end());
    });
    const listening = (server: Server | Http2Server) =>
      new Promise<number>((resolve) =>
        server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
      );
    const [port, killer] = await Promise.all([listening(target), listening(control)]);
    try {
      await selfTest("grpc", 2, {
        ADDRESS: `127.0.0.1:${port}`,
        CONTROL: `http://127.0.0.1:${killer}`,
        PROTO: join(root, "proto"),
      });
    } finally {
      control.close();
      target.close();
    }
  });
});

describe("the frame around journeys", () => {
  let script = "";
  beforeAll(async () => {
    script = await bundle("test/k6/journey.ts");
  });

  const run = (acts: string, environment: Record<string, string> = {}, more: Parameters<typeof runK6>[0] = {}) =>
    runK6({ script, environment: { USERS_DO: acts, ...environment }, ...more });

  it("is green when every user succeeded", async () => {
    const { code, verdict, stdout } = await run("succeed");
    expect(stdout).toContain("PASSED  3 of 3 gates");
    expect(code).toBe(0);
    expect(verdict.users).toMatchObject({ ended: 6, succeeded: 6, failed: 0, degraded: 0, unfinished: 0, dropped: 0 });
    expect(verdict.steps.map(({ step, count }) => [step, count])).toEqual([
      ["wallet", 6],
      ["infer", 6],
    ]);
    expect(verdict.response?.avg).toBeGreaterThanOrEqual(20);
    expect(verdict.generator?.peakBytes).toBeGreaterThan(10e6);
  });

  it("loses no user: each is counted once, with the kind and the step of its failure", async () => {
    const { code, verdict, output } = await run("succeed,revert,throw,reject,hang,degrade");
    expect(code).toBe(99);
    expect(verdict.status).toBe("FAILED");
    expect(verdict.users).toEqual({
      ended: 6,
      succeeded: 1,
      degraded: 1,
      refused: 0,
      failed: 4,
      dropped: 0,
      unfinished: 0,
    });
    expect(verdict.errors).toHaveLength(4);
    expect(verdict.errors).toEqual(
      expect.arrayContaining([
        { kind: "revert", step: "submit", detail: "InvalidNonce", count: 1 },
        { kind: "unexpected", step: "wallet", count: 1 },
        { kind: "unexpected", step: "infer", count: 1 },
        { kind: "timeout", step: "infer", count: 1 },
      ]),
    );
    expect(verdict.gates.map(({ metric, ok, got }) => [metric, ok, got])).toEqual([
      ["frame_users", true, 6],
      ["frame_success", false, 1 / 6],
      ["frame_unfinished", true, 0],
    ]);
    // Each VU prints its first failure; the verdict has them all.
    expect(output).toContain("user 1 failed at submit (revert): the transaction reverted");
    expect(output).not.toContain("user 2 failed");
  });

  it("does not measure or count what a user still does after its time is up", async () => {
    const { code, verdict } = await run("late", { USERS: "2" });
    expect(code).toBe(99);
    expect(verdict.users).toMatchObject({ ended: 2, failed: 2 });
    expect(verdict.errors).toEqual([{ kind: "timeout", step: "infer", count: 2 }]);
    expect(verdict.steps.map(({ step }) => step)).toEqual(["wallet"]);
  });

  it("names retries by kind and step", async () => {
    const { code, verdict } = await run("retry");
    expect(code).toBe(0);
    expect(verdict.retries).toEqual([{ kind: "rate_limit", step: "submit", count: 12 }]);
  });

  it("lets arrivals come as planned: each number once, at its instant", async () => {
    const { code, verdict, stderr } = await run("succeed", { PROFILE: "arriving" });
    expect(code).toBe(0);
    const starts = [...stderr.matchAll(/msg="user (\d+) at (\d+)/g)].map(([, number, at]) => [
      Number(number),
      Number(at),
    ]);
    starts.sort(([a = 0], [b = 0]) => a - b);
    const plan = planArrivals({ kind: "poisson", rate: 20, duration: "3s" }, { seed: 42 });
    expect(starts.map(([number]) => number)).toEqual(plan.cells.map((_, k) => k));
    expect(verdict.users.ended).toBe(plan.cells.length);
    expect(plan.cells.length).toBeGreaterThan(30);
    // Where the run's clock began is unknown, so starts are compared with instants up to a constant. Four fifths of them lie within 0.15 s on a busy machine.
    const instants = instantsOf(plan);
    const shifts = starts.map(([, at = 0], k) => at - (instants[k] ?? 0) / 1e6).sort((a, b) => a - b);
    const quantile = (q: number) => shifts[Math.floor(q * (shifts.length - 1))] ?? 0;
    expect(quantile(0.9) - quantile(0.1)).toBeLessThan(150);
  });

  it("keeps users in turn apart by DELAY, and the first does not wait", async () => {
    const { code, stderr, verdict } = await run("succeed", { DELAY: "300ms-400ms", USERS: "4" });
    expect(code).toBe(0);
    const starts = [...stderr.matchAll(/msg="user \d+ at (\d+)/g)].map(([, at]) => Number(at));
    expect(starts).toHaveLength(4);
    // The script prints before the pause, so the second gap is the first that holds one.
    const gaps = starts.slice(1).map((at, k) => at - (starts[k] ?? 0));
    expect(gaps[0]).toBeLessThan(300);
    for (const gap of gaps.slice(1)) expect(gap).toBeGreaterThanOrEqual(300);
    // The pause is not part of a user's time.
    expect(verdict.response?.max).toBeLessThan(300);
  });

  it("aborts at the breaker's limit of consecutive failures", async () => {
    const { code, verdict, stdout, stderr } = await run("succeed,revert,revert,revert,revert,revert", { BREAKER: "3" });
    expect(code).toBe(108);
    expect(verdict.status).toBe("ABORTED");
    expect(verdict.users).toMatchObject({ ended: 4, failed: 3 });
    expect(stdout).toContain("ABORTED  circuit breaker");
    expect(stderr).toContain("circuit breaker: 3 users failed in a row");
  });

  it("is INTERRUPTED and not green when Ctrl+C cuts it short", async () => {
    const { code, verdict, stdout } = await run(
      "succeed,hang",
      { USER_TIMEOUT: "30s" },
      {
        started: (child) => {
          let sent = false;
          child.stderr?.on("data", (text: string) => {
            // The second user hangs: the first one has ended, the others never come.
            if (!sent && text.includes("user 1 at")) {
              sent = true;
              setTimeout(() => child.kill("SIGINT"), 300);
            }
          });
        },
      },
    );
    expect(code).toBe(105);
    expect(verdict.status).toBe("INTERRUPTED");
    expect(verdict.users).toMatchObject({ ended: 1, succeeded: 1, unfinished: 1 });
    expect(stdout).toContain("INTERRUPTED  1 of 6 users ended, 1 were cut off: not a result");
  });

  it("refuses wrong settings with all problems, before anything starts", async () => {
    const { code, output, seconds } = await run("succeed", { RATE: "abc", PROFILE: "trns", USER_TIMEOUT: "15" });
    expect(code).not.toBe(0);
    expect(output).toContain("frame cannot start, 3 settings are wrong:");
    expect(output).toContain("is not a profile; did you mean turns? known: turns, arriving");
    expect(seconds).toBeLessThan(5);
  });
});

// Chat: what k6 says against what the gates counted themselves, with and without faults.
import { spawnSync } from "node:child_process";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import {
  cleanUp,
  type K6Options,
  type K6Run,
  k6,
  root,
  runK6,
  type SandboxProcess,
  startSandbox,
  temporaryFolder,
} from "./support.ts";

let sandbox: SandboxProcess;
beforeAll(async () => {
  sandbox = await startSandbox("--for", "chat");
});
afterEach(() => sandbox.clearFaults());
afterAll(async () => {
  await sandbox.stop();
  cleanUp();
});

const script = join(root, "dist/chat.js");
let runs = 0;
/** A short, fast run under names of its own: the rooms forget nobody. */
const chat = (environment: Record<string, string> = {}, options: K6Options = {}) =>
  runK6({
    script,
    ...options,
    environment: {
      ...sandbox.environment,
      PROFILE: "demo",
      CLIENTS: "8",
      DURATION: "8s",
      DELAY: "0.1-0.3",
      FIRST_DELAY: "0.1-0.2",
      DELIVERY_TIMEOUT: "2s",
      RECONNECT_FOR: "10s",
      USERNAME_PREFIX: `run${runs++}_`,
      ...environment,
    },
  });

type Counts = Record<string, number>;
/** Both gates' counters, summed, as what was counted since `before`. */
async function gates(before: Counts = {}): Promise<Counts> {
  const { gate1 = {}, gate2 = {} } = await sandbox.counters();
  const sum: Counts = {};
  for (const counters of [gate1, gate2])
    for (const [name, count] of Object.entries(counters)) sum[name] = (sum[name] ?? 0) + count;
  return Object.fromEntries(Object.entries(sum).map(([name, count]) => [name, count - (before[name] ?? 0)]));
}

/** Waits until the gates have counted so many more of something than before. */
const counted = (counter: string, count: number, before: Counts) =>
  vi.waitUntil(async () => ((await gates(before))[counter] ?? 0) >= count, { timeout: 60_000, interval: 100 });

/** Waits until so many clients are in a room and talk: from then on nobody is on the first way in. */
async function talking(clients: number, messages: number, before: Counts): Promise<void> {
  await counted("joined", clients, before);
  await counted("sent", messages, await gates());
}

/** Whether somebody listens on a port. */
const listens = (host: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, host, () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

/** "lost 3" of the verdict's line. */
const said = (run: K6Run, what: string) =>
  Number(new RegExp(`${what} ([\\d,]+)`).exec(run.stdout)?.[1]?.replaceAll(",", "") ?? Number.NaN);
const gate = (run: K6Run, metric: string) => run.verdict.gates.find((g) => g.metric === metric);
const details = (run: K6Run) =>
  run.verdict.errors.map(({ kind, step, detail }) => `${kind} ${detail ?? ""} at ${step}`);

describe("without faults", () => {
  test("the gates' own counters are k6's", async () => {
    const before = await gates();
    const run = await chat();
    const theirs = await gates(before);
    expect(run.output).toContain("PASSED");
    expect(run.code).toBe(0);
    expect(run.verdict.users).toMatchObject({ ended: 8, succeeded: 8, unfinished: 0 });
    expect(theirs.registered).toBe(8);
    expect(said(run, "joins")).toBe(theirs.joined);
    expect(said(run, "sent")).toBe(theirs.sent);
    // Every push that a gate wrote to a live client was read by k6, as one from its room or from one that it had left.
    expect(said(run, "received") + said(run, "from rooms left")).toBe(theirs.pushed);
    expect(theirs.dropped ?? 0).toBe(0);
    expect(theirs.open).toBe(0);
    expect(said(run, "sent")).toBeGreaterThan(100);
    expect(run.stdout).toContain("gate1 4 · gate2 4");
    expect(run.output).toMatch(/Client {2}1 \(run\d+_1 +\): Room: \S+ +\| Actions: +\d+ \| Messages: +\d+/);
  });

  test("two k6 processes are one run: every client once, all of them heard by both", async () => {
    const before = await gates();
    const shared = { INSTANCES: "2", USERNAME_PREFIX: "halves_", DURATION: "10s" };
    const half = (segment: string) =>
      chat(shared, { args: ["--execution-segment", segment, "--execution-segment-sequence", "0,1/2,1"] });
    const [one, two] = await Promise.all([half("0:1/2"), half("1/2:1")]);
    expect([one.code, two.code]).toEqual([0, 0]);
    expect((await gates(before)).registered).toBe(8);
    expect(one.stdout).toContain("compares the clocks of 2 k6 processes");
  });

  test("VERBOSE prints what each client does, in the original's words", async () => {
    const run = await chat({ VERBOSE: "true", CLIENTS: "2", DURATION: "5s" });
    for (const line of [
      /\[Client 1\] Joined chatroom: \w+/,
      /\[Client 2\] Sent: /,
      /\[Client 1\] Received: \[\d\d:\d\d:\d\d\] run\d+_\d: /,
    ])
      expect(run.stderr).toMatch(line);
    expect(run.stderr).not.toMatch(/Received: .* ~\d/);
  });
});

describe("each fault is caught, with the gates' own count", () => {
  test("dropped pushes are lost messages", async () => {
    const before = await gates();
    await sandbox.fault("gate1", "drop");
    await sandbox.fault("gate2", "drop");
    // Nobody leaves: then each client is certainly in each room it was pushed from, and all that was dropped is lost.
    const run = await chat({ WEIGHTS: "90/0/10", ROOMS: "General,Sports" });
    const dropped = (await gates(before))["faults.drop"] ?? 0;
    expect(dropped).toBeGreaterThan(5);
    expect(run.code).toBe(99);
    expect(said(run, "lost")).toBe(dropped);
    expect(gate(run, "chat_lost")).toMatchObject({ ok: false, got: dropped });
  });

  test("doubled pushes", async () => {
    const before = await gates();
    await sandbox.fault("gate1", "duplicate", { share: 0.05 });
    const run = await chat({ WEIGHTS: "90/0/10", ROOMS: "General,Sports" });
    const doubled = (await gates(before))["faults.duplicate"] ?? 0;
    expect(doubled).toBeGreaterThan(5);
    expect(run.code).toBe(99);
    expect(said(run, "duplicated")).toBe(doubled);
    expect(details(run)).toContain("proof DUPLICATED at prove");
  });

  test("swapped pushes", async () => {
    const before = await gates();
    await sandbox.fault("gate2", "swap", { share: 0.05 });
    const run = await chat({ WEIGHTS: "90/0/10", ROOMS: "General,Sports" });
    const swapped = (await gates(before))["faults.swap"] ?? 0;
    expect(swapped).toBeGreaterThan(2);
    expect(run.code).toBe(99);
    expect(said(run, "reordered")).toBe(swapped);
    expect(details(run)).toContain("proof REORDERED at prove");
  });

  test("texts that are replaced behind intact stamps, every one", async () => {
    const before = await gates();
    await sandbox.fault("gate1", "alter", { share: 1 });
    await sandbox.fault("gate2", "alter", { share: 1 });
    const run = await chat({ WEIGHTS: "90/0/10", ROOMS: "General,Sports" });
    const replaced = (await gates(before))["faults.alter"] ?? 0;
    expect(replaced).toBeGreaterThan(50);
    expect(run.code).toBe(99);
    expect(gate(run, "chat_altered")).toMatchObject({ ok: false, got: replaced });
    expect(said(run, "altered")).toBe(replaced);
    expect(details(run)).toEqual(["proof ALTERED at prove"]);
    expect(run.verdict.users.succeeded).toBe(0);
  });

  test("delayed pushes break the limit of delivery", async () => {
    await sandbox.fault("gate1", "delay", { share: 1, ms: 600 });
    await sandbox.fault("gate2", "delay", { share: 1, ms: 600 });
    const run = await chat();
    expect(run.code).toBe(99);
    expect(gate(run, "chat_delivery")).toBeDefined();
    expect(run.verdict.gates.filter((g) => g.metric === "chat_delivery" && !g.ok)).toHaveLength(1);
    expect(run.verdict.users.succeeded).toBe(8);
  });

  test("own messages that come back too late", async () => {
    await sandbox.fault("gate1", "delay", { share: 1, ms: 1_500 });
    const run = await chat({ DELIVERY_TIMEOUT: "1s", CLIENTS: "2" });
    expect(run.code).toBe(99);
    expect(details(run).join()).toMatch(/proof (LATE|LOST) at prove/);
  });

  test("gates that do not share their rooms: nothing is missing in any sequence, but half of the clients are never heard", async () => {
    const other = await startSandbox("--for", "chat");
    try {
      const [here = ""] = (sandbox.environment.GATES ?? "").split(",");
      const [there = ""] = (other.environment.GATES ?? "").split(",");
      const run = await chat({ GATES: `${here},${there}` });
      expect(run.code).toBe(99);
      expect(said(run, "lost")).toBe(0);
      expect(run.verdict.gates.filter((g) => !g.ok).map((g) => g.metric)).toEqual(["chat_unheard"]);
      // Each witness misses the three others of the other half and the other witness in each of five rooms; the other six miss one witness each.
      expect(gate(run, "chat_unheard")?.got).toBe(2 * (3 + 5) + 6);
    } finally {
      await other.stop();
    }
  });

  test("a gate that refuses its clients", async () => {
    await sandbox.fault("gate2", "refuse-auth");
    const run = await chat();
    expect(run.code).toBe(99);
    expect(run.verdict.errors).toMatchObject([
      { count: 4, kind: "refused", step: "register", detail: "UNAUTHENTICATED" },
    ]);
    expect(run.verdict.users).toMatchObject({ ended: 8, succeeded: 4 });
  });

  test("a gate that is down from the start", async () => {
    const [up = ""] = (sandbox.environment.GATES ?? "").split(",");
    const run = await chat({ GATES: `${up},127.0.0.1:9`, DURATION: "4s" });
    expect(run.code).toBe(99);
    expect(run.stderr).toMatch(/a gate does not answer, .*: 127\.0\.0\.1:9: /);
    expect(run.verdict.errors).toMatchObject([
      { count: 4, kind: "transport", step: "register", detail: "UNAVAILABLE" },
    ]);
    expect(run.verdict.users).toMatchObject({ ended: 8, succeeded: 4 });
  });

  test("a wrong password: nobody is in, and nothing is green", async () => {
    const run = await chat({ PASSWORD: "wrong" });
    expect(run.code).toBe(99);
    expect(run.output).not.toContain("PASSED");
    expect(run.output).not.toContain("wrong\n");
    expect(run.verdict.users).toMatchObject({ ended: 8, succeeded: 0 });
    expect(run.verdict.errors).toMatchObject([
      { count: 8, kind: "refused", step: "register", detail: "UNAUTHENTICATED" },
    ]);
  });

  test("a gate that dies and returns: its clients come back, what they missed is lost, the others notice nothing", async () => {
    const before = await gates();
    const run = await chat(
      // So much talk that something is said in the moment that the way back takes.
      { CLIENTS: "12", DURATION: "14s", WEIGHTS: "100/0/0", DELAY: "0.01-0.03", ROOMS: "General" },
      { started: () => void talking(12, 200, before).then(() => sandbox.fault("gate1", "kill", { for: "3s" })) },
    );
    expect(run.code).toBe(99);
    expect(said(run, "reconnects")).toBe(6);
    // Every client is at a gate at the end, those of the dead one at the other.
    expect(said(run, "gate1") + said(run, "gate2")).toBe(12);
    expect((await gates(before)).registered).toBe(18);
    expect(run.verdict.users.ended).toBe(12);
    // What was said while a client was on its way back never reached it.
    expect(said(run, "lost")).toBeGreaterThan(0);
    expect(gate(run, "chat_lost")).toMatchObject({ ok: false });
    expect(run.stdout).toMatch(/lost [\d,]+ \([\d,]+ while reconnecting\)/);
    const others = details(run).filter((detail) => !/UNACKNOWLEDGED|LOST/.test(detail));
    expect(others).toEqual([]);
    expect(run.verdict.users.succeeded).toBeGreaterThanOrEqual(6);
  });

  test("a gate that dies for good while it is the only one", async () => {
    const before = await gates();
    const only = (sandbox.environment.GATES ?? "").split(",")[1] ?? "";
    const run = await chat(
      { GATES: only, DURATION: "6s", RECONNECT_FOR: "2s", CLIENTS: "3" },
      { started: () => void talking(3, 3, before).then(() => sandbox.fault("gate2", "kill", { for: "12s" })) },
    );
    expect(run.code).toBe(99);
    expect(details(run)).toEqual(["transport UNAVAILABLE at reconnect"]);
    expect(run.verdict.users).toMatchObject({ ended: 3, succeeded: 0 });
    const [host = "", port] = only.split(":");
    await vi.waitUntil(() => listens(host, Number(port)), { timeout: 20_000, interval: 200 }); // for the next test
  });

  test("Ctrl+C: no result, and no stream is left open", async () => {
    const before = await gates();
    const run = await chat(
      { DURATION: "60s" },
      { started: (child) => void counted("sent", 8, before).then(() => child.kill("SIGINT")) },
    );
    expect(run.code).toBe(105);
    expect(run.verdict.status).toBe("INTERRUPTED");
    expect((await gates()).open).toBe(0);
  });
});

describe("refused before a client starts", () => {
  let silent: Server;
  beforeAll(async () => {
    silent = createServer((socket) => void socket.on("error", () => {}).resume());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => void silent.close());
  const port = () => (silent.address() as { port: number }).port;

  test.each<[string, () => Record<string, string>, RegExp]>([
    [
      "no gate",
      () => ({ GATES: "127.0.0.1:9,127.0.0.1:10" }),
      /no gate of GATES can be used \(127\.0\.0\.1:9: .*Is the cluster up/,
    ],
    ["a gate that accepts and never answers", () => ({ GATES: `127.0.0.1:${port()}` }), /no gate of GATES can be used/],
    ["malformed gates", () => ({ GATES: "127.0.0.1" }), /GATES=127\.0\.0\.1 +must be gates as host:port/],
    ["weights that sum to 90", () => ({ WEIGHTS: "60/10/20" }), /WEIGHTS=60\/10\/20 +must sum to 100/],
    ["an empty room list", () => ({ ROOMS: "," }), /ROOMS=, +must be rooms/],
    [
      "a room that is not there",
      () => ({ ROOMS: "General,Sprots" }),
      /ROOMS names Sprots, which the cluster does not have/,
    ],
    ["a bare duration", () => ({ DURATION: "60" }), /DURATION=60 +must be a duration with its unit/],
  ])("%s", async (_, settings, message) => {
    const before = await gates();
    const run = await chat(settings());
    expect(run.output).toMatch(message);
    expect([104, 107, 108]).toContain(run.code);
    expect(run.output).not.toContain("PASSED");
    expect(run.seconds).toBeLessThan(20);
    expect((await gates(before)).registered ?? 0).toBe(0);
  });
});

describe("a stock k6", () => {
  const stock = join(temporaryFolder(), "k6");
  const environment = { K6_NO_USAGE_REPORT: "true", K6_AUTO_EXTENSION_RESOLUTION: "false" };

  test("has every module that the script asks for", () => {
    const { stdout, status } = spawnSync(k6, ["deps", "--json", script], {
      encoding: "utf8",
      env: { PATH: process.env.PATH, ...environment },
    });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ customBuildRequired: false });
  });

  test("runs the script", async () => {
    // k6 as our module pins it, without our modules.
    const built = spawnSync("go", ["build", "-o", stock, "go.k6.io/k6/v2"], {
      cwd: join(root, "extension"),
      encoding: "utf8",
    });
    expect(built.stderr).toBe("");
    const streaming = spawnSync(stock, ["inspect", join(root, "dist/streaming.js")], {
      encoding: "utf8",
      env: { PATH: process.env.PATH, ...environment },
    });
    expect(streaming.stderr).toContain("k6/x/");
    const before = await gates();
    const run = await chat({}, { binary: stock });
    expect(run.output).toContain("PASSED");
    expect(run.code).toBe(0);
    expect(said(run, "sent")).toBe((await gates(before)).sent);
  }, 240_000);
});

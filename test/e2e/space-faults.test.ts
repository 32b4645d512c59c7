// The space when something is wrong: each fault of the node named in the verdict, and a root that dies.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { nodeCounts, ownersOf, said, space, startSpace } from "./space-support.ts";
import { cleanUp, type K6Options, type K6Run, named, type SandboxProcess } from "./support.ts";

let sandbox: SandboxProcess;
beforeAll(async () => {
  sandbox = await startSpace();
});
afterEach(() => sandbox.clearFaults());
afterAll(async () => {
  await sandbox.stop();
  cleanUp();
});

const failedGates = (run: K6Run) => run.verdict.gates.filter(({ ok }) => !ok).map(({ metric }) => metric);
const short = { JOIN_TIMEOUT: "4s", ANNOUNCE_TIMEOUT: "6s", CLIENTS: "4", DURATION: "5s" };

/** Runs `then` when so many clients have joined. */
function onceAllJoined(clients: number, then: () => Promise<void>): K6Options {
  return {
    started: (child) => {
      let text = "";
      let done = false;
      child.stderr?.on("data", (part) => {
        text += part;
        if (done || text.split('JOIN_CHAT\\",\\"result\\":\\"PASS').length <= clients) return;
        done = true;
        void then();
      });
    },
  };
}

describe("each fault of the node is caught", () => {
  test("messages that are not passed on are lost: each of them is known, whoever said it to whom", async () => {
    const before = await nodeCounts(sandbox);
    const [channel] = (sandbox.environment.CHANNEL_IDS ?? "").split(",");
    await sandbox.fault("node", "drop-sync", { share: 0.1, path: `/${channel}` });
    const run = await space(sandbox, { CLIENTS: "8", CHANNELS: "1", DURATION: "16s", ANNOUNCE_TIMEOUT: "20s" });
    const dropped = (await nodeCounts(sandbox, before))["faults.drop-sync"];
    expect(dropped).toBeGreaterThan(2);
    expect(run.code).toBe(99);
    expect(failedGates(run)).toContain("space_lost");
    expect(said(run, "lost")).toBe(dropped);
  });

  test("messages that are told to all and kept by nobody", async () => {
    // Once all have joined, so that the miniblocks are missed by their messages only.
    const run = await space(
      sandbox,
      { ...short, DURATION: "12s" },
      onceAllJoined(4, () => sandbox.fault("node", "no-miniblocks")),
    );
    expect(run.code).toBe(99);
    expect(named(run.verdict.errors)).toContain("proof UNRECORDED at summary");
    expect(failedGates(run)).toContain("space_succeeded");
  });

  test("syncs that break are taken up where they were: nothing is lost, and the gate on them tells", async () => {
    const before = await nodeCounts(sandbox);
    const run = await space(
      sandbox,
      { CLIENTS: "6", DURATION: "14s" },
      onceAllJoined(6, () => sandbox.fault("node", "break-sync", { times: 4 })),
    );
    const counts = await nodeCounts(sandbox, before);
    expect(counts["faults.break-sync"]).toBe(4);
    expect(run.code).toBe(99);
    expect(failedGates(run)).toEqual(["space_sync_drops"]);
    expect(run.verdict.users).toMatchObject({ ended: 6, succeeded: 6 });
    expect(run.stdout).toMatch(/lost 0 .*duplicated 0 .*syncs broken 4, taken up again 4/);
    expect(counts["sync.opened"]).toBe(6 + 4);
  });

  test("a member that is refused", async () => {
    let told: Promise<void> | undefined;
    const run = await space(sandbox, short, {
      // Once the root is in: it is the followers who are refused.
      started: (child) => {
        child.stderr?.on("data", (text) => {
          if (String(text).includes("client 0 is the root")) told ??= sandbox.fault("node", "deny-member");
        });
      },
    });
    await told;
    expect(run.code).toBe(99);
    expect(failedGates(run)).toContain("space_denied");
    expect(named(run.verdict.errors).join()).toMatch(/refused PERMISSION_DENIED at (signal|streams)/);
    expect(run.stdout).toMatch(/denied +members \d+ \(\d+ at/);
  });

  test("a stranger that is let in", async () => {
    await sandbox.fault("node", "accept-stranger");
    const run = await space(sandbox, short);
    expect(run.code).toBe(99);
    expect(failedGates(run)).toEqual(expect.arrayContaining(["space_strangers_admitted", "space_strangers_refused"]));
    expect(said(run, "strangers let in")).toBe(2);
    expect(run.verdict.users.succeeded).toBe(4);
  });

  test("a membership that is somebody else's", async () => {
    await sandbox.fault("node", "wrong-member");
    const run = await space(sandbox, { PROFILE: "large", ...short });
    expect(run.code).toBe(99);
    expect(named(run.verdict.errors).join()).toMatch(/proof NOT_JOINED at (kickoff|announce|join)/);
    expect(failedGates(run)).toContain("space_succeeded");
  });

  test("delegates that have expired", async () => {
    await sandbox.fault("node", "expired-delegates");
    const run = await space(sandbox, short);
    expect(run.code).toBe(99);
    expect(named(run.verdict.errors)).toContain("refused PERMISSION_DENIED at kickoff");
    expect(failedGates(run)).toContain("space_denied");
  });

  test("no miniblock shows a membership", async () => {
    await sandbox.fault("node", "no-miniblocks");
    const run = await space(sandbox, short);
    expect(run.code).toBe(99);
    expect(named(run.verdict.errors).join()).toMatch(/timeout NO_MINIBLOCK at (kickoff|announce)/);
    expect(run.verdict.users.succeeded).toBeLessThan(2); // the root may be in from before
  });
});

test("the root's process is killed before the signal: the others wait max(DURATION, 20 s), say so, and fail", async () => {
  const settings = { INSTANCES: "2", SESSION_ID: "killed", CLIENTS: "24", DURATION: "5s", MINT: "sequential" };
  const owners = (await ownersOf(sandbox)).length;
  const kill = (half: string) =>
    space(
      sandbox,
      { ...settings, WALLET_OFFSET: "900000" },
      {
        args: ["--execution-segment", half, "--execution-segment-sequence", "0,1/2,1"],
        started: (child) => {
          let text = "";
          child.stderr?.on("data", (part) => {
            text += part;
            if (text.includes("client 0 is the root")) child.kill("SIGKILL");
          });
        },
      },
    );
  const runs = await Promise.all([kill("0:1/2"), kill("1/2:1")]);
  const left = runs.filter(({ code }) => code !== null);
  expect(left).toHaveLength(1);
  const [run] = left as [K6Run];
  expect(run.code).toBe(99);
  expect((await ownersOf(sandbox)).length - owners).toBeLessThan(23);
  expect(run.output).toMatch(/(within|after) 20 s.*does the process that holds the root \(client 0\) still run\?/i);
  expect(
    named(run.verdict.errors).every((error) => /^timeout NO_(SIGNAL at wait|MEMBERSHIP at membership)$/.test(error)),
  ).toBe(true);
  expect(run.verdict.users).toMatchObject({ ended: 12, succeeded: 0 });
  expect(run.seconds).toBeGreaterThan(20);
});

test("Ctrl+C: no result, and no sync is left open", async () => {
  const run = await space(
    sandbox,
    { DURATION: "60s" },
    {
      started: (child) => void sandbox.grown("node", "messages", 5).then(() => child.kill("SIGINT")),
    },
  );
  expect(run.code).toBe(105);
  expect(run.stdout).toContain("INTERRUPTED");
  expect((await nodeCounts(sandbox))["sync.open"]).toBe(0);
});

test("a node that dies: its clients try for RETRY_FOR to take their syncs up, say so, and fail", async () => {
  const dying = await startSpace();
  try {
    const { processes } = await dying.counters();
    const kill = async () => void process.kill(processes?.node ?? 0, "SIGKILL");
    const settings = { CLIENTS: "4", DURATION: "20s", RETRY_FOR: "3s" };
    const run = await space(dying, settings, onceAllJoined(4, kill));
    expect(run.code).toBe(99);
    expect(run.verdict.users).toMatchObject({ ended: 4, succeeded: 0, unfinished: 0 });
    expect(named(run.verdict.errors).join()).toMatch(/transport UNAVAILABLE at (profile|chat)/);
    expect(failedGates(run)).toEqual(expect.arrayContaining(["space_sync_drops", "space_succeeded"]));
  } finally {
    await dying.stop();
  }
});

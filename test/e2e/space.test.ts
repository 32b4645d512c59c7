// The space: what k6 says against the chain and the stream node's own counters, over one process and several.
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodeCounts, ownersOf, resultsOf, said, space, startSpace } from "./space-support.ts";
import { cleanUp, named, type SandboxProcess } from "./support.ts";

let sandbox: SandboxProcess;
beforeAll(async () => {
  sandbox = await startSpace();
});
afterAll(async () => {
  await sandbox.stop();
  cleanUp();
});

test("owners on chain are those who joined, and the node's counters are k6's", async () => {
  const [before, owners] = [await nodeCounts(sandbox), await ownersOf(sandbox)];
  const run = await space(sandbox, { RANDOM_CLIENTS: "2" });
  expect(run.output).toContain("PASSED");
  expect(run.code).toBe(0);
  expect(run.verdict.users).toMatchObject({ ended: 8, succeeded: 8, unfinished: 0 });

  const joined = resultsOf(run).filter(({ step }) => step === "JOIN_CHAT");
  expect(joined.map(({ result }) => result)).toEqual(Array(8).fill("PASS"));
  const fresh = (await ownersOf(sandbox)).slice(owners.length);
  expect(fresh.sort()).toEqual(joined.map(({ userId }) => userId.toLowerCase()).sort());

  const counted = await nodeCounts(sandbox, before);
  expect(counted["streams.user"]).toBe(8);
  expect(counted["joins.space"]).toBe(8);
  expect(counted["joins.channel"]).toBe(8 * 4);
  expect(said(run, "token verified")).toBe(8);
  expect(said(run, "minted")).toBe(8);
  expect(said(run, "transactions")).toBe(8);
  // Beside the chat: a hello, its counter and edits of it, three replies, a reaction of each follower.
  expect(counted.messages).toBeGreaterThanOrEqual(said(run, "sent") + 5 + 7);
  expect(counted["events.member_payload.username"]).toBe(8);
  expect(said(run, "came back")).toBe(7);
  expect(said(run, "root counted")).toBe(7);
  expect(counted.denied).toBe(2);
  expect(said(run, "strangers")).toBe(2);
  expect(said(run, "denied +members")).toBe(0);
  // Each came back to its sender; what was said before somebody listened is not for it.
  expect(run.verdict.gates.find(({ metric }) => metric === "space_echoed")?.got).toBe(said(run, "sent"));
  expect(said(run, "received")).toBeGreaterThan(4 * said(run, "sent"));
  expect(run.stdout).toContain("single node, no replication/quorum, no Olm key exchange");
  for (const step of ["JOIN_CHAT", "UPDATE_PROFILE", "CHIT_CHAT"])
    expect(resultsOf(run).filter((one) => one.step === step && one.result === "PASS")).toHaveLength(8);
});

test("who is a member already is not minted again; TALK=false ends when all have joined", async () => {
  const first = await space(sandbox, { PROFILE: "large", CLIENTS: "4", WALLET_OFFSET: "500000" });
  expect(first.code).toBe(0);
  const owners = await ownersOf(sandbox);
  const second = await space(sandbox, { PROFILE: "large", CLIENTS: "5", WALLET_OFFSET: "500000" });
  expect(second.code).toBe(0);
  expect(said(second, "minted")).toBe(1);
  expect(said(second, "members before")).toBe(4);
  expect(second.stdout).toContain("space 5 (4 before)");
  expect(await ownersOf(sandbox)).toHaveLength(owners.length + 1);
  expect(second.stdout).toContain("TALK=false");
});

test.each(["sequential", "paced"])("MINT=%s mints the same, and says so", async (mint) => {
  const run = await space(sandbox, { PROFILE: "large", MINT: mint, BATCH_SIZE: "2", CLIENTS: "5" });
  expect(run.code).toBe(0);
  expect(said(run, "minted")).toBe(4); // the root is a member
  expect(run.stdout).toContain(`MINT=${mint}`);
});

test("SETUP makes a space and channels of the run's own", async () => {
  const run = await space(sandbox, { SETUP: "true", CHANNELS: "2", CLIENTS: "3" });
  expect(run.output).toMatch(/made a space: SPACE_ID=10[0-9a-f]{40}0{22} ANNOUNCE_CHANNEL_ID=20/);
  expect(run.code).toBe(0);
  expect(run.stdout).toContain("channel 6");
});

test("4 k6 processes: one root, one signal, every wallet once", async () => {
  const [before, owners] = [await nodeCounts(sandbox), await ownersOf(sandbox)];
  const parts = ["0", "1/4", "1/2", "3/4", "1"];
  const settings = { INSTANCES: "4", SESSION_ID: "four", CLIENTS: "12", WALLET_OFFSET: "700000", DURATION: "10s" };
  const runs = await Promise.all(
    parts.slice(1).map((to, i) =>
      space(sandbox, settings, {
        args: ["--execution-segment", `${parts[i]}:${to}`, "--execution-segment-sequence", parts.join()],
      }),
    ),
  );
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(runs.flatMap((run) => named(run.verdict.errors))).toEqual([]);
  const roots = runs.filter((run) => run.output.includes("client 0 is the root"));
  expect(roots).toHaveLength(1);
  const joined = runs.flatMap(resultsOf).filter(({ step }) => step === "JOIN_CHAT");
  expect(new Set(joined.map(({ userId }) => userId)).size).toBe(12);
  expect(joined.map(({ metadata }) => metadata.clientIndex).sort((a, b) => a - b)).toEqual([...Array(12).keys()]);
  const fresh = (await ownersOf(sandbox)).slice(owners.length);
  expect(new Set(fresh).size).toBe(11); // the root was a member
  expect((await nodeCounts(sandbox, before))["joins.space"]).toBe(11);
});

import { once } from "node:events";
import { afterEach, expect, it, vi } from "vitest";
import { type ChatClient, testChat, until } from "./testing/client.ts";

const { register, counters, sandbox } = testChat();

afterEach(() => void vi.useRealTimers());

/** From now on what is late is so by the test's clock. */
const stopTheClock = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });

/** Resolves once a client has so many pushes, and lets no time pass on the test's clock, as `until` does. */
async function pushed({ stream, pushes }: ChatClient, count: number): Promise<void> {
  while (pushes.length < count) await once(stream, "data");
}

const row = (length: number) => Array.from({ length }, (_, i) => String(i));

/** Alice, alone in a room at the gate with the fault, who has said "0", "1", ... */
async function talk(fault: { fault: string; [field: string]: unknown }, messages: number) {
  await sandbox().setFault({ service: "gate1", ...fault });
  const alice = await register(1, "alice");
  await alice.join("General");
  for (const text of row(messages)) await alice.send("General", text);
  return alice;
}

it("every 50th push is dropped", async () => {
  const alice = await talk({ fault: "drop" }, 101);
  await until(() => alice.texts().at(-1) === "100");
  expect(alice.texts()).toEqual(row(101).filter((text) => text !== "49" && text !== "99"));
  expect(await counters(1)).toMatchObject({ sent: 101, pushed: 99, "faults.drop": 2, "faults.drop.General": 2 });
});

it("every 50th push is doubled", async () => {
  const alice = await talk({ fault: "duplicate" }, 101);
  await until(() => alice.pushes.length === 103);
  expect(alice.texts()).toEqual(row(101).flatMap((text) => (text === "49" || text === "99" ? [text, text] : [text])));
  expect(await counters(1)).toMatchObject({ pushed: 103, "faults.duplicate": 2, "faults.duplicate.General": 2 });
});

it("as many pushes as asked for are late by as much as asked for", async () => {
  stopTheClock();
  const alice = await talk({ fault: "delay", times: 1, ms: 300 }, 3);
  await pushed(alice, 2);
  vi.advanceTimersByTime(299);
  await alice.send("General", "3");
  await pushed(alice, 3);
  expect(alice.texts()).toEqual(["1", "2", "3"]);
  vi.advanceTimersByTime(1);
  await pushed(alice, 4);
  expect(alice.texts()).toEqual(["1", "2", "3", "0"]);
  expect(await counters(1)).toMatchObject({ "faults.delay": 1, "faults.delay.General": 1, pushed: 4 });
});

it("another text stands before what a client put behind its own", async () => {
  const alice = await talk({ fault: "alter", share: 1 }, 1);
  await alice.send("General", "hello ~1 2 3");
  await until(() => alice.pushes.length === 2);
  expect(alice.texts()).toEqual(["Have a nice day.", "Have a nice day. ~1 2 3"]);
  expect(await counters(1)).toMatchObject({ "faults.alter": 2, "faults.alter.General": 2, pushed: 2 });
});

it("a push is overtaken by the sender's next in that room", async () => {
  stopTheClock();
  const alice = await talk({ fault: "swap", share: 0.25 }, 7);
  await pushed(alice, 7);
  expect(alice.texts()).toEqual(["0", "1", "2", "4", "3", "5", "6"]);
  expect(await counters(1)).toMatchObject({ "faults.swap": 1, "faults.swap.General": 1, pushed: 7 });
});

it("a push that nothing follows is only late, and counted as that", async () => {
  stopTheClock();
  const alice = await talk({ fault: "swap", share: 0.5 }, 2);
  await alice.join("Sports");
  vi.advanceTimersByTime(4_999);
  await alice.send("Sports", "elsewhere");
  await pushed(alice, 2);
  vi.advanceTimersByTime(1);
  await pushed(alice, 3);
  expect(alice.texts()).toEqual(["0", "elsewhere", "1"]);
  const counted = await counters(1);
  expect(counted).toMatchObject({ "faults.unswapped": 1, "faults.unswapped.General": 1, pushed: 3 });
  expect(counted).not.toHaveProperty("faults.swap");
});

it("each gate has its own faults", async () => {
  await sandbox().setFault({ service: "gate2", fault: "drop", share: 1 });
  const alice = await talk({ fault: "delay", share: 1, ms: 1 }, 3);
  await until(() => alice.pushes.length === 3);
  await sandbox().clearFaults();
  await alice.send("General", "none is on");
  await until(() => alice.pushes.length === 4);
  expect(await counters(1)).toMatchObject({ "faults.delay": 3 });
});

it.each([
  ["a fault that is not there", { fault: "dorp" }, /gate1 has no fault "dorp"; did you mean drop\?/],
  ["a share of nothing", { fault: "drop", share: 0 }, /gate1:drop is not a valid fault: share/],
  ["a delay of no time", { fault: "delay", ms: 0 }, /gate1:delay is not a valid fault: ms/],
  ["a path", { fault: "drop", path: "/x" }, /gate1:drop is not a valid fault: path/],
  ["a field of another fault", { fault: "drop", ms: 5 }, /gate1:drop is not a valid fault: ms/],
])("%s is refused", async (_, fault, message) => {
  await expect(sandbox().setFault({ service: "gate1", ...fault })).rejects.toThrow(message);
});

import { describe, expect, it } from "vitest";
import { type ChatMessage, decodeAny, unpacked } from "./messages.ts";
import { createRooms, type OutgoingPush } from "./rooms.ts";
import { testChat, until } from "./testing/client.ts";

const { register, counters, sandbox } = testChat();

describe("a room", () => {
  it("greets who joins with two lines of its own, and never with what was said", async () => {
    const [alice, bob] = await Promise.all([register(1, "alice"), register(2, "bob")]);
    await alice.join("General");
    await alice.send("General", "before bob");
    const answer = await bob.join("General");
    const joined = unpacked<{ room_name: string; recent_messages: ChatMessage[] }>(
      answer,
      "chat.ChatRoom_JoinResponse",
    );
    expect(joined).toMatchObject({
      room_name: "General",
      recent_messages: [{ user_name: "SYSTEM", message: "Welcome to the chatroom!" }, { user_name: "SYSTEM" }],
    });
    expect(joined?.recent_messages).toHaveLength(2);
    expect(bob.pushes).toEqual([]);
  });

  it("pushes to every member at every gate, the sender too, under its registered name and in microseconds", async () => {
    const [alice, bob, carol] = await Promise.all([register(1, "alice"), register(2, "bob"), register(2, "carol")]);
    await Promise.all([alice.join("General"), bob.join("General"), carol.join("Sports")]);
    const answer = await alice.send("General", "hello");
    expect(unpacked(answer, "chat.Client_SendChatMessageResponse")).toEqual({});
    await until(() => alice.pushes.length === 1 && bob.pushes.length === 1);
    for (const { pushes } of [alice, bob]) expect(pushes).toMatchObject([{ user_name: "alice", message: "hello" }]);
    // One time for all, in the year's microseconds; which time is tested below.
    expect(bob.pushes[0]?.timestamp).toBe(alice.pushes[0]?.timestamp);
    expect(new Date((bob.pushes[0]?.timestamp ?? 0) / 1_000).getUTCFullYear()).toBe(new Date().getUTCFullYear());
    expect(carol.pushes).toEqual([]);
    expect(await counters(1)).toEqual({
      open: 1,
      registered: 1,
      joined: 1,
      "joined.General": 1,
      sent: 1,
      "sent.General": 1,
      pushed: 1,
      "pushed.General": 1,
    });
    expect(await counters(2)).toMatchObject({ joined: 2, "joined.Sports": 1, pushed: 1, "pushed.General": 1 });
  });

  it("keeps who moved on", async () => {
    const [alice, bob] = await Promise.all([register(1, "alice"), register(2, "bob")]);
    await alice.join("Sports");
    await alice.join("Movies");
    await bob.send("Sports", "still there?");
    await until(() => alice.texts().includes("still there?"));
  });

  it("takes what strangers to it send", async () => {
    const [alice, bob] = await Promise.all([register(1, "alice"), register(2, "bob")]);
    await alice.join("Crypto");
    await bob.send("Crypto", "from outside");
    await until(() => alice.pushes.length === 1);
    expect(alice.pushes).toMatchObject([{ user_name: "bob", message: "from outside" }]);
    expect(bob.pushes).toEqual([]);
  });

  it("that nobody knew is made by a send or a join", async () => {
    const alice = await register(1, "alice");
    await alice.send("Typo", "to nobody");
    await alice.join("Typo");
    await alice.send("Typo", "echo");
    await until(() => alice.pushes.length > 0);
    expect(alice.texts()).toEqual(["echo"]);
  });

  it("pushes to the later of two clients with one name, wherever they are", async () => {
    const [one, other] = [await register(1, "alice"), await register(2, "alice")];
    await one.join("General");
    await other.join("General");
    await one.send("General", "who?");
    await until(() => other.pushes.length === 1);
    await one.join("General");
    await other.send("General", "and now?");
    await until(() => one.pushes.length === 1);
    expect(one.texts()).toEqual(["and now?"]);
    expect(other.texts()).toEqual(["who?"]);
  });

  it("keeps a member whose stream is closed, to whom nothing is pushed", async () => {
    const [alice, bob] = await Promise.all([register(1, "alice"), register(1, "bob")]);
    await alice.join("General");
    await bob.join("General");
    alice.stream.cancel();
    await until(async () => (await counters(1)).open === 1);
    // A fault is for those who are there.
    await sandbox().setFault({ service: "gate1", fault: "drop", share: 0.5 });
    for (const text of ["1", "2"]) await bob.send("General", text);
    await until(() => bob.pushes.length > 0);
    expect(bob.texts()).toEqual(["1"]);
    expect(await counters(1)).toMatchObject({ closed: 2, "closed.General": 2, pushed: 1, "faults.drop": 1 });
  });
});

it("pushes of many senders at once reach everyone in one order", async () => {
  const members = await Promise.all(Array.from({ length: 8 }, (_, i) => register((i % 2) + 1, `user${i}`)));
  await Promise.all(members.map((member) => member.join("General")));
  await Promise.all(
    members.flatMap((member, m) => Array.from({ length: 5 }, (_, i) => member.send("General", `${m}.${i}`))),
  );
  await until(() => members.every(({ pushes }) => pushes.length === 40));
  const order = members[0]?.texts();
  for (const member of members) expect(member.texts()).toEqual(order);
  expect(new Set(order).size).toBe(40);
});

it("a message has the time at which its room took it", () => {
  let now = 1_800_000_000_123_456;
  const times: number[] = [];
  const rooms = createRooms(() => now);
  const gate = {
    push: ({ bytes }: OutgoingPush) => {
      const { message } =
        unpacked<{ message: ChatMessage }>(decodeAny(bytes), "chat.Client_NewMessageNotification") ?? {};
      times.push(Number(message?.timestamp));
    },
  };
  const client = { id: "1", user: "alice", gate };
  expect(rooms.join("General", client).map(({ timestamp }) => timestamp)).toEqual([now, now]);
  rooms.send("General", client, "hello");
  now += 7;
  rooms.send("General", client, "again");
  expect(times).toEqual([1_800_000_000_123_456, 1_800_000_000_123_463]);
});

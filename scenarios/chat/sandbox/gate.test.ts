import { Metadata } from "@grpc/grpc-js";
import { afterEach, describe, expect, it, vi } from "vitest";
import { packed, unpacked } from "./messages.ts";
import { roomNames } from "./rooms.ts";
import { testChat, until } from "./testing/client.ts";

const { address, connect, register, counters, sandbox } = testChat();

describe("registering", () => {
  it("gives an id of this gate, which is worth nothing at the other one", async () => {
    const alice = await register(1, "alice");
    expect(alice.id).toMatch(new RegExp(`^${address(1)}/[\\w-]{20}$`));
    const bob = await register(2, "bob");
    for (const id of [alice.id, "bogus", ""]) {
      const refused = /^16 remote CallObject failed on node gate2: authentication required$/;
      await expect(bob.join("General", id)).rejects.toThrow(refused);
      await expect(bob.send("General", "x", id)).rejects.toThrow(refused);
    }
    expect(await counters(1)).toEqual({ open: 1, registered: 1 });
    expect(await counters(2)).toEqual({ open: 1, registered: 1, errors: 6 });
  });

  it.each([
    [undefined, "000000", "16 x-username header is required"],
    ["", "000000", "16 x-username header is required"],
    [undefined, "111111", "16 x-username header is required"],
    ["alice", "111111", "16 invalid password"],
    ["alice", "", "16 invalid password"],
  ])("as %j with %j is refused: %s", async (user, password, message) => {
    await expect(register(1, user, password)).rejects.toThrow(message);
    expect(await counters(1)).toEqual({ open: 0, refused: 1 });
  });

  it("without a password is refused", async () => {
    const metadata = new Metadata();
    metadata.set("x-username", "alice");
    const bytes = (value: Buffer) => value;
    const path = "/gate.GateService/Register";
    const stream = connect(1).makeServerStreamRequest(path, bytes, bytes, Buffer.alloc(0), metadata);
    const error = await new Promise((resolve) => stream.on("error", resolve));
    expect(error).toMatchObject({ code: 16, details: "invalid password" });
  });

  it("can be told to refuse a right password", async () => {
    await sandbox().setFault({ service: "gate2", fault: "refuse-auth", times: 1 });
    await expect(register(2, "alice")).rejects.toThrow("16 invalid password");
    await register(1, "alice");
    await register(2, "alice");
    expect(await counters(2)).toEqual({ "faults.refuse-auth": 1, open: 1, refused: 1, registered: 1 });
  });
});

describe("calls", () => {
  const listRequest = packed("chat.ChatRoom_ListRequest", {});

  it("list the rooms, for strangers too", async () => {
    const alice = await register(1, "alice");
    for (const id of ["", "bogus", alice.id]) {
      const answer = await alice.call("ChatRoomMgr", "ChatRoomMgr0", "ListChatRooms", listRequest, id);
      expect(unpacked(answer, "chat.ChatRoom_ListResponse")).toEqual({ chat_rooms: roomNames });
    }
    expect(await counters(1)).toMatchObject({ listed: 3 });
  });

  it.each([
    ["a method that is not there", "ChatRoom", "ChatRoom-General", "Leave", "JoinRequest"],
    ["an object of no known type", "Room", "ChatRoom-General", "Join", "JoinRequest"],
    ["another manager", "ChatRoomMgr", "ChatRoomMgr1", "ListChatRooms", "ListRequest"],
    ["a join of no request", "ChatRoom", "ChatRoom-General", "Join", undefined],
    ["a join of another request", "ChatRoom", "ChatRoom-General", "Join", "ListRequest"],
    ["a send of another request", "ChatRoom", "ChatRoom-General", "SendMessage", "JoinRequest"],
    ["a list of another request", "ChatRoomMgr", "ChatRoomMgr0", "ListChatRooms", "JoinRequest"],
  ])("to %s are answered with UNKNOWN", async (_, type, object, method, request) => {
    const alice = await register(1, "alice");
    const message = request === undefined ? undefined : packed(`chat.ChatRoom_${request}`, {});
    await expect(alice.call(type, object, method, message)).rejects.toThrow(/^2 /);
    expect(await counters(1)).toEqual({ errors: 1, open: 1, registered: 1 });
  });

  it("whose request is of the right type but cannot be read are answered with UNKNOWN", async () => {
    const alice = await register(1, "alice");
    const request = { ...packed("chat.ChatRoom_JoinRequest", {}), value: Buffer.from("ffff", "hex") };
    await expect(alice.call("ChatRoom", "ChatRoom-General", "Join", request)).rejects.toThrow(/^2 /);
  });
});

describe("a gate that is killed", () => {
  /** From now on a gate comes back by the test's clock: `until` lets it go on, by less than 20 s in all. */
  const stopTheClock = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  afterEach(() => void vi.useRealTimers());

  it("cuts its clients off, is back without them, and the other's notice nothing", async () => {
    const [alice, bob] = await Promise.all([register(1, "alice"), register(2, "bob")]);
    await alice.join("General");
    await bob.join("General");
    stopTheClock();
    await sandbox().setFault({ service: "gate1", fault: "kill", for: "60s" });
    await until(() => alice.ended()?.startsWith("14 "));
    expect(await counters(1)).toMatchObject({ "faults.kill": 1, open: 0 });
    await expect(register(1, "early")).rejects.toThrow(/^14 .*ECONNREFUSED/);
    await bob.send("General", "still here");
    await until(() => bob.texts().includes("still here"));

    vi.advanceTimersByTime(60_000);
    const back = await until(() => register(1, "alice").catch(() => undefined));
    expect(back.id).not.toBe(alice.id);
    await expect(back.join("General", alice.id)).rejects.toThrow(/^16 .*authentication required$/);
    // The room knows alice by the stream that is gone until she joins again.
    await bob.send("General", "alice?");
    await back.join("General");
    await bob.send("General", "there you are");
    await until(() => back.pushes.length > 0);
    expect(back.texts()).toEqual(["there you are"]);
    expect(await counters(1)).toMatchObject({ closed: 2, "closed.General": 2, pushed: 1 });
    expect(bob.ended()).toBeUndefined();
  });

  it("again while it is dead stays dead for as long as the last kill says", async () => {
    stopTheClock();
    await sandbox().setFault({ service: "gate1", fault: "kill", for: "100ms" });
    await sandbox().setFault({ service: "gate1", fault: "kill", for: "60s" });
    vi.advanceTimersByTime(59_999);
    await expect(register(1, "alice")).rejects.toThrow(/^14 /);
    vi.advanceTimersByTime(1);
    await until(() => register(1, "alice").catch(() => undefined));
  });

  it("has no fault on afterwards", async () => {
    await sandbox().setFault({ service: "gate1", fault: "kill" });
    expect(
      sandbox()
        .services.find(({ name }) => name === "gate1")
        ?.faults(),
    ).toEqual([]);
  });
});

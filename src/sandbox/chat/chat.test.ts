import {
  type ClientReadableStream,
  credentials,
  Client as GrpcClient,
  Metadata,
  type ServiceError,
} from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Sandbox, startSandbox } from "../index.ts";
import { type Any, type ChatMessage, decodeAnswer, decodeAny, encodeCall, packed, unpacked } from "./messages.ts";
import { roomNames } from "./rooms.ts";

let sandbox: Sandbox;
const connections: GrpcClient[] = [];
beforeEach(async () => {
  sandbox = await startSandbox({ systems: ["chat"], ports: "auto" });
});
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close();
  await sandbox.stop();
});

const bytes = (value: Buffer) => value;
const gateUrl = (gate: number) => (sandbox.environment.GATES ?? "").split(",")[gate] ?? "";
const counters = async (gate: number) => (await sandbox.counters())[`gate${gate + 1}`] ?? {};

function connect(gate: number): GrpcClient {
  const connection = new GrpcClient(gateUrl(gate), credentials.createInsecure());
  connections.push(connection);
  return connection;
}

/** Registers; what is pushed then gathers in `pushes`. */
async function register(gate: number, user: string | undefined, password: string | undefined = "000000") {
  const metadata = new Metadata();
  if (user !== undefined) metadata.set("x-username", user);
  if (password !== undefined) metadata.set("x-password", password);
  const connection = connect(gate);
  const stream: ClientReadableStream<Any> = connection.makeServerStreamRequest(
    "/gate.GateService/Register",
    bytes,
    decodeAny,
    Buffer.alloc(0),
    metadata,
  );
  const pushes: ChatMessage[] = [];
  let ended = false;
  const id = await new Promise<string>((resolve, reject) => {
    stream.on("error", (error: ServiceError) => {
      ended = true;
      reject(new Error(`${error.code} ${error.details}`));
    });
    stream.on("data", (message: Any) => {
      const first = unpacked<{ client_id: string }>(message, "gate.RegisterResponse");
      if (first) resolve(first.client_id);
      const push = unpacked<{ message: ChatMessage }>(message, "chat.Client_NewMessageNotification");
      if (push) pushes.push(push.message);
    });
  });
  const texts = () => pushes.map(({ message }) => message);
  const call = (id: string, type: string, object: string, method: string, request?: Any) =>
    new Promise<Any | undefined>((resolve, reject) =>
      connection.makeUnaryRequest(
        "/gate.GateService/CallObject",
        encodeCall,
        decodeAnswer,
        { client_id: id, type, id: object, method, ...(request ? { request } : {}) },
        (error, answer) => (error ? reject(new Error(`${error.code} ${error.details}`)) : resolve(answer?.response)),
      ),
    );
  return {
    id,
    pushes,
    texts,
    stream,
    ended: () => ended,
    call,
    join: (room: string, as = id) =>
      call(as, "ChatRoom", `ChatRoom-${room}`, "Join", packed("chat.ChatRoom_JoinRequest", { user_name: user })),
    send: (room: string, message: string, as = id) =>
      call(
        as,
        "ChatRoom",
        `ChatRoom-${room}`,
        "SendMessage",
        packed("chat.ChatRoom_SendChatMessageRequest", { user_name: "forged", message }),
      ),
  };
}
const settled = (ms = 100) => new Promise((resolve) => setTimeout(resolve, ms));

describe("registering", () => {
  it("gives an id of this gate, which is worth nothing at the other one", async () => {
    const alice = await register(0, "alice");
    expect(alice.id).toMatch(new RegExp(`^${gateUrl(0)}/[\\w-]{20}$`));
    const bob = await register(1, "bob");
    await expect(bob.join("General", alice.id)).rejects.toThrow(/^16 .*authentication required$/);
    await expect(bob.join("General", "bogus")).rejects.toThrow(/^16 .*authentication required$/);
    await expect(bob.send("General", "x", "")).rejects.toThrow(/^16 .*authentication required$/);
    expect(await counters(0)).toMatchObject({ registered: 1, open: 1 });
  });

  it.each([
    [undefined, "000000", "16 x-username header is required"],
    ["", "000000", "16 x-username header is required"],
    ["alice", "111111", "16 invalid password"],
    ["alice", "", "16 invalid password"],
  ])("as %j with %j is refused: %s", async (user, password, message) => {
    await expect(register(0, user, password)).rejects.toThrow(message);
    expect(await counters(0)).toMatchObject({ refused: 1, open: 0 });
  });
});

describe("rooms", () => {
  it("are listed, also for strangers", async () => {
    const alice = await register(0, "alice");
    const answer = await alice.call(
      "",
      "ChatRoomMgr",
      "ChatRoomMgr0",
      "ListChatRooms",
      packed("chat.ChatRoom_ListRequest", {}),
    );
    expect(unpacked(answer, "chat.ChatRoom_ListResponse")).toEqual({ chat_rooms: roomNames });
  });

  it("push what is sent to every member at every gate, the sender too, under its registered name", async () => {
    const [alice, bob, carol] = await Promise.all([register(0, "alice"), register(1, "bob"), register(1, "carol")]);
    const joined = unpacked<{ room_name: string; recent_messages: ChatMessage[] }>(
      await alice.join("General"),
      "chat.ChatRoom_JoinResponse",
    );
    expect(joined?.room_name).toBe("General");
    expect(joined?.recent_messages.map(({ user_name }) => user_name)).toEqual(["SYSTEM", "SYSTEM"]);
    await bob.join("General");
    await carol.join("Sports");
    const before = Date.now() * 1_000;
    expect(unpacked(await alice.send("General", "hello"), "chat.Client_SendChatMessageResponse")).toEqual({});
    await vi.waitUntil(() => alice.pushes.length + bob.pushes.length === 2);
    expect(bob.pushes).toMatchObject([{ user_name: "alice", message: "hello" }]);
    expect(Math.abs((bob.pushes[0]?.timestamp ?? 0) - before)).toBeLessThan(5_000_000);
    expect(carol.pushes).toEqual([]);
    expect(await counters(0)).toMatchObject({ "sent.General": 1, "pushed.General": 1, joined: 1 });
    expect(await counters(1)).toMatchObject({ "pushed.General": 1, joined: 2 });
  });

  it("keep who moved on, take what strangers to the room send, and make a room that nobody knew", async () => {
    const [alice, bob] = await Promise.all([register(0, "alice"), register(1, "bob")]);
    await alice.join("Sports");
    await alice.join("Movies");
    await bob.send("Sports", "still there?");
    await vi.waitUntil(() => alice.pushes.length === 1);
    await bob.join("Typo");
    await bob.send("Typo", "echo");
    await vi.waitUntil(() => bob.pushes.length === 1);
  });

  it("push to the later of two clients with one name", async () => {
    const [one, other] = [await register(0, "alice"), await register(1, "alice")];
    await one.join("General");
    await other.join("General");
    await one.send("General", "who?");
    await vi.waitUntil(() => other.pushes.length === 1);
    await settled();
    expect(one.pushes).toEqual([]);
  });

  it("push nothing to a closed stream, whose user stays listed", async () => {
    const [alice, bob] = await Promise.all([register(0, "alice"), register(0, "bob")]);
    await alice.join("General");
    await bob.join("General");
    alice.stream.on("error", () => {});
    alice.stream.cancel();
    await vi.waitUntil(async () => (await counters(0)).open === 1);
    await bob.send("General", "anyone?");
    await vi.waitUntil(() => bob.pushes.length === 1);
    expect(await counters(0)).toMatchObject({ closed: 1, pushed: 1 });
  });

  it("answer what they do not understand with UNKNOWN", async () => {
    const alice = await register(0, "alice");
    await expect(alice.call(alice.id, "ChatRoom", "ChatRoom-General", "Leave")).rejects.toThrow(/^2 .*no method Leave/);
    await expect(alice.call(alice.id, "ChatRoom", "ChatRoom-General", "Join")).rejects.toThrow(
      /^2 .*ChatRoom_JoinRequest/,
    );
    await expect(
      alice.call(alice.id, "ChatRoom", "ChatRoom-General", "Join", packed("chat.ChatRoom_ListRequest", {})),
    ).rejects.toThrow(/^2 /);
    expect(await counters(0)).toMatchObject({ errors: 3 });
  });

  it("lose no message of a row that a reader keeps up with", async () => {
    const alice = await register(0, "alice");
    await alice.join("General");
    for (let i = 0; i < 60; i++) await alice.send("General", String(i));
    await vi.waitUntil(() => alice.pushes.length === 60);
    expect(alice.texts()).toEqual(Array.from({ length: 60 }, (_, i) => String(i)));
  });

  it("drop what a reader that stands still has no buffer for", async () => {
    const [slow, fast] = await Promise.all([register(0, "slow"), register(1, "fast")]);
    await slow.join("General");
    slow.stream.pause();
    const large = "x".repeat(50_000);
    for (let i = 0; i < 60; i++) await fast.send("General", large);
    await vi.waitUntil(async () => ((await counters(0)).dropped ?? 0) > 0);
    const { dropped = 0, pushed = 0 } = await counters(0);
    expect(dropped + pushed).toBe(60);
    slow.stream.resume();
    await vi.waitUntil(() => slow.pushes.length === pushed);
  });
});

describe("faults", () => {
  async function talk(fault: Record<string, unknown>, messages = 100) {
    await sandbox.setFault({ service: "gate1", fault: "drop", ...fault });
    const alice = await register(0, "alice");
    await alice.join("General");
    for (let i = 0; i < messages; i++) await alice.send("General", String(i));
    return alice;
  }

  it("drop every 50th push, counted", async () => {
    const alice = await talk({});
    await vi.waitUntil(() => alice.pushes.length === 98);
    expect(await counters(0)).toMatchObject({ pushed: 98, "faults.drop": 2, "faults.drop.General": 2 });
    expect(alice.texts()).not.toContain("49");
  });

  it("duplicate them", async () => {
    const alice = await talk({ fault: "duplicate", share: 0.1 }, 20);
    await vi.waitUntil(() => alice.pushes.length === 22);
    expect(alice.texts().filter((text) => text === "9")).toHaveLength(2);
  });

  it("delay them", async () => {
    const alice = await talk({ fault: "delay", times: 1, ms: 300 }, 3);
    await vi.waitUntil(() => alice.pushes.length === 3);
    expect(alice.texts()).toEqual(["1", "2", "0"]);
  });

  it("swap them with the sender's next", async () => {
    const alice = await talk({ fault: "swap", share: 0.25 }, 8);
    await vi.waitUntil(() => alice.pushes.length === 7 || alice.pushes.length === 8);
    expect(alice.texts().slice(0, 6)).toEqual(["0", "1", "2", "4", "3", "5"]);
    expect(await counters(0)).toMatchObject({ "faults.swap": 1 });
  });

  it("refuse a right password", async () => {
    await sandbox.setFault({ service: "gate2", fault: "refuse-auth" });
    await expect(register(1, "alice")).rejects.toThrow("16 invalid password");
    await register(0, "alice");
  });

  it("kill a gate: its clients are cut off and unknown when it is back; the other's are not disturbed", async () => {
    const [alice, bob] = await Promise.all([register(0, "alice"), register(1, "bob")]);
    alice.stream.on("error", () => {});
    await bob.join("General");
    await sandbox.setFault({ service: "gate1", fault: "kill", for: "300ms" });
    await vi.waitUntil(() => alice.ended());
    await expect(register(0, "early")).rejects.toThrow(/^14 /);
    await bob.send("General", "still here");
    await vi.waitUntil(() => bob.pushes.length === 1);
    await vi.waitUntil(async () => (await register(0, "carol").catch(() => undefined)) !== undefined, {
      timeout: 5_000,
    });
    await expect((await register(0, "dave")).join("General", alice.id)).rejects.toThrow(/authentication required/);
    expect(await counters(0)).toMatchObject({ "faults.kill": 1 });
  });
});

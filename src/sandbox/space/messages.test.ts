// What is in a stream, who is told of it, and where events stand among miniblocks.
import { toHex } from "viem";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  channelId,
  eventOf,
  newSpaceUser,
  refusalOf,
  type SpaceUser,
  type SpaceWorld,
  spaceId,
  startSpaceWorld,
} from "../testing/space.ts";
import { makeEvent } from "./events.ts";
import { membershipOps, syncOps } from "./messages.ts";
import { streamId } from "./stream-ids.ts";

let world: SpaceWorld;
let alice: SpaceUser;
let bob: SpaceUser;
const channel = channelId(0);

beforeAll(async () => {
  world = await startSpaceWorld({ miniblockMs: 100, syncBuffer: 40 });
  [alice, bob] = await Promise.all([newSpaceUser(), newSpaceUser()]);
  for (const user of [alice, bob]) {
    await world.mint(user);
    await world.createUserStreams(user);
    await world.changeMembership(user, channel);
  }
}, 30_000);
afterAll(() => world?.stop());

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const cookieOf = async (id: Uint8Array) => (await world.getStream(id)).next_sync_cookie;
const message = (text: string) => ({ channel_payload: { message: { ciphertext_bytes: Buffer.from(text) } } });

describe("a message", () => {
  it("comes to all who sync its channel, as it was sent, with what it refers to", async () => {
    const sync = await world.sync(await cookieOf(channel));
    const { new_events } = await world.post(alice, channel, "hello");
    const id = toHex(new_events?.[0]?.hash ?? new Uint8Array()).slice(2);
    await world.post(bob, channel, "a reply", id);
    await vi.waitUntil(() => sync.texts().length === 2);
    expect(sync.texts()).toEqual(["hello", "a reply"]);
    const reply = sync.events().find(({ channel_payload }) => channel_payload?.message?.ref_event_id);
    expect(reply?.channel_payload?.message?.ref_event_id).toBe(id);
    expect(toHex(reply?.creator_address ?? new Uint8Array())).toBe(bob.creator.toLowerCase());
    sync.stream.cancel();
  });

  it("is taken from members only", async () => {
    const stranger = await newSpaceUser();
    expect(await refusalOf(world.post(stranger, channel, "hello"))).toMatchObject({
      code: 7,
      err: "PERMISSION_DENIED",
      details: expect.stringContaining("event creator is not a member of the stream"),
    });
    expect((await world.counters())["denied.not-in-stream"]).toBe(1);
  });

  it("that was sent before is no second one", async () => {
    const { envelope } = await makeEvent(alice, message("once"), await world.lastBlock(channel));
    const before = (await world.counters()).messages ?? 0;
    expect((await world.addEnvelope(channel, envelope)).new_events).toHaveLength(1);
    expect((await world.addEnvelope(channel, envelope)).new_events).toBeUndefined();
    await wait(250); // in a miniblock by now
    expect((await world.addEnvelope(channel, envelope)).new_events).toBeUndefined();
    const after = await world.counters();
    expect([(after.messages ?? 0) - before, after["events.duplicate"]]).toEqual([1, 2]);
  });

  it("may be redacted by the space's owner only; names and devices are their users' to tell", async () => {
    const redaction = { channel_payload: { redaction: { event_id: new Uint8Array(32) } } };
    expect(await refusalOf(world.add(alice, channel, redaction))).toMatchObject({ err: "PERMISSION_DENIED" });
    await world.add(alice, spaceId, { member_payload: { username: { ciphertext_bytes: Buffer.from("alice") } } });
    const device = { user_metadata_payload: { encryption_device: { device_key: "k", fallback_key: "f" } } };
    await world.add(alice, streamId("metadata", alice.creator), device);
    expect(await refusalOf(world.add(alice, streamId("metadata", bob.creator), device))).toMatchObject({
      err: "PERMISSION_DENIED",
    });
    expect(await world.counters()).toMatchObject({
      "events.member_payload.username": 1,
      "events.user_metadata_payload.encryption_device": 1,
    });
  });

  it.each([
    ["a second inception", { channel_payload: { inception: { stream_id: channel } } }, "INVALID_ARGUMENT"],
    [
      "another stream's payload",
      { user_payload: { user_membership: { stream_id: channel, op: 2 } } },
      "INVALID_ARGUMENT",
    ],
    ["a miniblock", { miniblock_header: { miniblock_num: 1 } as never }, "INVALID_ARGUMENT"],
    [
      "a membership, which only the node makes",
      {
        member_payload: {
          membership: {
            op: membershipOps.SO_LEAVE,
            user_address: new Uint8Array(20),
            initiator_address: new Uint8Array(20),
          },
        },
      },
      "PERMISSION_DENIED",
    ],
  ])("is not %s", async (_, payload, err) => {
    expect(await refusalOf(world.add(alice, channel, payload))).toMatchObject({ err });
  });
});

describe("the miniblock that an event follows", () => {
  it("must be one of the stream's last ones: who is wrong is told the right hash", async () => {
    const { hash, num } = await world.lastBlock(channel);
    const add = async (previous: { hash: `0x${string}`; num: number }) =>
      refusalOf(world.addEnvelope(channel, (await makeEvent(alice, message("x"), previous)).envelope));
    const wrong = await add({ hash: `0x${"11".repeat(32)}`, num });
    expect(wrong).toMatchObject({ code: 9, err: "BAD_PREV_MINIBLOCK_HASH" });
    const expected = /expected = (0x[0-9a-f]{64})/.exec(wrong?.details ?? "")?.[1] as `0x${string}`;
    expect(await add({ hash: expected, num: (await world.lastBlock(channel)).num })).toBeUndefined();
    expect(await add({ hash, num: num + 1 })).toMatchObject({ err: "BAD_PREV_MINIBLOCK_HASH" });
    expect(await add({ hash: `0x${"11".repeat(32)}`, num: num + 1_000 })).toMatchObject({
      code: 9,
      err: "MINIBLOCK_TOO_NEW",
    });
    const { envelope } = await makeEvent(alice, message("x"));
    expect(await refusalOf(world.addEnvelope(channel, envelope))).toMatchObject({ err: "INVALID_ARGUMENT" });
  });

  it("is chained to the ones before by its hash, and lists its events", async () => {
    await world.post(alice, channel, "in a block");
    await wait(250);
    const blocks = (await world.getStream(channel)).miniblocks ?? [];
    expect(blocks.length).toBeGreaterThan(2);
    for (const [i, { header, events = [] }] of blocks.entries()) {
      const { miniblock_header } = eventOf(header);
      expect(miniblock_header?.miniblock_num ?? 0).toBe(i);
      expect(toHex(miniblock_header?.prev_miniblock_hash ?? new Uint8Array())).toBe(
        i === 0 ? "0x" : toHex(blocks[i - 1]?.header.hash ?? new Uint8Array()),
      );
      expect((miniblock_header?.event_hashes ?? []).map((hash) => toHex(hash))).toEqual(
        events.map(({ hash }) => toHex(hash)),
      );
    }
    expect(await world.lastBlock(channel)).toMatchObject({ num: blocks.length - 1 });
  });
});

describe("reading a stream", () => {
  it("gives all of it, or what came after a cookie; a stream that is not there is an error unless it may be missing", async () => {
    const at = await cookieOf(channel);
    await world.post(bob, channel, "new");
    await wait(250);
    const whole = await world.getStream(channel);
    const rest = await world.getStream(channel, at);
    expect(rest.miniblocks?.length).toBe((whole.miniblocks?.length ?? 0) - (at.minipool_gen ?? 0));
    const texts = rest.miniblocks?.flatMap(({ events }) => (events ?? []).map(eventOf));
    expect(texts?.some(({ channel_payload }) => String(channel_payload?.message?.ciphertext_bytes) === "new")).toBe(
      true,
    );
    expect(await refusalOf(world.getStream(channel, { ...at, minipool_gen: 9_999 }))).toMatchObject({
      err: "BAD_SYNC_COOKIE",
    });
    const unknown = channelId(77);
    expect(await refusalOf(world.getStream(unknown))).toMatchObject({ code: 5, err: "NOT_FOUND" });
    expect(await world.node.call("GetStream", { stream_id: unknown, optional: true })).toEqual({});
  });
});

describe("a sync", () => {
  it("begins with its id and with what the cookie's owner has missed, headers of miniblocks among it", async () => {
    const at = await cookieOf(channel);
    await world.post(alice, channel, "missed");
    await wait(250);
    const sync = await world.sync(at);
    await vi.waitUntil(() => sync.updates.length >= 2);
    expect(sync.updates[0]).toMatchObject({ sync_id: sync.id, sync_op: syncOps.SYNC_NEW });
    expect(sync.texts()).toEqual(["missed"]);
    const { hash } = await world.lastBlock(channel);
    const next = sync.updates[1]?.stream?.next_sync_cookie.prev_miniblock_hash;
    expect(toHex(next ?? new Uint8Array())).toBe(hash);
    expect(sync.events().some(({ miniblock_header }) => miniblock_header)).toBe(true);
    await world.post(alice, channel, "seen"); // and it is confirmed by a header that lists it
    await vi.waitUntil(() => sync.events().at(-1)?.miniblock_header && sync.texts().length === 2);
    sync.stream.cancel();
  });

  it("takes streams and leaves them, answers pings, and ends when it is cancelled", async () => {
    const sync = await world.sync();
    const ask = (method: string, request: object) => world.node.call<Record<string, unknown[]>>(method, request);
    const done = await ask("ModifySync", {
      sync_id: sync.id,
      add_streams: [await cookieOf(channel), { stream_id: channelId(77) }],
    });
    expect(done).toMatchObject({ adds: [{ code: 5, message: expect.stringContaining("NOT_FOUND") }] });
    await ask("AddStreamToSync", { sync_id: sync.id, sync_pos: await cookieOf(spaceId) });
    await ask("PingSync", { sync_id: sync.id, nonce: "n1" });
    await world.post(alice, channel, "one");
    await vi.waitUntil(() => sync.texts().length === 1);
    expect(sync.updates).toContainEqual({ sync_id: sync.id, sync_op: syncOps.SYNC_PONG, pong_nonce: "n1" });
    await ask("RemoveStreamFromSync", { sync_id: sync.id, stream_id: channel });
    await world.post(alice, channel, "two");
    await wait(50);
    expect(sync.texts()).toEqual(["one"]);
    await ask("CancelSync", { sync_id: sync.id });
    await vi.waitUntil(() => sync.ended.done);
    expect(sync.updates.at(-1)).toMatchObject({ sync_op: syncOps.SYNC_CLOSE });
    for (const method of ["PingSync", "CancelSync", "ModifySync"])
      expect(await refusalOf(ask(method, { sync_id: sync.id }))).toMatchObject({ code: 5, err: "NOT_FOUND" });
    await expect(world.sync({ stream_id: channelId(77) })).rejects.toThrow(/NOT_FOUND/);
  });

  it("is forgotten when its reader is gone", async () => {
    const open = (await world.counters())["sync.open"];
    const sync = await world.sync(await cookieOf(channel));
    expect((await world.counters())["sync.open"]).toBe((open ?? 0) + 1);
    sync.stream.cancel();
    await vi.waitUntil(async () => (await world.counters())["sync.open"] === open);
  });

  it("whose reader stands still is ended when too much waits for it, and the others are not disturbed", async () => {
    const busy = channelId(2);
    await world.changeMembership(alice, busy);
    const [slow, fast] = [await world.sync(await cookieOf(busy)), await world.sync(await cookieOf(busy))];
    slow.stream.pause();
    const large = "x".repeat(50_000);
    for (let i = 0; i < 80; i++) await world.post(alice, busy, large);
    await vi.waitUntil(() => fast.texts().length === 80, { timeout: 10_000 });
    await vi.waitUntil(async () => (await world.counters())["sync.overflowed"] === 1);
    slow.stream.resume();
    await vi.waitUntil(() => slow.ended.error);
    expect(slow.ended.error).toMatchObject({ code: 9, details: expect.stringContaining("(50:BUFFER_FULL)") });
    expect(slow.texts().length).toBeLessThan(80);
    fast.stream.cancel();
    await vi.waitUntil(async () => (await world.counters())["sync.waiting"] === 0);
    expect((await world.counters())["sync.waiting.peak"]).toBe(40);
    expect((await world.getStream(busy)).miniblocks?.length).toBeGreaterThan(1); // what fits of 4 MB
  }, 30_000);
});

describe("faults", () => {
  it("lose every 50th message on its way to a reader, or as many as told", async () => {
    const sync = await world.sync(await cookieOf(channel));
    await world.fault({ fault: "drop-sync", share: 0.25 });
    for (let i = 0; i < 8; i++) await world.post(alice, channel, String(i));
    await vi.waitUntil(() => sync.texts().length === 6);
    await wait(250);
    expect(sync.texts()).toEqual(["0", "1", "2", "4", "5", "6"]);
    expect((await world.counters())["faults.drop-sync"]).toBe(2);
    await world.sandbox.clearFaults();
    await world.fault({ fault: "drop-sync" });
    expect((await world.sandbox.services.find(({ name }) => name === "node")?.faults())?.[0]?.share).toBe(0.02);
    await world.sandbox.clearFaults();
    sync.stream.cancel();
  });

  it("stop the miniblocks, until they are cleared", async () => {
    await world.fault({ fault: "no-miniblocks" });
    await wait(150);
    const { num } = await world.lastBlock(channel);
    await world.post(alice, channel, "unconfirmed");
    await wait(350);
    expect((await world.lastBlock(channel)).num).toBe(num);
    await world.sandbox.clearFaults();
    await vi.waitUntil(async () => (await world.lastBlock(channel)).num === num + 1);
  });
});

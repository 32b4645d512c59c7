// What may be in a stream, and where it stands among miniblocks.
import { toHex } from "viem";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { makeEvent } from "./events.ts";
import { membershipOps } from "./messages.ts";
import { streamId } from "./stream-ids.ts";
import {
  channelId,
  eventOf,
  newSpaceUser,
  refusalOf,
  type SpaceUser,
  type SpaceWorld,
  spaceId,
  startSpaceWorld,
  wait,
} from "./testing/space.ts";

let world: SpaceWorld;
let alice: SpaceUser;
let bob: SpaceUser;
const channel = channelId(0);

beforeAll(async () => {
  world = await startSpaceWorld({ miniblockMs: 100 });
  alice = await world.newMember(channel);
  bob = await world.newMember(channel);
}, 30_000);
afterAll(() => world?.stop());

const message = (text: string) => ({ channel_payload: { message: { ciphertext_bytes: Buffer.from(text) } } });

describe("a message", () => {
  it("comes to all who sync its channel, as it was sent, with what it refers to", async () => {
    const sync = await world.sync(await world.cookieOf(channel));
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
    const at = await world.cookieOf(channel);
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

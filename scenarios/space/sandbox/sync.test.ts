// Who is told what happens in a stream, and how long it waits for who does not listen.
import { toHex } from "viem";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { syncOps } from "./messages.ts";
import {
  channelId,
  eventOf,
  refusalOf,
  type SpaceUser,
  type SpaceWorld,
  spaceId,
  startSpaceWorld,
  wait,
} from "./testing/space.ts";

let world: SpaceWorld;
let alice: SpaceUser;
const channel = channelId(0);

beforeAll(async () => {
  world = await startSpaceWorld({ miniblockMs: 100, syncBuffer: 40 });
  alice = await world.newMember(channel);
}, 30_000);
afterAll(() => world?.stop());

describe("a sync", () => {
  it("begins with its id and with what the cookie's owner has missed, headers of miniblocks among it", async () => {
    const at = await world.cookieOf(channel);
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
      add_streams: [await world.cookieOf(channel), { stream_id: channelId(77) }],
    });
    expect(done).toMatchObject({ adds: [{ code: 5, message: expect.stringContaining("NOT_FOUND") }] });
    await ask("AddStreamToSync", { sync_id: sync.id, sync_pos: await world.cookieOf(spaceId) });
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
    const sync = await world.sync(await world.cookieOf(channel));
    expect((await world.counters())["sync.open"]).toBe((open ?? 0) + 1);
    sync.stream.cancel();
    await vi.waitUntil(async () => (await world.counters())["sync.open"] === open);
  });

  it("whose reader stands still is ended when too much waits for it, and the others are not disturbed", async () => {
    const busy = channelId(2);
    await world.changeMembership(alice, busy);
    const [slow, fast] = [await world.sync(await world.cookieOf(busy)), await world.sync(await world.cookieOf(busy))];
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
    const sync = await world.sync(await world.cookieOf(channel));
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

  it("lose messages of one stream only, where they name it", async () => {
    const other = channelId(3);
    await world.changeMembership(alice, other);
    const syncs = [await world.sync(await world.cookieOf(channel)), await world.sync(await world.cookieOf(other))];
    await world.fault({ fault: "drop-sync", share: 1, path: `/${Buffer.from(other).toString("hex")}` });
    for (const [i, stream] of [channel, other].entries()) await world.post(alice, stream, `only ${i}`);
    await vi.waitUntil(() => syncs[0]?.texts().includes("only 0"));
    await wait(150);
    expect(syncs[1]?.texts()).toEqual([]);
    await world.sandbox.clearFaults();
    for (const { stream } of syncs) stream.cancel();
  });

  it("make somebody else a member", async () => {
    const user = await world.newMember();
    const cookie = await world.cookieOf(channel);
    await world.fault({ fault: "wrong-member" });
    await world.changeMembership(user, channel);
    await world.sandbox.clearFaults();
    const { events = [], miniblocks = [] } = await world.getStream(channel, cookie);
    const members = [...events, ...miniblocks.flatMap((block) => block.events ?? [])]
      .flatMap((envelope) => eventOf(envelope).member_payload?.membership ?? [])
      .map(({ user_address }) => `0x${Buffer.from(user_address).toString("hex")}`);
    expect(members).toHaveLength(1);
    expect(members).not.toContain(user.creator.toLowerCase());
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

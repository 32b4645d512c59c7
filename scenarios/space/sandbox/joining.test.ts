// Who joins what, and who makes a space.
import { parseEventLogs } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sandboxSpace } from "../abi/addresses.ts";
import { spaceFactoryAbi } from "../abi/generated.ts";
import { membershipOps } from "./messages.ts";
import { streamId } from "./stream-ids.ts";
import {
  channelId,
  eventOf,
  newSpaceUser,
  permissionDenied,
  refusalOf,
  type SpaceWorld,
  spaceId,
  startSpaceWorld,
  wait,
} from "./testing/space.ts";

let world: SpaceWorld;
beforeAll(async () => {
  world = await startSpaceWorld({ miniblockMs: 100, remembered: { granted: 1_500, denied: 300 } });
}, 30_000);
afterAll(() => world?.stop());

describe("joining", () => {
  it("makes a member of the space, which both streams' miniblocks show", async () => {
    const user = await world.newMember();
    const { new_events } = await world.changeMembership(user, spaceId);
    expect(new_events).toHaveLength(2);
    await wait(300);
    const blocks = (await world.getStream(spaceId)).miniblocks ?? [];
    const members = blocks.flatMap(({ events }) =>
      (events ?? []).map(eventOf).flatMap(({ member_payload }) => member_payload?.membership ?? []),
    );
    expect(members.map(({ user_address }) => Buffer.from(user_address).toString("hex"))).toContain(
      user.creator.slice(2).toLowerCase(),
    );
    const own = (await world.getStream(streamId("user", user.creator))).miniblocks ?? [];
    expect(own.flatMap(({ events }) => events ?? []).some((e) => eventOf(e).user_payload?.user_membership)).toBe(true);
  });

  it("twice is once", async () => {
    const user = await world.newMember();
    const before = await world.counters();
    const answers = [await world.changeMembership(user, spaceId), await world.changeMembership(user, spaceId)];
    expect(answers.map(({ new_events }) => new_events?.length ?? 0)).toEqual([2, 0]);
    expect(((await world.counters())["joins.space"] ?? 0) - (before["joins.space"] ?? 0)).toBe(1);
  });

  it("a channel makes a member of its space too", async () => {
    const user = await world.newMember();
    const before = await world.counters();
    await world.changeMembership(user, channelId(1));
    const after = await world.counters();
    for (const name of ["joins.space", "joins.channel"]) expect((after[name] ?? 0) - (before[name] ?? 0)).toBe(1);
    expect(await refusalOf(world.post(user, channelId(1), "hello"))).toBeUndefined();
  });

  it("and leaving: a member no more, who may post no more", async () => {
    const user = await world.newMember();
    await world.changeMembership(user, channelId(1));
    await world.changeMembership(user, channelId(1), membershipOps.SO_LEAVE);
    expect(await refusalOf(world.post(user, channelId(1), "hello"))).toEqual(
      permissionDenied(/event creator is not a member of the stream/),
    );
    expect((await world.changeMembership(user, channelId(1), membershipOps.SO_LEAVE)).new_events).toBeUndefined();
    expect((await world.counters())["leaves.channel"]).toBe(1);
  });

  it("is refused whose membership is gone", async () => {
    const user = await world.newMember();
    const friend = await newSpaceUser();
    await world.contracts.fund(user.wallet);
    const { read, write } = world.contracts;
    const [token] = await read<bigint[]>("space", "tokensOfOwner", [user.creator]);
    await write(user.wallet, "space", "transferFrom", [user.creator, friend.creator, token]);
    await wait(1_500); // until the yes is forgotten
    expect(await refusalOf(world.changeMembership(user, spaceId))).toEqual(permissionDenied(/IsEntitled failed/));
  });

  it("is refused by another's stream, for what is not there, and as an invitation", async () => {
    const [user, other] = [await world.newMember(), await world.newMember()];
    const join = { user_payload: { user_membership: { stream_id: spaceId, op: membershipOps.SO_JOIN } } };
    expect(await refusalOf(world.add(user, streamId("user", other.creator), join))).toEqual(
      permissionDenied(/not a member of the stream/),
    );
    expect(await refusalOf(world.changeMembership(user, channelId(99)))).toMatchObject({ code: 5, err: "NOT_FOUND" });
    const invalid = { code: 3, err: "INVALID_ARGUMENT" };
    expect(await refusalOf(world.changeMembership(user, spaceId, membershipOps.SO_INVITE))).toMatchObject(invalid);
    expect(await refusalOf(world.changeMembership(user, streamId("inbox", other.creator)))).toMatchObject(invalid);
  });
});

describe("a space of one's own", () => {
  it("is made by the contract's owner, and its channels too", async () => {
    const user = await world.newMember();
    await world.contracts.fund(user.wallet);
    const info = { name: "Mine", symbol: "MINE", price: 0n, maxSupply: 0n, duration: 0n, freeAllocation: 10n };
    const { logs } = await world.contracts.write(user.wallet, "factory", "createSpace", [
      { ...info, pricingModule: sandboxSpace.tieredPricing },
    ]);
    const [created] = parseEventLogs({ abi: spaceFactoryAbi, logs, eventName: "SpaceCreated" });
    const address = created?.args.space ?? "0x";
    const [space, channel] = [streamId("space", address), streamId("channel", address, 7)];
    const other = await world.newMember();
    expect(await refusalOf(world.createShared(user, "channel", channel))).toMatchObject({ err: "NOT_FOUND" });
    expect(await refusalOf(world.createShared(other, "space", space))).toEqual(permissionDenied(/SPACE_OWNER/));
    expect(await refusalOf(world.createStream(user, "space", space))).toMatchObject({
      err: "BAD_STREAM_CREATION_PARAMS",
    });
    const { derived_events } = await world.createShared(user, "space", space);
    expect(derived_events).toHaveLength(1); // in its owner's stream
    expect((await world.createShared(user, "channel", channel)).derived_events).toHaveLength(2); // and in the space's
    expect(await refusalOf(world.createShared(other, "channel", streamId("channel", address, 8)))).toEqual(
      permissionDenied(/SPACE_OWNER/),
    );
    expect(await refusalOf(world.post(user, channel, "first"))).toBeUndefined();
    expect(await refusalOf(world.changeMembership(other, space))).toEqual(permissionDenied(/IsEntitled/));
  });
});

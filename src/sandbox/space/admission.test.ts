// Who is let in: streams, memberships and what the chain has to say about them.
import { parseEventLogs } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sandboxSpace, spaceAbi, spaceFactoryAbi } from "../../core/abi/space.ts";
import { sandboxAccount } from "../accounts.ts";
import {
  channelId,
  eventOf,
  newSpaceUser,
  refusalOf,
  type SpaceWorld,
  spaceId,
  startSpaceWorld,
} from "../testing/space.ts";
import { membershipOps } from "./messages.ts";
import { streamId } from "./stream-ids.ts";

const DENIED_MS = 300;

let world: SpaceWorld;
beforeAll(async () => {
  world = await startSpaceWorld({ miniblockMs: 100, remembered: { granted: 1_500, denied: DENIED_MS } });
}, 30_000);
afterAll(() => world?.stop());

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const permissionDenied = (details: RegExp) => ({
  code: 7,
  err: "PERMISSION_DENIED",
  details: expect.stringMatching(details),
});
const owner = () => sandboxAccount("spaceOwner");

async function newMember() {
  const user = await newSpaceUser();
  await world.mint(user);
  await world.createUserStreams(user);
  return user;
}

describe("the node at its start", () => {
  it("has the space, its default channel and three more, with their owner in them", async () => {
    const { environment } = world.sandbox;
    expect(environment.SPACE_ID).toBe(Buffer.from(spaceId).toString("hex"));
    expect(environment.ANNOUNCE_CHANNEL_ID).toBe(`20${environment.SPACE_ID?.slice(2)}`);
    expect(environment.CHANNEL_IDS?.split(",")).toHaveLength(3);
    for (const id of [spaceId, channelId(0), channelId(3)]) {
      const [genesis] = (await world.getStream(id)).miniblocks ?? [];
      expect(genesis?.events).toHaveLength(2);
    }
    const updates = (await world.getStream(spaceId)).miniblocks?.flatMap(({ events }) => (events ?? []).map(eventOf));
    expect(updates?.filter(({ space_payload }) => space_payload?.channel)).toHaveLength(4);
    expect(await world.counters()).toMatchObject({ "streams.space": 1, "streams.channel": 4, "streams.user": 1 });
  });

  it("says that it is no real one", async () => {
    expect(await world.node.call("Info", {})).toMatchObject({
      graffiti: "onrush sandbox: single node, no replication",
    });
  });
});

describe("a user's streams", () => {
  it("are made for a member of the space, once", async () => {
    const user = await newMember();
    expect(await refusalOf(world.createStream(user, "user", streamId("user", user.creator)))).toMatchObject({
      code: 6,
      err: "ALREADY_EXISTS",
    });
    const stream = await world.getStream(streamId("inbox", user.creator));
    expect(stream.miniblocks).toHaveLength(1);
  });

  it("are refused to a stranger, who is let in soon after it has become a member", async () => {
    const user = await newSpaceUser();
    const before = await world.counters();
    const create = () => refusalOf(world.createStream(user, "user", streamId("user", user.creator)));
    expect(await create()).toEqual(permissionDenied(/^\(7:PERMISSION_DENIED\) IsEntitled failed/));
    await world.mint(user);
    expect(await create()).toEqual(permissionDenied(/IsEntitled/)); // the no is remembered
    await wait(DENIED_MS);
    expect(await create()).toBeUndefined();
    const after = await world.counters();
    expect((after["denied.not-entitled"] ?? 0) - (before["denied.not-entitled"] ?? 0)).toBe(2);
    expect(after.denied).toBeGreaterThanOrEqual(2);
  });

  it("cost one question to the chain, though four are made at once", async () => {
    const user = await newSpaceUser();
    await world.mint(user);
    const before = (await world.counters())["chain.reads"] ?? 0;
    await world.createUserStreams(user);
    expect(((await world.counters())["chain.reads"] ?? 0) - before).toBe(2); // the tokens, and when the one ends
  });

  it("are refused once the membership has expired, and made again after a renewal", async () => {
    const user = await newSpaceUser();
    const { write } = world.contracts;
    await write(owner(), "space", "setMembershipDuration", [1n]);
    const { logs } = await world.mint(user);
    const [issued] = parseEventLogs({ abi: spaceAbi, logs, eventName: "MembershipTokenIssued" });
    await wait(2_500);
    const create = () => refusalOf(world.createStream(user, "user", streamId("user", user.creator)));
    expect(await create()).toEqual(permissionDenied(/IsEntitled/));
    await write(owner(), "space", "setMembershipDuration", [86_400n]);
    await write(owner(), "space", "renewMembership", [issued?.args.tokenId], 10n ** 18n);
    await wait(DENIED_MS);
    expect(await create()).toBeUndefined();
  });

  it.each([
    ["no space is named", null, "BAD_STREAM_CREATION_PARAMS"],
    ["something else than a space is named", channelId(0), "BAD_STREAM_CREATION_PARAMS"],
    ["what is named is no contract", streamId("space", `0x${"12".repeat(20)}`), "CANNOT_CALL_CONTRACT"],
  ])("are refused when %s", async (_, named, err) => {
    const user = await newSpaceUser();
    await world.mint(user);
    const create = world.createStream(user, "user", streamId("user", user.creator), { named });
    expect(await refusalOf(create)).toMatchObject({ code: 9, err });
  });

  it("are refused to another user, under a wrong id, and with more events than one", async () => {
    const user = await newMember();
    const other = await newSpaceUser();
    const badParams = { code: 9, err: "BAD_STREAM_CREATION_PARAMS" };
    expect(await refusalOf(world.createStream(user, "user", streamId("user", other.creator)))).toMatchObject(badParams);
    expect(await refusalOf(world.createStream(user, "user", streamId("inbox", user.creator)))).toMatchObject(badParams);
    const id = streamId("settings", user.creator);
    const twice = [{ user_settings_payload: { inception: { stream_id: id } } }];
    expect(await refusalOf(world.createStream(user, "settings", id, { more: twice }))).toMatchObject(badParams);
    expect(await refusalOf(world.getStream(new Uint8Array(32).fill(0x77)))).toMatchObject({
      code: 9,
      err: "BAD_STREAM_ID",
    });
  });
});

describe("an expired delegation", () => {
  it("is refused, for streams and for events", async () => {
    const expired = await newSpaceUser({ expiry: Date.now() - 1 });
    await world.mint(expired);
    expect(await refusalOf(world.createStream(expired, "user", streamId("user", expired.creator)))).toEqual(
      permissionDenied(/event delegate has expired/),
    );
    const soon = await newSpaceUser({ expiry: Date.now() + 2_000 });
    await world.mint(soon);
    await world.createUserStreams(soon);
    await wait(2_000);
    expect(await refusalOf(world.changeMembership(soon, spaceId))).toEqual(permissionDenied(/delegate has expired/));
    expect((await world.counters())["denied.expired-delegate"]).toBe(2);
  });
});

describe("joining", () => {
  it("makes a member of the space, which both streams' miniblocks show", async () => {
    const user = await newMember();
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
    const user = await newMember();
    const before = await world.counters();
    const answers = [await world.changeMembership(user, spaceId), await world.changeMembership(user, spaceId)];
    expect(answers.map(({ new_events }) => new_events?.length ?? 0)).toEqual([2, 0]);
    expect(((await world.counters())["joins.space"] ?? 0) - (before["joins.space"] ?? 0)).toBe(1);
  });

  it("a channel makes a member of its space too", async () => {
    const user = await newMember();
    const before = await world.counters();
    await world.changeMembership(user, channelId(1));
    const after = await world.counters();
    for (const name of ["joins.space", "joins.channel"]) expect((after[name] ?? 0) - (before[name] ?? 0)).toBe(1);
    expect(await refusalOf(world.post(user, channelId(1), "hello"))).toBeUndefined();
  });

  it("and leaving: a member no more, who may post no more", async () => {
    const user = await newMember();
    await world.changeMembership(user, channelId(1));
    await world.changeMembership(user, channelId(1), membershipOps.SO_LEAVE);
    expect(await refusalOf(world.post(user, channelId(1), "hello"))).toEqual(
      permissionDenied(/event creator is not a member of the stream/),
    );
    expect((await world.changeMembership(user, channelId(1), membershipOps.SO_LEAVE)).new_events).toBeUndefined();
    expect((await world.counters())["leaves.channel"]).toBe(1);
  });

  it("is refused whose membership is gone", async () => {
    const user = await newMember();
    const friend = await newSpaceUser();
    await world.contracts.fund(user.wallet);
    const { read, write } = world.contracts;
    const [token] = await read<bigint[]>("space", "tokensOfOwner", [user.creator]);
    await write(user.wallet, "space", "transferFrom", [user.creator, friend.creator, token]);
    await wait(1_500); // until the yes is forgotten
    expect(await refusalOf(world.changeMembership(user, spaceId))).toEqual(permissionDenied(/IsEntitled failed/));
  });

  it("is refused by another's stream, for what is not there, and as an invitation", async () => {
    const [user, other] = [await newMember(), await newMember()];
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
    const user = await newMember();
    await world.contracts.fund(user.wallet);
    const info = { name: "Mine", symbol: "MINE", price: 0n, maxSupply: 0n, duration: 0n, freeAllocation: 10n };
    const { logs } = await world.contracts.write(user.wallet, "factory", "createSpace", [
      { ...info, pricingModule: sandboxSpace.tieredPricing },
    ]);
    const [created] = parseEventLogs({ abi: spaceFactoryAbi, logs, eventName: "SpaceCreated" });
    const address = created?.args.space ?? "0x";
    const [space, channel] = [streamId("space", address), streamId("channel", address, 7)];
    const other = await newMember();
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

describe("faults", () => {
  it("deny a member", async () => {
    await world.fault({ fault: "deny-member", times: 1 });
    const user = await newSpaceUser();
    await world.mint(user);
    const create = () => refusalOf(world.createStream(user, "user", streamId("user", user.creator)));
    expect(await create()).toEqual(permissionDenied(/IsEntitled/));
    expect(await create()).toBeUndefined();
    expect((await world.counters())["faults.deny-member"]).toBe(1);
  });

  it("accept a stranger", async () => {
    await world.fault({ fault: "accept-stranger" });
    const stranger = await newSpaceUser();
    await world.createUserStreams(stranger);
    await world.sandbox.clearFaults();
    expect((await world.counters())["faults.accept-stranger"]).toBe(4);
  });

  it("take delegations for expired", async () => {
    const user = await newMember();
    await world.fault({ fault: "expired-delegates" });
    expect(await refusalOf(world.changeMembership(user, spaceId))).toEqual(permissionDenied(/delegate has expired/));
    await world.sandbox.clearFaults();
    expect(await refusalOf(world.changeMembership(user, spaceId))).toBeUndefined();
  });
});

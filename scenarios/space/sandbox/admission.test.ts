// Who is let in: users' streams, and what the chain has to say about them.
import { parseEventLogs } from "viem";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { spaceAbi } from "../abi/generated.ts";
import { spaceOwnerAccount } from "./accounts.ts";
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

const DENIED_MS = 300;

let world: SpaceWorld;
beforeAll(async () => {
  world = await startSpaceWorld({ miniblockMs: 100, remembered: { granted: 1_500, denied: DENIED_MS } });
}, 30_000);
afterAll(() => world?.stop());

const owner = spaceOwnerAccount;

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
    const channels = async () => {
      const blocks = (await world.getStream(spaceId)).miniblocks ?? [];
      return blocks
        .flatMap(({ events }) => (events ?? []).map(eventOf))
        .filter((event) => event.space_payload?.channel);
    };
    await vi.waitUntil(async () => (await channels()).length === 4);
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
    const user = await world.newMember();
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
    const user = await world.newMember();
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
    const user = await world.newMember();
    await world.fault({ fault: "expired-delegates" });
    expect(await refusalOf(world.changeMembership(user, spaceId))).toEqual(permissionDenied(/delegate has expired/));
    await world.sandbox.clearFaults();
    expect(await refusalOf(world.changeMembership(user, spaceId))).toBeUndefined();
  });
});

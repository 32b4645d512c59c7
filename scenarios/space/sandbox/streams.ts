// All streams of the node: made, added to, told of, and sealed into miniblocks by the tick of a clock.
import { setImmediate } from "node:timers/promises";
import { type Address, type Hex, hexToBytes } from "viem";
import { RiverError } from "./errors.ts";
import { makeEvent, type Signer, type VerifiedEvent } from "./events.ts";
import { CHANNEL_CREATED, membershipOps, type StreamEvent } from "./messages.ts";
import { type Authority, assertEntitled } from "./rules.ts";
import { createStream, type Stream } from "./stream.ts";
import { type ParsedStreamId, parseStreamId, streamId } from "./stream-ids.ts";
import type { Syncs } from "./syncs.ts";

/** Where an event is. */
export interface Placed {
  readonly stream: Stream;
  readonly event: VerifiedEvent;
}

export interface Streams {
  find(id: Uint8Array): Stream | undefined;
  /** @throws RiverError NOT_FOUND, BAD_STREAM_ID */
  get(id: Uint8Array): Stream;
  /**
   * Makes a stream, and what follows from it in others.
   * @throws RiverError ALREADY_EXISTS, NOT_FOUND when a channel's space has no stream
   */
  create(id: ParsedStreamId, first: readonly VerifiedEvent[]): Promise<{ stream: Stream; derived: Placed[] }>;
  add(stream: Stream, event: VerifiedEvent): void;
  /**
   * Makes the user a member of a stream, or lets it leave; a channel's member becomes one of its space first.
   * @returns what the node added for it, nothing when all is as it should be already
   * @throws RiverError PERMISSION_DENIED, NOT_FOUND, INVALID_ARGUMENT
   */
  changeMembership(user: Address, target: Stream, op: number): Promise<Placed[]>;
  /** Seals what waits in the streams' pools. */
  tick(): Promise<void>;
}

export interface StreamsOptions {
  readonly node: Signer;
  readonly syncs: Syncs;
  readonly authority: Authority;
  /** Whom a user's join makes a member: the user, unless a fault has it otherwise. */
  readonly memberFor: (user: Address) => Address;
  readonly count: (name: string) => void;
}

export function createStreams({ node, syncs, authority, memberFor, count }: StreamsOptions): Streams {
  const streams = new Map<Hex, Stream>();
  /** Ids that are being made: their first miniblock is not signed yet. */
  const beginning = new Set<Hex>();
  const unsealed = new Set<Stream>();

  function add(stream: Stream, event: VerifiedEvent): void {
    stream.add(event);
    unsealed.add(stream);
    const message = event.payload === "channel_payload" && event.content === "message";
    count(`events.${event.payload}.${event.content}`);
    if (message) count("messages");
    syncs.tell(stream, event.envelope, message);
  }

  /** Adds an event of the node's own. */
  async function derive(stream: Stream, payload: Partial<StreamEvent>): Promise<Placed> {
    const event = await makeEvent(node, payload, stream.last());
    add(stream, event);
    return { stream, event };
  }

  const userStreamOf = (user: Address) => streams.get(parseStreamId(streamId("user", user)).id);
  const get = (id: Uint8Array): Stream => {
    const { id: key } = parseStreamId(id);
    const found = streams.get(key);
    if (!found) throw new RiverError("NOT_FOUND", "there is no such stream", { streamId: key });
    return found;
  };

  /** Notes in the user's own stream what became of a membership without its asking. */
  async function noteMembership(user: Address, target: Hex): Promise<Placed[]> {
    const own = userStreamOf(user);
    if (!own) return [];
    const user_membership = { stream_id: hexToBytes(target), op: membershipOps.SO_JOIN };
    return [await derive(own, { user_payload: { user_membership } })];
  }

  const deriveMembership = (user: Address, target: Stream, op: number) => {
    const address = hexToBytes(memberFor(user));
    return derive(target, {
      member_payload: { membership: { op, user_address: address, initiator_address: address } },
    });
  };

  async function join(user: Address, target: Stream): Promise<Placed[]> {
    await assertEntitled(target.address, user, authority);
    const space = target.kind === "channel" ? get(streamId("space", target.address)) : undefined;
    const derived: Placed[] = [];
    if (space && !space.members.has(user))
      derived.push(...(await join(user, space)), ...(await noteMembership(user, space.id)));
    if (target.members.has(user)) return derived; // a second request was faster
    target.members.add(user);
    count(`joins.${target.kind}`);
    derived.push(await deriveMembership(user, target, membershipOps.SO_JOIN));
    return derived;
  }

  return {
    find: (id) => streams.get(parseStreamId(id).id),
    get,
    add,
    async create(id, first) {
      if (streams.has(id.id) || beginning.has(id.id))
        throw new RiverError("ALREADY_EXISTS", "the stream exists already", { streamId: id.id });
      const space = id.kind === "channel" ? get(streamId("space", id.address)) : undefined;
      const { creator } = first[0] as VerifiedEvent;
      beginning.add(id.id);
      try {
        const stream = await createStream(id, { first, node, members: [creator] });
        streams.set(id.id, stream);
        count(`streams.${id.kind}`);
        const derived = space ? [await derive(space, { space_payload: { channel: channelUpdate(id, first) } })] : [];
        if (id.kind === "space" || id.kind === "channel") derived.push(...(await noteMembership(creator, id.id)));
        return { stream, derived };
      } finally {
        beginning.delete(id.id);
      }
    },
    async changeMembership(user, target, op) {
      if (target.kind !== "space" && target.kind !== "channel")
        throw new RiverError("INVALID_ARGUMENT", "only spaces and channels have members who join");
      if (op === membershipOps.SO_JOIN) return target.members.has(user) ? [] : join(user, target);
      if (op !== membershipOps.SO_LEAVE) throw new RiverError("INVALID_ARGUMENT", "bad membership op", { op });
      if (!target.members.delete(user)) return [];
      count(`leaves.${target.kind}`);
      return [await deriveMembership(user, target, op)];
    },
    async tick() {
      for (const stream of [...unsealed]) {
        unsealed.delete(stream);
        const header = await stream.seal(node);
        count("miniblocks");
        if (stream.waiting > 0) unsealed.add(stream); // came while the header was signed
        syncs.tell(stream, header.envelope, false);
        await setImmediate(); // signing many headers in a row would let no call through
      }
    },
  };
}

function channelUpdate(id: ParsedStreamId, [inception]: readonly VerifiedEvent[]) {
  const stream_id = hexToBytes(id.id);
  const { hash, signature } = (inception as VerifiedEvent).envelope;
  return { op: CHANNEL_CREATED, channel_id: stream_id, origin_event: { stream_id, hash, signature } };
}

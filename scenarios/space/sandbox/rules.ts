// Who may make which stream and add what to it.
import type { Address } from "viem";
import { denied, RiverError } from "./errors.ts";
import type { PayloadName, VerifiedEvent } from "./events.ts";
import { membershipOps } from "./messages.ts";
import type { Stream } from "./stream.ts";
import { type ParsedStreamId, parseStreamId, type StreamKind } from "./stream-ids.ts";

/** What the chain has to say; the addresses of spaces and users are in lower case. */
export interface Authority {
  isEntitled(space: Address, user: Address): Promise<boolean>;
  isOwner(space: Address, user: Address): Promise<boolean>;
  /** Whether a delegation has ended. @param expiry milliseconds since 1970 */
  isExpired(expiry: number): boolean;
}

/** What the streams of a kind are made of. */
export const payloadOf: Readonly<Record<StreamKind, PayloadName>> = {
  space: "space_payload",
  channel: "channel_payload",
  user: "user_payload",
  inbox: "user_inbox_payload",
  metadata: "user_metadata_payload",
  settings: "user_settings_payload",
};

const badParams = (message: string) => new RiverError("BAD_STREAM_CREATION_PARAMS", message);

/** @throws RiverError PERMISSION_DENIED */
function assertDelegation({ event, creator }: VerifiedEvent, authority: Authority): void {
  if (event.delegate_sig?.length && authority.isExpired(event.delegate_expiry_epoch_ms ?? 0))
    throw denied("expired-delegate", "event delegate has expired", {
      expiry: event.delegate_expiry_epoch_ms,
      creator,
    });
}

/** @throws RiverError PERMISSION_DENIED */
export async function assertEntitled(space: Address, user: Address, authority: Authority): Promise<void> {
  if (!(await authority.isEntitled(space, user)))
    throw denied("not-entitled", "IsEntitled failed", { reason: "SPACE_ENTITLEMENTS", space, user });
}

async function assertOwner(space: Address, user: Address, authority: Authority): Promise<void> {
  if (!(await authority.isOwner(space, user)))
    throw denied("not-owner", "IsEntitled failed", { reason: "SPACE_OWNER", space, user });
}

/**
 * Checks the first events of a stream that is to be made.
 * @param spaceId what the request names as the space that its creator is a member of
 * @throws RiverError BAD_STREAM_CREATION_PARAMS, PERMISSION_DENIED
 */
export async function assertCreation(
  id: ParsedStreamId,
  events: readonly VerifiedEvent[],
  spaceId: Uint8Array | undefined,
  authority: Authority,
): Promise<void> {
  const [inception, join] = events;
  if (!inception) throw badParams("no events");
  assertDelegation(inception, authority);
  const { creator } = inception;
  if (events.some(({ event }) => event.prev_miniblock_hash?.length)) throw badParams("PrevMiniblockHash should be nil");
  if (events.some((event) => event.creator !== creator))
    throw badParams("all events should have the same creator address");
  if (inception.payload !== payloadOf[id.kind] || inception.content !== "inception")
    throw badParams("first event is not the inception of a stream of this kind");
  if (inceptionId(inception) !== id.id)
    throw badParams("stream id in request does not match stream id in inception event");

  if (id.kind === "space" || id.kind === "channel") {
    if (events.length !== 2 || !isOwnJoin(join)) throw badParams("the second and last event is not the creator's join");
    await assertOwner(id.address, creator, authority);
    return;
  }
  if (events.length !== 1) throw badParams("bad event count");
  if (id.address !== creator) throw badParams("stream id doesn't match creator address");
  const space = spaceId?.length ? parseStreamId(spaceId) : undefined;
  if (space?.kind !== "space")
    throw badParams("a spaceId where spaceContract.isMember(userId)==true must be provided in metadata");
  await assertEntitled(space.address, creator, authority);
}

function inceptionId({ event, payload }: VerifiedEvent): string | undefined {
  const { inception } = event[payload] as { inception: { stream_id?: Uint8Array } };
  return inception.stream_id && parseStreamId(inception.stream_id).id;
}

function isOwnJoin(event: VerifiedEvent | undefined): boolean {
  const membership = event?.event.member_payload?.membership;
  const user = membership?.user_address && `0x${Buffer.from(membership.user_address).toString("hex")}`;
  return membership?.op === membershipOps.SO_JOIN && user === event?.creator;
}

/**
 * Checks an event that is to be added to a stream.
 * @throws RiverError PERMISSION_DENIED, INVALID_ARGUMENT, BAD_PREV_MINIBLOCK_HASH, MINIBLOCK_TOO_NEW
 */
export async function assertAddition(stream: Stream, event: VerifiedEvent, authority: Authority): Promise<void> {
  assertDelegation(event, authority);
  assertPosition(stream, event);
  const shared = stream.kind === "space" || stream.kind === "channel";
  if (event.payload !== payloadOf[stream.kind] && !(shared && event.payload === "member_payload"))
    throw new RiverError("INVALID_ARGUMENT", `a ${event.payload} does not belong into a ${stream.kind} stream`);

  switch (`${event.payload}.${event.content}`) {
    case "channel_payload.message":
      assertMember(stream, event);
      return assertEntitled(stream.address, event.creator, authority);
    case "channel_payload.redaction":
      assertMember(stream, event);
      return assertOwner(stream.address, event.creator, authority);
    case "user_payload.user_membership":
    case "user_metadata_payload.encryption_device":
    case "member_payload.username":
    case "member_payload.display_name":
      return assertMember(stream, event);
    case "member_payload.membership":
    case "space_payload.channel":
      throw denied("node-only", "event creator must be a valid node", { creator: event.creator });
    default:
      throw new RiverError("INVALID_ARGUMENT", `nobody may add ${event.payload} ${event.content}`);
  }
}

function assertPosition(stream: Stream, { event }: VerifiedEvent): void {
  const hash = event.prev_miniblock_hash;
  if (!hash?.length) throw new RiverError("INVALID_ARGUMENT", "event has no prevMiniblockHash");
  const previous = `0x${Buffer.from(hash).toString("hex")}` as const;
  stream.assertRecent({ hash: previous, num: event.prev_miniblock_num ?? undefined }, Date.now());
}

function assertMember(stream: Stream, { creator }: VerifiedEvent): void {
  if (!stream.members.has(creator))
    throw denied("not-in-stream", "event creator is not a member of the stream", { creator, streamId: stream.id });
}

// The first streams of a sandbox's node: its owner's, the space's and a few channels', made as any client would make them.
import { type Address, type HDAccount, hexToBytes, toHex } from "viem";
import { connectToNode } from "./client.ts";
import { makeEvent, type Signer } from "./events.ts";
import { membershipOps, type StreamEvent } from "./messages.ts";
import { payloadOf } from "./rules.ts";
import { type StreamKind, streamId, userKinds } from "./stream-ids.ts";

/** Channels beside the default one, which is for announcements. */
const CHANNELS = 3;

export interface SeededSpace {
  readonly spaceId: Uint8Array;
  /** The space's default channel. */
  readonly announceId: Uint8Array;
  readonly channelIds: readonly Uint8Array[];
}

/** Makes the streams of a space at a node that has none. @throws what the node refuses with */
export async function seedSpace(nodeUrl: string, space: Address, owner: HDAccount): Promise<SeededSpace> {
  const client = connectToNode(nodeUrl);
  const signer: Signer = { privateKey: toHex(owner.getHdKey().privateKey as Uint8Array), creator: owner.address };
  const spaceId = streamId("space", space);
  const join = {
    member_payload: {
      membership: {
        op: membershipOps.SO_JOIN,
        user_address: hexToBytes(owner.address),
        initiator_address: hexToBytes(owner.address),
      },
    },
  };
  const create = async (kind: StreamKind, id: Uint8Array, ...more: Partial<StreamEvent>[]) => {
    const events = [{ [payloadOf[kind]]: { inception: { stream_id: id } } }, ...more];
    const envelopes = await Promise.all(events.map(async (event) => (await makeEvent(signer, event)).envelope));
    const request = { events: envelopes, stream_id: id, metadata: { spaceId } };
    await client.call("CreateStream", request);
  };
  try {
    for (const kind of userKinds) await create(kind, streamId(kind, owner.address));
    await create("space", spaceId, join);
    const channels = Array.from({ length: CHANNELS + 1 }, (_, number) => streamId("channel", space, number));
    for (const channel of channels) await create("channel", channel, join);
    const [announceId, ...channelIds] = channels;
    return { spaceId, announceId: announceId as Uint8Array, channelIds };
  } finally {
    client.close();
  }
}

// What each call of the StreamService does.
import type { ServerWritableStream } from "@grpc/grpc-js";
import { hexToBytes } from "viem";
import { errorCode } from "./errors.ts";
import { verified } from "./events.ts";
import { type Envelope, type EventFilter, encode, encodedField, type SyncCookie } from "./messages.ts";
import { type Authority, assertAddition, assertCreation } from "./rules.ts";
import { createDelegations } from "./signatures.ts";
import { parseStreamId } from "./stream-ids.ts";
import type { Placed, Streams } from "./streams.ts";
import type { Syncs } from "./syncs.ts";

/** GetStreamResponse.stream and CreateStreamResponse.stream */
const STREAM = 1;

interface CreateStreamRequest {
  readonly events?: readonly Envelope[];
  readonly stream_id?: Uint8Array;
  readonly metadata?: { readonly spaceId?: Uint8Array };
}

interface GetStreamRequest {
  readonly stream_id?: Uint8Array;
  readonly optional?: boolean;
  readonly sync_cookie?: SyncCookie;
}

interface GetMiniblocksRequest {
  readonly stream_id?: Uint8Array;
  readonly from_inclusive?: number;
  readonly to_exclusive?: number;
  readonly omit_snapshots?: boolean;
  readonly exclusion_filter?: readonly Partial<EventFilter>[];
}

interface AddEventRequest {
  readonly stream_id?: Uint8Array;
  readonly event?: Envelope;
}

interface SyncRequest {
  readonly sync_id?: string;
}

interface ModifySyncRequest extends SyncRequest {
  readonly add_streams?: readonly SyncCookie[];
  readonly remove_streams?: readonly Uint8Array[];
}

export interface HandlersOptions {
  readonly streams: Streams;
  readonly syncs: Syncs;
  readonly authority: Authority;
  readonly count: (name: string) => void;
}

const NOTHING = new Uint8Array();
const EMPTY = Buffer.alloc(0);

const refsOf = (placed: readonly Placed[]) =>
  placed.map(({ stream, event: { envelope } }) => ({
    stream_id: hexToBytes(stream.id),
    hash: envelope.hash,
    signature: envelope.signature,
  }));

/** The calls by their names; each resolves with the bytes of its answer or rejects with a RiverError. */
export function createHandlers({ streams, syncs, authority, count }: HandlersOptions) {
  const delegations = createDelegations(() => count("delegations.recovered"));
  const started = Math.floor(Date.now() / 1_000);

  const addTo = (id: string, cookie: SyncCookie) => syncs.add(id, streams.get(cookie.stream_id ?? NOTHING), cookie);
  const removeFrom = (id: string, stream: Uint8Array) => syncs.remove(id, streams.get(stream));
  /** The streams for which it failed, each with its reason; the others are done. */
  const failures = <T>(items: readonly T[], idOf: (item: T) => Uint8Array, work: (item: T) => void) =>
    items.flatMap((item) => {
      try {
        work(item);
        return [];
      } catch (error) {
        return [{ stream_id: idOf(item), code: errorCode(error), message: (error as Error).message }];
      }
    });

  const unary = {
    async Info() {
      const graffiti = "onrush sandbox: single node, no replication";
      return encode("InfoResponse", { graffiti, version: "sandbox", start_time: { seconds: started, nanos: 0 } });
    },

    async CreateStream({ events = [], stream_id = NOTHING, metadata }: CreateStreamRequest) {
      const id = parseStreamId(stream_id);
      const first = await Promise.all(events.map((envelope) => verified(envelope, delegations)));
      await assertCreation(id, first, metadata?.spaceId, authority);
      const { stream, derived } = await streams.create(id, first);
      return Buffer.concat([
        encodedField(STREAM, stream.since(undefined, "miniblocks")),
        encode("CreateStreamResponse", { derived_events: refsOf(derived) }),
      ]);
    },

    async GetStream({ stream_id = NOTHING, optional, sync_cookie }: GetStreamRequest) {
      const stream = optional ? streams.find(stream_id) : streams.get(stream_id);
      return stream ? encodedField(STREAM, stream.since(sync_cookie, "miniblocks")) : EMPTY;
    },

    async GetMiniblocks({ stream_id = NOTHING, ...request }: GetMiniblocksRequest) {
      const { from_inclusive: from = 0, to_exclusive: to = 0, omit_snapshots = false, exclusion_filter = [] } = request;
      const filters = exclusion_filter.map(({ payload = "", content = "" }) => ({ payload, content }));
      const page = streams.get(stream_id).page({ from, to }, filters);
      return Buffer.concat([page, encode("GetMiniblocksResponse", { omit_snapshots })]);
    },

    async GetLastMiniblockHash({ stream_id = NOTHING }: { stream_id?: Uint8Array }) {
      const { num, hash } = streams.get(stream_id).last();
      return encode("GetLastMiniblockHashResponse", { hash: hexToBytes(hash), miniblock_num: num });
    },

    async AddEvent({ stream_id = NOTHING, event: envelope }: AddEventRequest) {
      const stream = streams.get(stream_id);
      const event = await verified(envelope, delegations);
      await assertAddition(stream, event, authority);
      if (stream.has(event.hash)) {
        count("events.duplicate");
        return EMPTY;
      }
      const membership = event.event.user_payload?.user_membership;
      const derived = membership
        ? await streams.changeMembership(event.creator, streams.get(membership.stream_id ?? NOTHING), membership.op)
        : [];
      if (membership && derived.length === 0) return EMPTY; // it is as it should be
      streams.add(stream, event);
      return encode("AddEventResponse", { new_events: refsOf([...derived, { stream, event }]) });
    },

    async AddStreamToSync({ sync_id = "", sync_pos }: SyncRequest & { sync_pos?: SyncCookie }) {
      addTo(sync_id, sync_pos ?? { stream_id: NOTHING });
      return EMPTY;
    },

    async RemoveStreamFromSync({ sync_id = "", stream_id = NOTHING }: SyncRequest & { stream_id?: Uint8Array }) {
      removeFrom(sync_id, stream_id);
      return EMPTY;
    },

    async ModifySync({ sync_id = "", add_streams = [], remove_streams = [] }: ModifySyncRequest) {
      syncs.assertOpen(sync_id);
      return encode("ModifySyncResponse", {
        adds: failures(
          add_streams,
          (cookie) => cookie.stream_id ?? NOTHING,
          (cookie) => addTo(sync_id, cookie),
        ),
        removals: failures(
          remove_streams,
          (id) => id,
          (id) => removeFrom(sync_id, id),
        ),
      });
    },

    async PingSync({ sync_id = "", nonce = "" }: SyncRequest & { nonce?: string }) {
      syncs.ping(sync_id, nonce);
      return EMPTY;
    },

    async CancelSync({ sync_id = "" }: SyncRequest) {
      syncs.cancel(sync_id);
      return EMPTY;
    },
  };

  return {
    unary,
    /** @throws RiverError when one of the streams is not there; then nothing is opened */
    syncStreams(call: ServerWritableStream<{ sync_pos?: readonly SyncCookie[] }, Buffer>): void {
      const wanted = call.request.sync_pos ?? [];
      for (const { stream_id } of wanted) streams.get(stream_id ?? NOTHING);
      const id = syncs.open(call);
      for (const cookie of wanted) addTo(id, cookie);
    },
  };
}

// A connection to a stream node: calls of its StreamService, and one sync of streams.
import { Client } from "k6/net/grpc";
import { type Base64, type Envelope, hexToBase64, type StreamId } from "k6/x/towns";
import { asJourneyError, type JourneyError } from "../../../src/core/errors.ts";
import { connect, invoke, openStream } from "../../../src/k6/grpc.ts";

/** Where a reader stands in a stream. */
export interface SyncCookie {
  readonly nodeAddress: Base64;
  readonly streamId: Base64;
  /** Number of the miniblock that the next events will be in. */
  readonly minipoolGen: string;
  readonly prevMiniblockHash: Base64;
}

/** A stream's last miniblock. */
export interface StreamHead {
  readonly hash: Base64;
  readonly num: number;
}

export interface StreamView {
  /** Not yet in a miniblock. */
  readonly events: readonly Envelope[];
  readonly nextSyncCookie: SyncCookie;
  readonly miniblocks: readonly { readonly events: readonly Envelope[]; readonly header: Envelope }[];
}

export interface EventRef {
  readonly streamId: Base64;
  readonly hash: Base64;
  readonly signature: Base64;
}

/** Which events an answer leaves out; "*" is any. */
export interface EventFilter {
  readonly payload: string;
  readonly content: string;
}

/** How often an event is made anew because the node knows a later miniblock. */
const MOST_CONFLICTS = 3;

/** The head that an event should have built on, as the node's refusal names it; undefined where it was refused for another reason. */
function expectedHead(error: JourneyError): Base64 | undefined {
  if (!/BAD_PREV_MINIBLOCK_HASH/.test(error.message)) return undefined;
  const hash = /expected = (?:0x)?([0-9a-f]{64})/.exec(error.message)?.[1];
  return hash === undefined ? undefined : hexToBase64(hash);
}

/** Makes connections of one VU, all over its one gRPC client: the last `connect` counts. @param timeout of a call and of connecting, ms */
export type NodeMaker = (timeout: number, events?: NodeEvents) => StreamNode;

/** Loads the proto. Init code only. */
export function nodeMaker(): NodeMaker {
  const client = new Client();
  // Beside the bundle: build.mjs puts them there.
  client.load(["proto"], "river.proto");
  return (timeout, events) => new StreamNode(client, timeout, events);
}

export interface NodeEvents {
  /** Events of a synced stream, in order, and its last miniblock. */
  update?(stream: Base64, events: readonly Envelope[], head: StreamHead): void;
  /** The sync ended, and not by `close`. */
  broke?(error: JourneyError): void;
  /** The node said PERMISSION_DENIED. */
  denied?(): void;
  /** An event had to be made anew. */
  conflict?(): void;
}

export class StreamNode {
  readonly #client: Client;
  readonly #timeout: number;
  readonly #events: NodeEvents;
  #sync = "";
  #open = false;

  /** @param timeout of a call and of connecting, ms */
  constructor(client: Client, timeout: number, events: NodeEvents = {}) {
    this.#client = client;
    this.#timeout = timeout;
    this.#events = events;
  }

  /** Connects. @throws JourneyError of kind transport when nobody answers in time */
  connect(url: string): void {
    connect(this.#client, url.replace(/^https:\/\//, ""), this.#timeout, !url.startsWith("https://"));
  }

  async #call<T>(method: string, request: object): Promise<T> {
    try {
      const call = { timeout: this.#timeout, name: method };
      return await invoke<T>(this.#client, `river.StreamService/${method}`, request, call);
    } catch (thrown) {
      const error = asJourneyError(thrown);
      if (error.detail === "PERMISSION_DENIED") this.#events.denied?.();
      throw error;
    }
  }

  /** What the node calls itself. */
  async info(): Promise<string> {
    return (await this.#call<{ graffiti: string }>("Info", {})).graffiti;
  }

  /** @param space whose member the creator is; proves the right to a user's streams */
  async createStream(id: StreamId, events: readonly Envelope[], space: StreamId): Promise<StreamView> {
    const request = { streamId: hexToBase64(id), events, metadata: { spaceId: hexToBase64(space) } };
    return (await this.#call<{ stream: StreamView }>("CreateStream", request)).stream;
  }

  /** The stream; undefined when there is none. */
  async getStream(id: StreamId): Promise<StreamView | undefined> {
    const request = { streamId: hexToBase64(id), optional: true };
    return (await this.#call<{ stream: StreamView | null }>("GetStream", request)).stream ?? undefined;
  }

  /**
   * The miniblocks from number `from` on and before `to`, of which the node may give only the first ones, without the events that are filtered out.
   * @throws JourneyError
   */
  async miniblocks(id: StreamId, from: number, to: number, without: EventFilter): Promise<StreamView["miniblocks"]> {
    const request = {
      streamId: hexToBase64(id),
      fromInclusive: String(from),
      toExclusive: String(to),
      omitSnapshots: true,
      exclusionFilter: [without],
    };
    return (await this.#call<Pick<StreamView, "miniblocks">>("GetMiniblocks", request)).miniblocks;
  }

  async head(id: StreamId): Promise<StreamHead> {
    const request = { streamId: hexToBase64(id) };
    const { hash, miniblockNum } = await this.#call<{ hash: Base64; miniblockNum: string }>(
      "GetLastMiniblockHash",
      request,
    );
    return { hash, num: Number(miniblockNum) };
  }

  /**
   * Adds an event to a stream; makes it anew on the head that the node wants, where it wants another one.
   * @param make makes the event on a miniblock; whose number is not known when the node named it
   * @param known the stream's last miniblock, where that is known
   * @returns its id, and what the node derived from it
   */
  async addEvent(
    id: StreamId,
    make: (previous: { prevMiniblockHash: Base64; prevMiniblockNum?: number }) => { id: string; envelope: Envelope },
    known?: StreamHead,
  ): Promise<{ id: string; refs: readonly EventRef[] }> {
    const head = known ?? (await this.head(id));
    let previous: { prevMiniblockHash: Base64; prevMiniblockNum?: number } = {
      prevMiniblockHash: head.hash,
      prevMiniblockNum: head.num,
    };
    for (let conflicts = 0; ; conflicts++) {
      const event = make(previous);
      try {
        const request = { streamId: hexToBase64(id), event: event.envelope };
        const { newEvents } = await this.#call<{ newEvents?: readonly EventRef[] }>("AddEvent", request);
        return { id: event.id, refs: newEvents ?? [] };
      } catch (thrown) {
        const expected = expectedHead(asJourneyError(thrown));
        if (expected === undefined || conflicts === MOST_CONFLICTS) throw thrown;
        this.#events.conflict?.();
        previous = { prevMiniblockHash: expected };
      }
    }
  }

  /** Opens the sync. @throws JourneyError */
  async openSync(): Promise<void> {
    await openStream(
      this.#client,
      "river.StreamService/SyncStreams",
      { syncPos: [] },
      {
        name: "SyncStreams",
        timeout: this.#timeout,
        message: (data) => {
          const { syncId, syncOp, stream } = data as { syncId: string; syncOp: string; stream?: StreamView | null };
          if (syncOp === "SYNC_NEW") this.#sync = syncId;
          if (syncOp === "SYNC_UPDATE" && stream) {
            const { streamId, minipoolGen, prevMiniblockHash } = stream.nextSyncCookie;
            this.#events.update?.(streamId, stream.events, { hash: prevMiniblockHash, num: Number(minipoolGen) - 1 });
          }
          return syncOp === "SYNC_NEW";
        },
        broke: (error) => {
          if (!this.#open) return;
          this.#open = false;
          this.#events.broke?.(error);
        },
      },
    );
    this.#open = true;
  }

  /** Adds a stream to the sync: what it had since the cookie comes first. */
  async follow(cookie: SyncCookie): Promise<void> {
    await this.#call("AddStreamToSync", { syncId: this.#sync, syncPos: cookie });
  }

  async unfollow(id: StreamId): Promise<void> {
    await this.#call("RemoveStreamFromSync", { syncId: this.#sync, streamId: hexToBase64(id) });
  }

  /** Ends the sync and the connection; `broke` is not called. */
  close(): void {
    this.#open = false;
    this.#client.close();
  }
}

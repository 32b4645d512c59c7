// One stream: events that wait in its pool until a miniblock takes them, and miniblocks chained by the hashes of their headers.
import { type Address, type Hex, hexToBytes } from "viem";
import { RiverError } from "./errors.ts";
import { makeEvent, type Signer, type VerifiedEvent } from "./events.ts";
import { type Envelope, type EventFilter, encode, encodedField, type SyncCookie } from "./messages.ts";
import type { ParsedStreamId } from "./stream-ids.ts";

/** How old the miniblock that an event follows may be: this many behind the last one, or followed by one of that age (upstream's figures). */
const RECENT_BLOCKS = 5;
const RECENT_MS = 11_000;

/**
 * Bytes of miniblocks that an answer holds at most: the newest that fit, as a real node leaves out what is older than its last snapshot. gRPC clients refuse
 * messages above 4 MiB.
 */
const LARGEST_ANSWER = 3 * 2 ** 20;

/** Miniblocks in one answer to GetMiniblocks. */
const LARGEST_PAGE = 500;

/** Fields of StreamAndCookie. */
const EVENTS = 1;
const COOKIE = 2;
const MINIBLOCKS = 3;

/** Field of GetMiniblocksResponse. */
const PAGE_MINIBLOCKS = 1;

interface Block {
  readonly hash: Hex;
  readonly at: number;
  readonly events: readonly (EventFilter & { readonly envelope: Envelope })[];
  readonly header: Envelope;
  /** The whole of it, as a Miniblock. */
  readonly encoded: Buffer;
  /** Its header alone, once somebody has asked for it. */
  bare?: Buffer;
}

export interface BlockRef {
  readonly num: number;
  readonly hash: Hex;
}

export interface Stream extends ParsedStreamId {
  /** Who joined, in lower case; of a user's stream its user. */
  readonly members: Set<Address>;
  readonly waiting: number;
  last(): BlockRef;
  /** @throws RiverError BAD_PREV_MINIBLOCK_HASH, MINIBLOCK_TOO_NEW */
  assertRecent(previous: { hash: Hex; num: number | undefined }, now: number): void;
  has(hash: Hex): boolean;
  add(event: VerifiedEvent): void;
  /** Puts what waits into a miniblock; resolves with its header. One at a time. */
  seal(node: Signer): Promise<VerifiedEvent>;
  /** The bytes of a GetMiniblocksResponse: of these miniblocks as many as fit, without the events that a filter matches. @throws RiverError INVALID_ARGUMENT */
  page(range: { from: number; to: number }, filters: readonly EventFilter[]): Buffer;
  /** The bytes of a StreamAndCookie with new events only. */
  update(envelopes: readonly Envelope[]): Buffer;
  /** The bytes of a StreamAndCookie: all that fits, or of it what came after the cookie. @throws RiverError BAD_SYNC_COOKIE */
  since(cookie: SyncCookie | undefined, form: "miniblocks" | "events"): Buffer;
}

/** Makes a stream whose first miniblock holds the given events. */
export async function createStream(
  id: ParsedStreamId,
  { first, node, members }: { first: readonly VerifiedEvent[]; node: Signer; members: readonly Address[] },
): Promise<Stream> {
  const blocks: Block[] = [];
  const numberOf = new Map<Hex, number>();
  const sealed = new Set<Hex>();
  const pool = new Map<Hex, VerifiedEvent>();
  const streamId = hexToBytes(id.id);

  const last = (): BlockRef => ({ num: blocks.length - 1, hash: (blocks.at(-1) as Block).hash });
  const cookie = () => {
    const { num, hash } = last();
    const value = {
      node_address: hexToBytes(node.creator),
      stream_id: streamId,
      minipool_gen: num + 1,
      prev_miniblock_hash: hexToBytes(hash),
    };
    return encodedField(COOKIE, encode("SyncCookie", value));
  };
  const encodedEvents = (envelopes: readonly Envelope[]) =>
    envelopes.map((envelope) => encodedField(EVENTS, encode("Envelope", envelope)));
  const waitingEnvelopes = () => [...pool.values()].map(({ envelope }) => envelope);

  async function seal(by: Signer): Promise<VerifiedEvent> {
    const events = [...pool.values()]; // more may come while the header is signed
    const at = Date.now();
    const previous = blocks.length === 0 ? undefined : last();
    const header = await makeEvent(
      by,
      {
        miniblock_header: {
          miniblock_num: blocks.length,
          prev_miniblock_hash: previous ? hexToBytes(previous.hash) : new Uint8Array(),
          timestamp: { seconds: Math.floor(at / 1_000), nanos: (at % 1_000) * 1_000_000 },
          event_hashes: events.map(({ envelope }) => envelope.hash),
          event_num_offset: sealed.size,
          none: {},
        },
      },
      previous,
    );
    const envelopes = events.map(({ envelope }) => envelope);
    const miniblock = encode("Miniblock", { events: envelopes, header: header.envelope });
    numberOf.set(header.hash, blocks.length);
    blocks.push({
      hash: header.hash,
      at,
      events: events.map(({ envelope, payload, content }) => ({ envelope, payload, content })),
      header: header.envelope,
      encoded: miniblock,
    });
    for (const { hash } of events) {
      pool.delete(hash);
      sealed.add(hash);
    }
    return header;
  }

  for (const event of first) pool.set(event.hash, event);
  await seal(node);

  return {
    ...id,
    members: new Set(members),
    get waiting() {
      return pool.size;
    },
    last,
    assertRecent({ hash, num }, now) {
      const found = numberOf.get(hash);
      const expected = { expected: last().hash };
      if (found === undefined) {
        if (num !== undefined && num > last().num)
          throw new RiverError("MINIBLOCK_TOO_NEW", "the stream has no miniblock of that number yet", {
            lastBlockNum: last().num,
            eventPrevMiniblockNum: num,
          });
        throw new RiverError("BAD_PREV_MINIBLOCK_HASH", "prevMiniblockHash not found in recent blocks", expected);
      }
      if (num !== undefined && num !== found)
        throw new RiverError("BAD_PREV_MINIBLOCK_HASH", "prevMiniblockNum is another miniblock's", expected);
      const next = blocks[found + 1];
      if (next && last().num - found > RECENT_BLOCKS && now - next.at > RECENT_MS)
        throw new RiverError("BAD_PREV_MINIBLOCK_HASH", "prevMiniblockHash did not reference a recent block", expected);
    },
    has: (hash) => pool.has(hash) || sealed.has(hash),
    add: (event) => void pool.set(event.hash, event),
    seal,
    update: (envelopes) => Buffer.concat([...encodedEvents(envelopes), cookie()]),
    page({ from, to }, filters) {
      if (from < 0 || to <= from) throw new RiverError("INVALID_ARGUMENT", "invalid range", { from, to });
      const found: Buffer[] = [];
      let bytes = 0;
      for (const block of blocks.slice(from, Math.min(to, from + LARGEST_PAGE))) {
        const miniblock = encodedField(PAGE_MINIBLOCKS, without(block, filters));
        bytes += miniblock.length;
        if (found.length > 0 && bytes > LARGEST_ANSWER) break;
        found.push(miniblock);
      }
      const about = { terminus: from === 0, from_inclusive: from, limit: LARGEST_PAGE };
      return Buffer.concat([...found, encode("GetMiniblocksResponse", about)]);
    },
    since(at, form) {
      const generation = at?.minipool_gen ?? 0;
      if (generation < 0 || generation > blocks.length)
        throw new RiverError("BAD_SYNC_COOKIE", "the cookie is ahead of the stream", { lastBlockNum: last().num });
      const missed = newest(blocks, generation);
      // What a sync is sent when it catches up: the events of each, and then its header.
      const told = ({ events, header }: Block) => [...events.map(({ envelope }) => envelope), header];
      const events = form === "events" ? missed.flatMap(told) : [];
      return Buffer.concat([
        ...encodedEvents([...events, ...waitingEnvelopes()]),
        cookie(),
        ...(form === "miniblocks" ? missed.map(({ encoded }) => encodedField(MINIBLOCKS, encoded)) : []),
      ]);
    },
  };
}

const matches = (filter: EventFilter, { payload, content }: EventFilter) =>
  (filter.payload === "*" || filter.payload === payload) && (filter.content === "*" || filter.content === content);

/** A block as a Miniblock, without the events that a filter matches. */
function without(block: Block, filters: readonly EventFilter[]): Buffer {
  const left = block.events.filter((event) => !filters.some((filter) => matches(filter, event)));
  if (left.length === block.events.length) return block.encoded;
  const encoded = (events: readonly Envelope[]) => encode("Miniblock", { events, header: block.header, partial: true });
  if (left.length > 0) return encoded(left.map(({ envelope }) => envelope));
  block.bare ??= encoded([]);
  return block.bare;
}

/** The last blocks, none before the given one, that fit into an answer. */
function newest(blocks: readonly Block[], from: number): readonly Block[] {
  let first = blocks.length;
  let bytes = 0;
  while (first > from) {
    bytes += blocks[first - 1]?.encoded.length ?? 0;
    if (bytes > LARGEST_ANSWER) break;
    first--;
  }
  return blocks.slice(first);
}

import { randomBytes } from "node:crypto";
import { hexToBytes, toHex } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { beforeAll, describe, expect, it } from "vitest";
import { makeEvent, type Signer } from "./events.ts";
import { decode, type Envelope, type EventFilter, type StreamEvent } from "./messages.ts";
import { createStream, type Stream } from "./stream.ts";
import { parseStreamId, streamId } from "./stream-ids.ts";

const key = toHex(randomBytes(32));
const node: Signer = { privateKey: key, creator: privateKeyToAddress(key) };
const id = streamId("channel", node.creator, 1);
const message = (bytes = 10) => ({ channel_payload: { message: { ciphertext_bytes: randomBytes(bytes) } } });

let stream: Stream;
beforeAll(async () => {
  const inception = await makeEvent(node, { channel_payload: { inception: { stream_id: id } } });
  stream = await createStream(parseStreamId(id), { first: [inception], node, members: [] });
});

const sealOne = async (bytes?: number) => {
  stream.add(await makeEvent(node, message(bytes), stream.last()));
  await stream.seal(node);
};

describe("what may be followed", () => {
  it("is a miniblock of the last five, or whose successor is younger than 11 s", async () => {
    const old = stream.last();
    const seal = Date.now();
    for (let i = 0; i < 5; i++) await sealOne();
    const later = seal + 60_000;
    stream.assertRecent(old, later); // five behind
    await sealOne();
    expect(() => stream.assertRecent(old, later)).toThrow(
      /BAD_PREV_MINIBLOCK_HASH\) prevMiniblockHash did not reference/,
    );
    expect(() => stream.assertRecent(old, later)).toThrow(stream.last().hash);
    stream.assertRecent(old, seal + 10_000); // six behind, and young
    stream.assertRecent(stream.last(), seal + 3_600_000); // the last one, however old
  });
});

describe("an answer", () => {
  const blocksOf = (bytes: Buffer) =>
    decode<{ miniblocks?: { header: { event: Uint8Array } }[] }>("StreamAndCookie", bytes).miniblocks ?? [];

  it("holds the newest miniblocks that gRPC's limit leaves room for", async () => {
    for (let i = 0; i < 5; i++) await sealOne(900_000);
    const answer = stream.since(undefined, "miniblocks");
    expect(answer.length).toBeLessThan(4 * 2 ** 20);
    const blocks = blocksOf(answer);
    expect(blocks).toHaveLength(3);
    const last = blocks.at(-1)?.header.event ?? new Uint8Array();
    const { miniblock_header } = decode<{ miniblock_header: { miniblock_num: number } }>("StreamEvent", last);
    expect(miniblock_header.miniblock_num).toBe(stream.last().num);
    const cookie = {
      stream_id: id,
      minipool_gen: stream.last().num,
      prev_miniblock_hash: hexToBytes(stream.last().hash),
    };
    expect(blocksOf(stream.since(cookie, "miniblocks"))).toHaveLength(1);
  });
});

describe("a page of miniblocks", () => {
  const pageOf = (from: number, to: number, ...filters: EventFilter[]) => {
    const page = decode<Page>("GetMiniblocksResponse", stream.page({ from, to }, filters));
    return { ...page, miniblocks: page.miniblocks ?? [] };
  };
  interface Page {
    readonly miniblocks?: readonly { events?: readonly Envelope[]; header: Envelope; partial?: boolean }[];
    readonly terminus?: boolean;
    readonly from_inclusive?: number;
  }
  const ANY = { payload: "*", content: "*" };

  it("is what is there of the range, from its beginning on", async () => {
    for (let i = 0; i < 3; i++) await sealOne();
    const { num } = stream.last();
    const page = pageOf(num - 1, num + 10);
    expect(page.miniblocks).toHaveLength(2);
    expect(page.miniblocks.map(({ events = [] }) => events.length)).toEqual([1, 1]);
    expect(page.miniblocks.some(({ partial }) => partial)).toBe(false);
    expect([page.terminus ?? false, page.from_inclusive]).toEqual([false, num - 1]);
    expect(pageOf(0, 1)).toMatchObject({ terminus: true, miniblocks: [{}] });
    expect(pageOf(num + 1, num + 2).miniblocks).toEqual([]);
    for (const [from, to] of [
      [3, 3],
      [-1, 1],
    ] as const)
      expect(() => stream.page({ from, to }, [])).toThrow(/INVALID_ARGUMENT\) invalid range/);
  });

  it("leaves out what a filter matches, and its header still lists it", async () => {
    await sealOne();
    const { num } = stream.last();
    const [whole] = pageOf(num, num + 1).miniblocks;
    const kept = (filter: EventFilter) => pageOf(num, num + 1, filter).miniblocks[0];
    const hashes = (block = whole) =>
      decode<StreamEvent>("StreamEvent", block?.header.event ?? new Uint8Array()).miniblock_header?.event_hashes ?? [];
    for (const filter of [
      ANY,
      { payload: "channel_payload", content: "*" },
      { payload: "*", content: "message" },
      { payload: "channel_payload", content: "message" },
    ]) {
      expect(kept(filter)).toMatchObject({ partial: true });
      expect(kept(filter)?.events ?? []).toEqual([]);
      expect(hashes(kept(filter))).toEqual([whole?.events?.[0]?.hash]);
    }
    for (const filter of [
      { payload: "member_payload", content: "*" },
      { payload: "channel_payload", content: "redaction" },
    ])
      expect(kept(filter)).toEqual(whole);
  });

  it("ends where gRPC's limit does", async () => {
    const first = stream.last().num + 1;
    for (let i = 0; i < 5; i++) await sealOne(900_000);
    expect(pageOf(first, first + 5).miniblocks).toHaveLength(3);
    expect(pageOf(first, first + 5, ANY).miniblocks).toHaveLength(5);
  });
});

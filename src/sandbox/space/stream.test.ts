import { randomBytes } from "node:crypto";
import { hexToBytes, toHex } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { beforeAll, describe, expect, it } from "vitest";
import { makeEvent, type Signer } from "./events.ts";
import { decode } from "./messages.ts";
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

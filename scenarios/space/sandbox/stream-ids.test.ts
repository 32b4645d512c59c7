import { toHex } from "viem";
import { expect, it } from "vitest";
import { parseStreamId, type StreamKind, streamId } from "./stream-ids.ts";

const address = "0x6ef71452947d945be598edf19bb7437519e2e784";
const zeros = "0".repeat(22);

it.each<[StreamKind, string]>([
  ["space", "10"],
  ["channel", "20"],
  ["user", "a8"],
  ["inbox", "a1"],
  ["metadata", "ad"],
  ["settings", "a5"],
])("%s: its prefix, the address, zeros", (kind, prefix) => {
  const bytes = streamId(kind, address);
  expect(toHex(bytes)).toBe(`0x${prefix}${address.slice(2)}${zeros}`);
  expect(parseStreamId(bytes)).toEqual({ id: toHex(bytes), kind, address });
});

it("tells an address's channels apart", () => {
  expect(toHex(streamId("channel", address, 258))).toMatch(/0{18}0102$/);
  expect(parseStreamId(streamId("channel", address, 258)).kind).toBe("channel");
});

it.each([
  ["an unknown prefix", new Uint8Array(32).fill(7)],
  ["a short id", streamId("user", address).slice(1)],
  ["a user's second stream", streamId("user", address, 1)],
  ["nothing", new Uint8Array()],
])("refuses %s", (_, bytes) => expect(() => parseStreamId(bytes)).toThrow("(18:BAD_STREAM_ID)"));

// Ids of streams: a byte for the kind, the 20 bytes of an address, and 11 bytes that tell an address's streams of one kind apart.
import { type Address, type Hex, hexToBytes, toHex } from "viem";
import { RiverError } from "./errors.ts";

const prefixes = { space: 0x10, channel: 0x20, user: 0xa8, inbox: 0xa1, metadata: 0xad, settings: 0xa5 } as const;

export type StreamKind = keyof typeof prefixes;

const kinds = new Map<number, StreamKind>(
  Object.entries(prefixes).map(([kind, prefix]) => [prefix, kind as StreamKind]),
);

const LENGTH = 32;
const ADDRESS_END = 21;

export interface ParsedStreamId {
  /** All 32 bytes, as hex. */
  readonly id: Hex;
  readonly kind: StreamKind;
  /** Lower case: of the user whose stream it is, or of the contract of the space that it is or belongs to. */
  readonly address: Address;
}

/** @throws RiverError BAD_STREAM_ID */
export function parseStreamId(bytes: Uint8Array): ParsedStreamId {
  const kind = kinds.get(bytes[0] ?? 0);
  const severalToAnAddress = kind === "channel";
  if (
    kind === undefined ||
    bytes.length !== LENGTH ||
    !(severalToAnAddress || bytes.subarray(ADDRESS_END).every((byte) => byte === 0))
  )
    throw new RiverError("BAD_STREAM_ID", "not the id of a stream that this node keeps", { streamId: toHex(bytes) });
  return { id: toHex(bytes), kind, address: toHex(bytes.subarray(1, ADDRESS_END)) };
}

/** The id of an address's stream; `number` is 0 for the only one, or a space's default channel. */
export function streamId(kind: StreamKind, address: Address, number = 0): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  bytes[0] = prefixes[kind];
  bytes.set(hexToBytes(address), 1);
  new DataView(bytes.buffer).setUint32(LENGTH - 4, number);
  return bytes;
}

/** The kinds of streams that each user has one of. */
export const userKinds = ["user", "inbox", "metadata", "settings"] as const satisfies readonly StreamKind[];

// Ids of a space's streams: one byte for the kind, the address of the space's contract, and 11 bytes that tell its channels apart.

/** 64 hex digits without 0x. */
export type StreamId = string;

export const SPACE = "10";
export const CHANNEL = "20";
/** Where the address ends. */
export const ADDRESS_END = 42;

export const spaceIdOf = (address: string): StreamId =>
  SPACE +
  address
    .slice(2)
    .toLowerCase()
    .padEnd(64 - SPACE.length, "0");

/** The contract whose space it is. */
export const contractOf = (space: StreamId): `0x${string}` => `0x${space.slice(SPACE.length, ADDRESS_END)}`;

/** A space's numbered channel; 0 is the default one, which announcements go to. */
export const numberedChannel = (space: StreamId, number: number): StreamId =>
  CHANNEL + space.slice(CHANNEL.length, ADDRESS_END) + number.toString(16).padStart(64 - ADDRESS_END, "0");

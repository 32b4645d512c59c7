import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { contractOf, numberedChannel, spaceIdOf } from "./ids.ts";
import { channelId, channelIds, nodeUrl, spaceId } from "./types.ts";

const contract = "0x6Ef71452947D945bE598EDF19Bb7437519e2E784";
const space = "106ef71452947d945be598edf19bb7437519e2e7840000000000000000000000";

describe("a space's id", () => {
  it("is made of its contract, and gives it back", () => {
    expect(spaceIdOf(contract)).toBe(space);
    expect(contractOf(space)).toBe(contract.toLowerCase());
  });

  it("leads to its channels", () => {
    expect(numberedChannel(space, 0)).toBe(`20${space.slice(2)}`);
    expect(numberedChannel(space, 0x1234)).toBe(`${numberedChannel(space, 0).slice(0, -4)}1234`);
  });

  it("is read with and without 0x, in any case", () => {
    expect(v.parse(spaceId.schema, `0x${space.toUpperCase()}`)).toBe(space);
  });

  it.each([space.slice(1), `20${space.slice(2)}`, space.replace(/0$/, "1"), "", "x".repeat(64)])("is not %s", (text) =>
    expect(v.safeParse(spaceId.schema, text).success).toBe(false),
  );
});

describe("channels", () => {
  const [one, two] = [numberedChannel(space, 1), numberedChannel(space, 2)] as const;
  it("are read one by one or as a list", () => {
    expect(v.parse(channelId.schema, one)).toBe(one);
    expect(v.parse(channelIds.schema, ` ${one}, 0x${two}`)).toEqual([one, two]);
  });
  it.each([`${one},${one}`, `${one},`, space])("are not %s", (text) =>
    expect(v.safeParse(channelIds.schema, text).success).toBe(false),
  );
});

describe("a node's address", () => {
  it.each(["127.0.0.1:14808", "https://node.example.org:443", "[::1]:14808"])("may be %s", (text) =>
    expect(v.parse(nodeUrl.schema, text)).toBe(text),
  );
  it.each(["node.example.org", "http://127.0.0.1:1", "127.0.0.1:0", "127.0.0.1:65536", "a b:1"])("is not %s", (text) =>
    expect(v.safeParse(nodeUrl.schema, text).success).toBe(false),
  );
});

import * as v from "valibot";
import { describe, expect, it } from "vitest";
import type { SettingType } from "./table.ts";
import {
  address,
  chainIds,
  choice,
  duration,
  ether,
  flag,
  integer,
  mnemonic,
  oneOfNames,
  pause,
  positive,
  privateKey,
  text,
  url,
} from "./types.ts";

/** The value of a text, or the message that refuses it. */
function read<T>(type: SettingType<T>, value: string): T | string {
  const result = v.safeParse(type.schema, value);
  return result.success ? result.output : result.issues[0].message;
}

const rate = positive("users per second");

describe("numbers", () => {
  it.each([
    ["3", 3],
    ["2.5", 2.5],
    ["1e-3", 0.001],
    [" 4 ", 4],
    ["+0.5", 0.5],
  ])("a rate of %j is %d", (value, expected) => expect(read(rate, value)).toBe(expected));

  it.each(["abc", "-1", "0", "", " ", "NaN", "Infinity", "1e400", "0x10", "3/s", "1,5", "1_000", "."])(
    "a rate of %j is refused",
    (value) => expect(read(rate, value)).toBe("must be a number greater than 0 (users per second)"),
  );

  it.each([
    ["1", 1],
    ["1e3", 1_000],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ])("%j users are %d", (value, expected) => expect(read(integer("users"), value)).toBe(expected));

  it.each(["0", "-1", "1.5", "9007199254740992", "ten"])("%j users are refused", (value) =>
    expect(read(integer("users"), value)).toBe("must be a whole number of at least 1 (users)"),
  );

  it("a range is named in the message, both ends included", () => {
    const instances = integer("instances", 1, 1_000);
    expect([read(instances, "1"), read(instances, "1000")]).toEqual([1, 1_000]);
    for (const value of ["0", "1001"])
      expect(read(instances, value)).toBe("must be a whole number from 1 to 1000 (instances)");
  });
});

describe("durations", () => {
  it("are milliseconds, and a bare number is refused with what it may have meant", () => {
    expect(read(duration, "10m")).toBe(600_000);
    expect(read(duration, " 1h30m ")).toBe(5_400_000);
    expect(read(duration, "15")).toBe("must be a duration with its unit, such as 15s or 15m");
    expect(read(duration, "soon")).toBe("must be a duration with its unit, such as 30s, 10m or 1h30m");
  });

  it("make a pause, alone or as a range", () => {
    expect(read(pause, "8s")).toEqual([8_000, 8_000]);
    expect(read(pause, "2s-3s")).toEqual([2_000, 3_000]);
    expect(read(pause, "500ms-500ms")).toEqual([500, 500]);
    expect(read(pause, "3s-2s")).toBe("must be a range whose second duration is not the shorter one, such as 2s-3s");
    expect(read(pause, "1s-2s-3s")).toBe("must be a duration or a range of two, such as 8s or 2s-3s");
    expect(read(pause, "2-3s")).toBe("must be a duration with its unit, such as 2s or 2m");
    expect(read(pause, "2s-3")).toBe("must be a duration with its unit, such as 3s or 3m");
  });
});

describe("names", () => {
  it("of a choice are listed when the text is none of them", () => {
    const submit = choice("direct", "relay");
    expect(read(submit, "relay")).toBe("relay");
    expect(read(submit, "relax")).toBe("must be one of direct, relay; did you mean relay?");
    expect(read(submit, "post")).toBe("must be one of direct, relay");
    expect(read(submit, "toString")).toBe("must be one of direct, relay");
  });

  it("of a profile are listed, with a guess where one is close", () => {
    const profile = oneOfNames("profile", ["burst", "demo"]);
    expect(read(profile, "demo ")).toBe("demo");
    expect(read(profile, "brust")).toBe("is not a profile; did you mean burst? known: burst, demo");
    expect(read(profile, "nothing-like-it")).toBe("is not a profile; known: burst, demo");
  });
});

describe("other types", () => {
  it.each([
    [flag, "true", true],
    [flag, "Yes", true],
    [flag, "on", true],
    [flag, "1", true],
    [flag, "false", false],
    [flag, "NO", false],
    [flag, "off", false],
    [flag, "0", false],
    [ether, "0.05", 50_000_000_000_000_000n],
    [ether, "200", 200n * 10n ** 18n],
    [url, "http://127.0.0.1:14800", "http://127.0.0.1:14800"],
    [url, "https://rpc.example.org/v1/key/", "https://rpc.example.org/v1/key"],
    [url, "https://rpc.example.org?key=1", "https://rpc.example.org?key=1"],
    [address, `0x${"aB".repeat(20)}`, `0x${"aB".repeat(20)}`],
    [privateKey, `0x${"0".repeat(63)}1`, `0x${"0".repeat(63)}1`],
    [text("a path"), "  a b  ", "a b"],
    [chainIds, "14800", [14_800]],
    [chainIds, "1, 14800", [1, 14_800]],
  ] as [SettingType<unknown>, string, unknown][])("%o reads %j", (type, value, expected) =>
    expect(read(type, value)).toEqual(expected),
  );

  it.each([
    [flag, "maybe", "must be true or false"],
    [flag, "", "must be true or false"],
    [ether, "1e18", "must be an amount in ether, such as 0.05"],
    [ether, "-1", "must be an amount in ether, such as 0.05"],
    [url, "127.0.0.1:14800", "must be an http or https address, such as http://127.0.0.1:14800"],
    [url, "ws://127.0.0.1:1", "must be an http or https address, such as http://127.0.0.1:14800"],
    [url, "http://", "must be an http or https address, such as http://127.0.0.1:14800"],
    [url, "http://a b", "must be an http or https address, such as http://127.0.0.1:14800"],
    [address, "0x1234", "must be an address: 0x and 40 hex digits"],
    [address, `0x${"g".repeat(40)}`, "must be an address: 0x and 40 hex digits"],
    [privateKey, `0x${"a".repeat(63)}`, "must be a private key: 0x and 64 hex digits"],
    [privateKey, "a".repeat(64), "must be a private key: 0x and 64 hex digits"],
    [chainIds, "1;2", "must be chain ids separated by commas, such as 14800"],
    [chainIds, "1,", "must be chain ids separated by commas, such as 14800"],
    [chainIds, "moksha", "must be chain ids separated by commas, such as 14800"],
  ] as [SettingType<unknown>, string, string][])("%o refuses %j", (type, value, message) =>
    expect(read(type, value)).toBe(message),
  );

  it("a phrase is taken by its number of words, whatever the spaces; its words are never repeated", () => {
    const words = (count: number) => Array.from({ length: count }, (_, k) => `secretword${k}`);
    for (const count of [12, 15, 18, 21, 24])
      expect(read(mnemonic, `  ${words(count).join("  ")}\n`)).toBe(words(count).join(" "));
    for (const count of [1, 11, 13, 23, 25]) {
      const message = read(mnemonic, words(count).join(" "));
      expect(message).toBe(`must be a BIP-39 phrase of 12, 15, 18, 21 or 24 words, this has ${count}`);
    }
  });
});

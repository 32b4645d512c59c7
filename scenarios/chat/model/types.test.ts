import * as v from "valibot";
import { describe, expect, it } from "vitest";
import type { SettingType } from "../../../src/core/settings/table.ts";
import { gateList, roomList, waits, weights } from "./types.ts";

const read = <T>(type: SettingType<T>, text: string) => {
  const result = v.safeParse(type.schema, text);
  return result.success ? result.output : result.issues[0].message;
};

describe("the settings of chat", () => {
  it.each([
    [gateList, "127.0.0.1:10101, host:2,[::1]:3", ["127.0.0.1:10101", "host:2", "[::1]:3"]],
    [gateList, "127.0.0.1", /"127.0.0.1" is not host:port/],
    [gateList, "http://127.0.0.1:1", /is not host:port/],
    [gateList, "a:1,", /"" is not host:port/],
    [gateList, "a:70000", /is not host:port/],
    [gateList, "a:1,a:1", /each gate once/],
    [roomList, "General, Sports", ["General", "Sports"]],
    [roomList, ",", /none of them empty/],
    [roomList, "a,a", /each room once/],
    [weights, "60/10/30", { send: 60, leave: 10, stay: 30 }],
    [weights, "60/10/20", /must sum to 100, these sum to 90/],
    [weights, "60/40", /must be shares/],
    [waits, "0.5-5", [500, 5_000]],
    [waits, "100ms-0.3s", [100, 300]],
    [waits, "5-0.5", /above where it begins/],
    [waits, "0-0", /above 0/],
    [waits, "5", /must be a range/],
    [waits, "1-2-3", /must be a range/],
  ] as [SettingType<unknown>, string, unknown][])("%# %s", (type, text, wanted) => {
    const got = read(type, text);
    if (wanted instanceof RegExp) expect(got).toMatch(wanted);
    else expect(got).toEqual(wanted);
  });
});

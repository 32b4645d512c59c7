import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration } from "./duration.ts";

describe("parseDuration", () => {
  it.each([
    ["30s", 30_000],
    ["10m", 600_000],
    ["1h30m", 5_400_000],
    ["1.5s", 1_500],
    ["250ms", 250],
    ["2d", 172_800_000],
    ["1048576ns", 1.048576],
    ["0s", 0],
  ])("%s is %d ms", (text, ms) => expect(parseDuration(text)).toBeCloseTo(ms, 9));

  it("refuses a bare number and shows what it may have meant", () => {
    expect(() => parseDuration("15")).toThrow("must be a duration with its unit, such as 15s or 15m");
    expect(() => parseDuration("-15")).toThrow("must be a duration with its unit, such as 15s or 15m");
  });

  it.each(["", "abc", "-5s", "5 s", "s", "10M", "1e3s", "5s ", "10m5", "366d", `${"1".repeat(400)}h`])(
    "refuses %j",
    (text) => expect(() => parseDuration(text)).toThrow(/^must be a duration/),
  );
});

describe("formatDuration", () => {
  it.each([
    [0, "0s"],
    [0.25, "0.25ms"],
    [250, "250ms"],
    [1_500, "1.5s"],
    [2_100.4, "2.1s"],
    [59_999.9, "1m"],
    [60_000, "1m"],
    [600_000, "10m"],
    [614_000, "10m14s"],
    [5_400_000, "1h30m"],
    [3_601_000, "1h1s"],
    [172_800_000, "48h"],
  ])("%d ms is %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

  it("is read back by parseDuration", () => {
    for (const ms of [1, 999, 1_000, 59_999, 61_000, 3_599_000, 3_600_000, 86_399_000]) {
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    }
  });

  it("refuses what is not a duration", () => {
    expect(() => formatDuration(-1)).toThrow(RangeError);
    expect(() => formatDuration(Number.NaN)).toThrow(RangeError);
  });
});

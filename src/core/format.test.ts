import { describe, expect, it } from "vitest";
import { didYouMean, grouped, plural } from "./format.ts";

describe("didYouMean", () => {
  const known = ["preflight", "e2e", "multi-user", "streaming", "burst", "demo"];

  it.each([
    ["brust", "burst"], // two letters swapped are one slip
    ["burs", "burst"],
    ["bursts", "burst"],
    ["Streaming", "streaming"],
    ["steraming", "streaming"],
    ["streming", "streaming"],
    ["multi_user", "multi-user"],
    ["multiuser", "multi-user"],
    ["e3e", "e2e"],
    ["dmeo", "demo"],
  ])("%s is probably %s", (word, meant) => expect(didYouMean(word, known)).toBe(`; did you mean ${meant}?`));

  it.each(["", "x", "production", "load", "sustained-load"])("%j is like none of them", (word) =>
    expect(didYouMean(word, known)).toBe(""),
  );

  it("names the closest of several", () => {
    expect(didYouMean("rate", ["late", "rates", "Rate"])).toBe("; did you mean Rate?");
    expect(didYouMean("anything", [])).toBe("");
  });
});

describe("grouped", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [1_000, "1,000"],
    [1_812, "1,812"],
    [12_345_678, "12,345,678"],
    [-1_234_567, "-1,234,567"],
    [-123, "-123"],
    [1_234.56789, "1,234.56789"],
    [0.5, "0.5"],
  ])("%d is %s", (value, text) => expect(grouped(value)).toBe(text));
});

describe("plural", () => {
  it.each([
    [0, "0 users"],
    [1, "1 user"],
    [2, "2 users"],
    [1_812, "1,812 users"],
  ])("%d", (count, text) => expect(plural(count, "user")).toBe(text));
});

import { describe, expect, it } from "vitest";
import { ALONE, instanceOf, shareOf } from "./segments.ts";

describe("instanceOf", () => {
  it.each<[string | undefined, string | undefined, number, number]>([
    [undefined, undefined, 0, 1],
    ["", "", 0, 1],
    ["0:1", "", 0, 1],
    ["0:1", "0,1", 0, 1],
    [undefined, "0,1", 0, 1],
    ["0:1/2", "0,1/2,1", 0, 2],
    ["1/2", "0,1/2,1", 0, 2],
    ["1/2:1", "0,1/2,1", 1, 2],
    ["50%:100%", "0,0.5,1", 1, 2],
    ["1/4:1/2", "0,1/4,1/2,3/4,1", 1, 4],
    ["1/4:2/4", "0,1/4,2/4,3/4,1", 1, 4],
    ["2/3:1", "0,1/3,2/3,1", 2, 3],
    ["0.75:1", "0,0.25,0.5,0.75,1", 3, 4],
  ])("%s of %s", (segment, sequence, index, count) => {
    expect(instanceOf(segment, sequence)).toEqual({ index, count });
  });

  it.each<[string | undefined, string | undefined, string]>([
    ["1/2:1", "", 'execution segment "1/2:1" needs its sequence'],
    ["1/2", undefined, "needs its sequence"],
    ["0:1/3", "0,1/3,1", 'is not 2 equal parts from 0 to 1; pass "0,1/2,1"'],
    ["0:1/2", "0,1/2,3/4", 'pass "0,1/2,1"'],
    ["0:1/2", "0,1/2,3/4,1", 'pass "0,1/3,2/3,1"'],
    ["0:1/4", "0,1/2,1", "is not one of the parts"],
    ["1/4:3/4", "0,1/4,2/4,3/4,1", "is not one of the parts"],
    [undefined, "0,1/2,1", "is not one of the parts"],
    ["0:1/2", "0", "needs two points"],
    ["0:x", "0,1/2,1", '"x" is not a fraction'],
    ["0:1/2", "0,1/0,1", "is not a fraction from 0 to 1"],
    ["0:1/2", "0,3/2,1", "is not a fraction from 0 to 1"],
  ])("refuses %s of %s", (segment, sequence, message) => {
    expect(() => instanceOf(segment, sequence)).toThrow(message);
  });
});

describe("shareOf", () => {
  it("is everything for one instance", () => {
    expect(shareOf(1_812, ALONE)).toBe(1_812);
    expect(shareOf(1_812, ALONE, 51)).toBe(1_812);
  });

  it("splits evenly, the first ones take the rest", () => {
    expect([0, 1, 2].map((index) => shareOf(10, { index, count: 3 }))).toEqual([4, 3, 3]);
    expect([0, 1].map((index) => shareOf(101, { index, count: 2 }, 50))).toEqual([51, 50]);
  });

  // Expected values are k6 v2.2.0's own: its lib.ExecutionTuple, re-segmented by maxVUs and asked to scale the total.
  it.each<[number, number, number, number[]]>([
    [1812, 51, 2, [924, 888]],
    [100, 5, 2, [60, 40]],
    [1812, 50, 3, [616, 616, 580]],
    [1000, 50, 4, [260, 260, 240, 240]],
    [17, 6, 4, [6, 6, 3, 2]],
    [999, 101, 7, [149, 149, 148, 139, 138, 138, 138]],
    [12500, 1000, 3, [4175, 4163, 4162]],
    [5, 2, 3, [3, 2, 0]],
    [51, 51, 2, [26, 25]],
    [8, 5, 3, [3, 3, 2]],
  ])("is k6's own striping: %d of maxVUs %d over %d", (total, maxVUs, count, shares) => {
    expect(shares.map((_, index) => shareOf(total, { index, count }, maxVUs))).toEqual(shares);
  });

  it("loses nothing, whatever the numbers", () => {
    for (let count = 1; count <= 7; count++) {
      for (const maxVUs of [1, 2, 5, 12, 50, 51, 1_000]) {
        for (const total of [0, 1, 6, 50, 51, 1_812]) {
          let sum = 0;
          for (let index = 0; index < count; index++) sum += shareOf(total, { index, count }, maxVUs);
          expect(sum).toBe(total);
        }
      }
    }
  });
});

import { describe, expect, it } from "vitest";
import { Findings } from "./invariants.ts";
import { judgeStrangers, type Listed } from "./strangers.ts";

const listed = (balances: Record<string, number>): Listed =>
  new Map(Object.entries(balances).map(([id, balance]) => [id, { times: 1, balance }]));
const judged = (before: Record<string, number>, after: Record<string, number>) => {
  const findings = new Findings();
  judgeStrangers(listed(before), listed(after), (id) => id.startsWith("ours-"), findings);
  return findings.all.map(({ invariant, subject, wanted, got }) => ({ invariant, subject, wanted, got }));
};

describe("the wallets of others", () => {
  it("may stay as they are, whatever happens to ours", () => {
    expect(judged({ a: 1, b: 0, "ours-1": 5 }, { b: 0, a: 1, "ours-2": 7 })).toEqual([]);
    expect(judged({}, {})).toEqual([]);
  });

  it.each<[string, Record<string, number>, number]>([
    ["one got a unit", { a: 2, b: 0 }, 1],
    ["a cent moved between two", { a: 0.99, b: 0.01 }, 2],
    ["one came, with nothing", { a: 1, b: 0, c: 0 }, 1],
    ["one went", { a: 1 }, 1],
  ])("may not change: %s", (_, after, got) => {
    expect(judged({ a: 1, b: 0 }, after)).toEqual([
      { invariant: "I1", subject: "wallets of others that changed", wanted: 0, got },
    ]);
  });
});

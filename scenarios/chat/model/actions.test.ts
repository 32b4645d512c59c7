import { describe, expect, it } from "vitest";
import { stream } from "../../../src/core/random.ts";
import { nextAction, somethingToSay } from "./actions.ts";

const weights = { send: 60, leave: 10, stay: 30 };

describe("nextAction", () => {
  it("joins when in no room, whatever the weights", () => {
    const random = stream(1, "actions");
    for (let i = 0; i < 100; i++) expect(nextAction(random, false, weights)).toBe("join");
  });

  it("keeps to its weights in a room", () => {
    const random = stream(1, "actions");
    const counts = { join: 0, send: 0, leave: 0, stay: 0 };
    for (let i = 0; i < 10_000; i++) counts[nextAction(random, true, weights)]++;
    expect(counts.join).toBe(0);
    // Four standard deviations of a binomial: 4 * sqrt(10,000 * p * (1 - p)).
    expect(Math.abs(counts.send - 6_000)).toBeLessThan(196);
    expect(Math.abs(counts.leave - 1_000)).toBeLessThan(120);
  });

  it("can do one thing only", () => {
    const random = stream(1, "actions");
    for (let i = 0; i < 1_000; i++) expect(nextAction(random, true, { send: 100, leave: 0, stay: 0 })).toBe("send");
  });
});

describe("somethingToSay", () => {
  it("says all that the original says", () => {
    const random = stream(1, "texts");
    const said = new Set(
      Array.from({ length: 500 }, () => somethingToSay(random, "user_1", 7).replace(/\.\.\. \d+/, "...")),
    );
    expect([...said].sort()).toEqual([
      "Hello from user_1!",
      "How is everyone?",
      "Message count: 7",
      "Stress test message #8",
      "Testing...",
      "This is a stress test",
    ]);
  });
});

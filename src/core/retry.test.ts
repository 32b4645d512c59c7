import { describe, expect, it } from "vitest";
import { stream } from "./random.ts";
import { defaultRetry, parseRetryAfter, retryDelay } from "./retry.ts";

const policy = { ...defaultRetry, budget: 60_000 };

describe("retryDelay", () => {
  it.each([
    [1, 125, 250],
    [2, 250, 500],
    [3, 500, 1_000],
    [5, 2_000, 4_000],
    [6, 2_500, 5_000], // 250 * 2^5 = 8 s, cut to the cap
    [1_200, 2_500, 5_000], // 2^1199 is Infinity
  ])("before attempt %d + 1 lies between %d and %d ms", (attempt, low, high) => {
    expect(retryDelay(policy, attempt, 0, 0)).toBe(low);
    expect(retryDelay(policy, attempt, 0, 0.5)).toBe((low + high) / 2);
    const { uniform } = stream(1, "jitter", attempt);
    const delays = Array.from({ length: 1_000 }, () => retryDelay(policy, attempt, 0, uniform()) ?? -1);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(low);
    expect(Math.max(...delays)).toBeLessThan(high);
    // Users who failed together do not come back together.
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(0.9 * (high - low));
  });

  it("never asks sooner than Retry-After allows, and not later than planned for its sake", () => {
    expect(retryDelay(policy, 1, 0, 0.5, 3_000)).toBe(3_000);
    expect(retryDelay(policy, 1, 0, 0.5, 10)).toBe(187.5);
    expect(retryDelay(policy, 1, 0, 0.5, 0)).toBe(187.5);
  });

  it("begins no attempt after the budget", () => {
    expect(retryDelay({ ...policy, budget: 1_000 }, 1, 875, 0)).toBe(125);
    expect(retryDelay({ ...policy, budget: 1_000 }, 1, 876, 0)).toBeUndefined();
    expect(retryDelay({ ...policy, budget: 1_000 }, 1, 0, 0, 1_001)).toBeUndefined();
    expect(retryDelay({ ...policy, budget: 0 }, 1, 0, 0)).toBeUndefined();
  });

  it("uses a budget of 30 s for about ten attempts", () => {
    const { uniform } = stream(2, "attempts");
    let elapsed = 0;
    let attempts = 1;
    for (;;) {
      const delay = retryDelay({ ...defaultRetry, budget: 30_000 }, attempts, elapsed, uniform());
      if (delay === undefined) break;
      elapsed += delay;
      attempts++;
    }
    expect(elapsed).toBeLessThanOrEqual(30_000);
    expect(attempts).toBeGreaterThanOrEqual(9);
    expect(attempts).toBeLessThanOrEqual(16);
  });
});

describe("parseRetryAfter", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");

  it.each([
    ["120", 120_000],
    [" 2 ", 2_000],
    ["0", 0],
    ["0.5", 500],
    ["Sun, 01 Mar 2026 12:00:30 GMT", 30_000],
    ["Sun, 01 Mar 2026 11:59:00 GMT", 0],
  ])("%j is %d ms", (header, ms) => expect(parseRetryAfter(header, now)).toBe(ms));

  it.each([undefined, "", "  ", "soon"])("%j says nothing", (header) =>
    expect(parseRetryAfter(header, now)).toBeUndefined(),
  );
});

import { describe, expect, it } from "vitest";
import { createRateLimiter } from "./rate-limit.ts";

describe("a rate limiter", () => {
  it("allows the limit at once, then its pace", () => {
    let now = 0;
    const limiter = createRateLimiter({ limit: 60, windowMs: 60_000 }, () => now);
    let allowed = 0;
    for (now = 0; now < 10_000; now += 10) if (limiter.take("a") === 0) allowed++;
    expect(allowed).toBe(60 + 9);
  });

  it("serves whoever waits as long as it is told", () => {
    let now = 0;
    const limiter = createRateLimiter({ limit: 3, windowMs: 1_000 }, () => now);
    for (let i = 0; i < 3; i++) limiter.take("a");
    for (let i = 0; i < 100; i++) {
      const wait = limiter.take("a");
      expect(wait).toBeGreaterThan(0);
      now += wait;
      expect(limiter.take("a")).toBe(0);
    }
  });

  it("keeps keys apart and forgets idle ones", () => {
    let now = 0;
    const limiter = createRateLimiter({ limit: 1, windowMs: 1_000 }, () => now);
    expect(limiter.take("a")).toBe(0);
    expect(limiter.take("b")).toBe(0);
    expect(limiter.take("a")).toBe(1_000);
    for (let i = 0; i < 10_000; i++) limiter.take(`key ${i}`);
    now = 500;
    expect(limiter.take("a")).toBe(500);
  });
});

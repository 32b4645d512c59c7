// A token bucket per key: a burst of up to the limit, then the limit's pace. Retry-After is when the next token is there, so a client that
// honours it is served and one that hammers is not.

export interface RateLimit {
  /** Requests allowed per window. */
  readonly limit: number;
  readonly windowMs: number;
}

export interface RateLimiter {
  /** Takes one token of `key`; 0 when there was one, else the milliseconds until there is. */
  take(key: string): number;
}

/** Keys beyond this many are forgotten once their bucket is full again, so that a flood of addresses cannot fill the memory. */
const MANY_KEYS = 10_000;

/** @param now milliseconds of a monotonic clock */
export function createRateLimiter(
  { limit, windowMs }: RateLimit,
  now: () => number = () => performance.now(),
): RateLimiter {
  const perMs = limit / windowMs;
  const buckets = new Map<string, { tokens: number; at: number }>();

  const forgetFull = (time: number) => {
    for (const [key, bucket] of buckets) if (bucket.tokens + (time - bucket.at) * perMs >= limit) buckets.delete(key);
  };

  return {
    take(key) {
      const time = now();
      let bucket = buckets.get(key);
      if (!bucket) {
        if (buckets.size >= MANY_KEYS) forgetFull(time);
        bucket = { tokens: limit, at: time };
        buckets.set(key, bucket);
      }
      bucket.tokens = Math.min(limit, bucket.tokens + (time - bucket.at) * perMs);
      bucket.at = time;
      // 1e-9: a client that waited exactly as long as it was told must not miss the token by a rounding error.
      if (bucket.tokens >= 1 - 1e-9) {
        bucket.tokens = Math.max(0, bucket.tokens - 1);
        return 0;
      }
      return (1 - bucket.tokens) / perMs;
    },
  };
}

/** How long one call is retried, and how fast. */
export interface RetryPolicy {
  /** Milliseconds from the first attempt after which no further attempt is begun; 0 never retries. */
  readonly budget: number;
  /** Milliseconds before the second attempt; doubles with each further one. */
  readonly base: number;
  /** Longest single wait, milliseconds. */
  readonly cap: number;
}

export const defaultRetry = { base: 250, cap: 5_000 } as const;

/**
 * Milliseconds to wait before the next attempt, or undefined when the budget does not allow one.
 * Exponential backoff with full jitter over the upper half ("equal jitter"), so that users who failed together do not return together.
 * A server's Retry-After is a lower bound: asking again sooner is what it forbade.
 *
 * @param attempt attempts made so far, from 1
 * @param elapsed milliseconds since the first attempt began
 * @param jitter uniform in [0, 1)
 */
export function retryDelay(
  policy: RetryPolicy,
  attempt: number,
  elapsed: number,
  jitter: number,
  retryAfter?: number,
): number | undefined {
  const ceiling = Math.min(policy.cap, policy.base * 2 ** (attempt - 1));
  const delay = Math.max(retryAfter ?? 0, ceiling / 2 + (ceiling / 2) * jitter);
  return elapsed + delay > policy.budget ? undefined : delay;
}

/** Retry-After in milliseconds: seconds, or an HTTP date. Undefined when absent or unreadable. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** The original's least time for the root's announcements, ms. */
const LEAST_MS = 20_000;

/**
 * Milliseconds that a client waits for its membership, and then for the signal.
 * @param duration of the run, ms
 */
export const announceTimeout = (
  { ANNOUNCE_TIMEOUT }: { readonly ANNOUNCE_TIMEOUT?: number | undefined },
  duration: number,
): number => ANNOUNCE_TIMEOUT ?? Math.max(duration, LEAST_MS);

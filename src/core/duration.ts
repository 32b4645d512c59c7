// Durations in data and settings are text with a unit, as k6 and Go write them. The tests that Onrush descends from disagreed on the
// unit of a bare number (minutes here, seconds there), so a bare number is refused.

const MS_PER: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A year: longer than any load test, and k6 (int64 nanoseconds) still reads it. */
const LONGEST_MS = 365 * 86_400_000;

/**
 * Parses a duration such as "90s", "1.5s", "1h30m" or "2d" into milliseconds (of at least 0).
 * @throws Error whose message completes "NAME=value ...", so that a setting can show it as it is.
 */
export function parseDuration(text: string): number {
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) {
    const bare = text.replace(/^[+-]/, "");
    throw new Error(`must be a duration with its unit, such as ${bare}s or ${bare}m`);
  }
  if (!/^(\d+(\.\d+)?(ns|us|ms|s|m|h|d))+$/.test(text)) {
    throw new Error("must be a duration with its unit, such as 30s, 10m or 1h30m");
  }
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h|d)/g)) {
    ms += Number(amount) * (MS_PER[unit ?? ""] ?? Number.NaN);
  }
  if (ms > LONGEST_MS) throw new Error("must be a duration of at most 365d");
  return ms;
}

/**
 * Milliseconds as short text that `parseDuration` reads: 600000 -> "10m", 614000 -> "10m14s", 1500 -> "1.5s", 250 -> "250ms".
 * Above a minute whole seconds are kept, below it milliseconds.
 */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) throw new RangeError(`not a duration: ${ms} ms`);
  if (ms < 1_000) return ms === 0 ? "0s" : ms < 1 ? `${Number(ms.toPrecision(3))}ms` : `${Math.round(ms)}ms`;
  if (Math.round(ms) < 60_000) return `${Number((ms / 1_000).toFixed(3))}s`;
  let seconds = Math.round(ms / 1_000);
  const hours = Math.floor(seconds / 3_600);
  seconds -= hours * 3_600;
  const minutes = Math.floor(seconds / 60);
  seconds -= minutes * 60;
  return `${hours > 0 ? `${hours}h` : ""}${minutes > 0 ? `${minutes}m` : ""}${seconds > 0 ? `${seconds}s` : ""}`;
}

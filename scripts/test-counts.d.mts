/** See test-counts.mjs. */
export interface Counts {
  passed: number;
  failed: number;
  /** Names of tests that did not run. */
  skipped: string[];
  /** Failures outside of any test. */
  problems: string[];
}
export function countVitest(text: string | undefined): Counts;
export function goCounter(print: (text: string) => void): { read(line: string): void; counts(): Counts };

// Judges whether arrivals are a Poisson process. Gaps alone do not tell: constant arrivals displaced by a uniform delay have nearly exponential gaps and yet a
// tenth of the dispersion, so both are tested.
import { chiSquareCdf, kolmogorovTail } from "./distributions.ts";
import { CELL_SECONDS } from "./grid.ts";
import type { Plan } from "./plan.ts";

/** Starts of a plan's arrivals in seconds since the start of arrivals: the end of each one's cell, where k6 starts it. */
export function startsOf(plan: Plan): number[] {
  return plan.cells.map((cell) => (cell + 1) * CELL_SECONDS);
}

export interface GapTest {
  /** Largest distance between the gaps' distribution and the exponential one. */
  readonly d: number;
  /** Probability of such a distance, or a larger one, if the gaps are exponential. */
  readonly p: number;
}

/**
 * Kolmogorov-Smirnov test of the gaps between `starts` (seconds, ascending) against an exponential of mean 1/rate.
 * @param resolution width of the grid (seconds) that starts are rounded to: gaps are then compared with what rounding makes of exponential ones (a
 * discrete law; the test is exact or slightly conservative). Without it, at 20/s and 10,000 gaps, a 1 ms clock alone would fail the test.
 */
export function gapTest(starts: readonly number[], rate: number, resolution: number): GapTest {
  const gaps: number[] = [];
  for (let i = 1; i < starts.length; i++) gaps.push(Math.round(((starts[i] ?? 0) - (starts[i - 1] ?? 0)) / resolution));
  gaps.sort((a, b) => a - b);
  const n = gaps.length;
  if (n === 0) throw new RangeError("a gap test needs two arrivals");
  const perCell = rate * resolution;
  // P(gap <= k cells) when the earlier arrival lies anywhere in its cell.
  const factor = Math.expm1(perCell) / perCell;
  const expected = (cells: number): number => (cells < 0 ? 0 : 1 - Math.exp(-perCell * (cells + 1)) * factor);
  let d = 0;
  for (let i = 0; i < n; ) {
    const cells = gaps[i] ?? 0;
    let next = i;
    while (next < n && gaps[next] === cells) next++;
    d = Math.max(d, Math.abs(next / n - expected(cells)), Math.abs(i / n - expected(cells - 1)));
    i = next;
  }
  const root = Math.sqrt(n);
  return { d, p: kolmogorovTail((root + 0.12 + 0.11 / root) * d) }; // Stephens' correction for finite n
}

export interface DispersionTest {
  /** Variance of the counts per window over their mean: 1 for Poisson, below it for arrivals that keep a distance. */
  readonly index: number;
  readonly windows: number;
  /** Two-sided probability of an index this far from 1, if the arrivals are Poisson. */
  readonly p: number;
}

/**
 * Index of dispersion of arrivals (seconds) counted in windows of `window` seconds over `seconds`; the unfinished last window is left out.
 * (windows - 1) * index is chi-square with windows - 1 degrees of freedom; the mean is taken from the sample, so the rate need not be known.
 */
export function dispersionTest(starts: readonly number[], window: number, seconds: number): DispersionTest {
  const windows = Math.floor(seconds / window + 1e-9);
  if (windows < 2) throw new RangeError(`${seconds} s are too short for two windows of ${window} s`);
  const counts = new Array<number>(windows).fill(0);
  for (const start of starts) {
    const k = Math.max(0, Math.ceil(start / window) - 1);
    if (k < windows) counts[k] = (counts[k] ?? 0) + 1;
  }
  const mean = counts.reduce((a, b) => a + b, 0) / windows;
  if (mean === 0) throw new RangeError("no arrivals to count");
  const chiSquare = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
  const below = chiSquareCdf(chiSquare, windows - 1);
  return { index: chiSquare / (windows - 1), windows, p: Math.min(1, 2 * Math.min(below, 1 - below)) };
}

/** Most arrivals of a plan within any one second. */
export function peakPerSecond(plan: Plan): number {
  const cellsPerSecond = Math.floor(1 / CELL_SECONDS);
  let first = 0;
  let peak = 0;
  for (const [last, cell] of plan.cells.entries()) {
    while (cell - (plan.cells[first] ?? 0) > cellsPerSecond) first++;
    peak = Math.max(peak, last - first + 1);
  }
  return peak;
}

// Arrivals lie on a grid of 2^20 ns (1.05 ms). k6 computes start times in float64; with a power of two as time unit every number in its formula is
// exact, so a start can neither drift nor be lost to rounding, however long the run.

/** Width of a grid cell in nanoseconds. */
export const CELL_NS = 1_048_576;
/** Width of a grid cell in seconds. */
export const CELL_SECONDS = CELL_NS / 1e9;

/** The cell in which an instant (seconds) lies; cell c covers (c, c + 1] cell widths, as k6 starts the last of a cell on its end. */
export function cellOf(seconds: number): number {
  return Math.max(0, Math.ceil(seconds / CELL_SECONDS) - 1);
}

import exec from "k6/execution";
import { asJourneyError } from "../core/errors.ts";
import { stepEnded, type UserMetrics } from "./accounting.ts";

/** Runs one step: everything it measures is tagged with its name, and its duration is kept also when it fails. */
export type Timed = <T>(step: string, fn: () => T | Promise<T>) => Promise<T>;

/**
 * A `timed` for one journey. A VU runs one user at a time and a user's steps follow each other, so the step can be a tag of the VU; samples of the
 * Go modules and of k6/http then carry it too.
 * @param entered told of each step before it begins
 * @param active false once the user has ended: what it still does afterwards is not measured
 */
export function timedBy(metrics: UserMetrics, entered: (step: string) => void, active: () => boolean): Timed {
  return async (step, fn) => {
    entered(step);
    const tags = exec.vu.metrics.tags;
    tags.step = step;
    const started = Date.now();
    let ok = false;
    try {
      const result = await fn();
      ok = true;
      return result;
    } catch (thrown) {
      const error = asJourneyError(thrown);
      error.step ??= step;
      throw error;
    } finally {
      if (active()) stepEnded(metrics, step, started, ok);
      delete tags.step;
    }
  };
}

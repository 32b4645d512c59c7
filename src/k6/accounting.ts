// Counting users: each that begins is booked once with how it ended, whatever it is in a scenario, so that none can vanish.
import type { ErrorKind } from "../core/errors.ts";
import { userMetrics } from "../core/metrics.ts";
import { createMetrics } from "./metrics.ts";

/** The metrics of a scenario's users. Init code only. */
export const declareUsers = (scenario: string) => createMetrics(userMetrics(scenario));

export type UserMetrics = ReturnType<typeof declareUsers>;

/** How a user that did not fail ended. */
export type UserOutcome = "succeeded" | "degraded" | "refused";

/** Why a user failed. */
export interface Failure {
  readonly kind: ErrorKind;
  readonly step: string;
  readonly detail?: string;
}

/** Books the beginning of a user. */
export const userBegan = (metrics: UserMetrics): void => metrics.unfinished.add(1);

/**
 * Books the end of a user.
 * @param ms since it began
 */
export function userEnded(metrics: UserMetrics, end: UserOutcome | Failure, ms: number): void {
  metrics.users.add(1);
  // Who was rightly refused has neither succeeded nor failed.
  if (end !== "refused") metrics.success.add(end === "succeeded");
  if (typeof end !== "string") {
    metrics.errors.add(1, { ...end });
  } else {
    metrics[end].add(1);
    if (end === "succeeded") metrics.duration.add(ms);
  }
  metrics.unfinished.add(-1);
}

/**
 * Books a step, also one that failed.
 * @param started when it began, ms since the epoch
 */
export function stepEnded({ stepDuration }: UserMetrics, step: string, started: number, ok: boolean): void {
  stepDuration.add(Date.now() - started, { step, ok: String(ok) });
}

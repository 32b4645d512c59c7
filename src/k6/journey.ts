// The frame around every journey: counting, timing, classifying. A user can never vanish in it.
import exec from "k6/execution";
import { clearTimeout, setTimeout } from "k6/timers";
import { parseDuration } from "../core/duration.ts";
import { asJourneyError, JourneyError } from "../core/errors.ts";
import { stream } from "../core/random.ts";
import { declareUsers, type UserMetrics, type UserOutcome, userBegan, userEnded } from "./accounting.ts";
import type { Run } from "./run.ts";
import { type Timed, timedBy } from "./timed.ts";
import { clock, type User } from "./user.ts";

/** What a journey may use besides its user. */
export interface JourneyTools {
  readonly timed: Timed;
}

/** Calls around a user's life; a scenario uses them for what all its users share. */
export interface Hooks {
  started?(): void;
  /** @returns a reason to abort the whole run, or undefined */
  ended?(failed: boolean): string | undefined;
}

/** Most failures that one VU prints; the verdict has them all, by kind. */
const PRINTED_FAILURES = 1;

const declared = new Map<string, UserMetrics>();

/** The metrics of a scenario's users, once a VU: its journeys share them. */
function metricsOf(name: string): UserMetrics {
  const metrics = declared.get(name) ?? declareUsers(name);
  declared.set(name, metrics);
  return metrics;
}

/**
 * Makes a journey. Call it in init code: it declares the scenario's user metrics.
 * @param steps what one user does; throws (or rejects) when it failed, resolves with how it ended otherwise
 */
export function journey<R extends Run>(
  name: string,
  steps: (user: User, tools: JourneyTools, run: R) => Promise<UserOutcome>,
) {
  const metrics = metricsOf(name);
  let printed = 0;

  return async (run: R, hooks: Hooks = {}): Promise<void> => {
    const settings = run.common;
    const number = exec.scenario.iterationInTest;
    await pauseBefore(run, number);
    const started = Date.now();
    let active = true;
    let step = "start";
    userBegan(metrics);
    hooks.started?.();
    if (settings.VERBOSE) console.log(`user ${number}: started`);

    const user: User = {
      number,
      random: stream(settings.SEED, "user", number),
      retryFor: settings.RETRY_FOR,
      httpTimeout: settings.HTTP_TIMEOUT,
      retried: (kind) => metrics.retries.add(1, { kind }),
      ...clock(settings.USER_TIMEOUT, `user ${number}`),
    };

    let failure: JourneyError | undefined;
    let outcome: UserOutcome = "succeeded";
    const timed = timedBy(
      metrics,
      (entered) => {
        step = entered;
      },
      () => active,
    );
    try {
      outcome = await within(settings.USER_TIMEOUT, number, () => steps(user, { timed }, run));
    } catch (thrown) {
      failure = asJourneyError(thrown);
      // A user whose time ran out is still inside its step, which therefore has not named itself.
      failure.step ??= step;
    }
    active = false;

    const end =
      failure === undefined
        ? outcome
        : {
            kind: failure.kind,
            step: failure.step ?? step,
            ...(failure.detail === undefined ? {} : { detail: failure.detail }),
          };
    userEnded(metrics, end, Date.now() - started);
    if (settings.VERBOSE)
      console.log(`user ${number}: ${failure ? "failed" : outcome} after ${Date.now() - started} ms`);
    if (failure !== undefined && printed++ < PRINTED_FAILURES) {
      console.warn(`user ${number} failed at ${failure.step} (${failure.kind}): ${failure.message}`);
    }
    const abort = hooks.ended?.(failure !== undefined);
    if (abort !== undefined) {
      metrics.breaker.add(1);
      exec.test.abort(abort);
    }
  };
}

/** Users one after another keep the distance that the profile or DELAY gives them. It is no part of a user's time, and a VU's first user does not wait. */
async function pauseBefore(run: Run, number: number): Promise<void> {
  const { arrivals } = run.load;
  if (arrivals.kind !== "sequence" || arrivals.pause === undefined || exec.vu.iterationInScenario === 0) return;
  const [low, high] = arrivals.pause.map(parseDuration) as [number, number];
  const wait = low + (high - low) * stream(run.common.SEED, "pause", number).uniform();
  await new Promise<void>((resolve) => setTimeout(resolve, wait));
}

/**
 * Resolves or rejects as `fn` does, or rejects with a time-out. What `fn` still has under way then ends by its own limits, which all derive
 * from the user's remaining time.
 */
async function within<T>(timeout: number, number: number, fn: () => Promise<T>): Promise<T> {
  let timer = 0;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new JourneyError("timeout", `user ${number} took longer than ${timeout / 1000} s`)),
      timeout,
    );
  });
  try {
    return await Promise.race([fn(), limit]);
  } finally {
    // A pending timer would keep the iteration, and so the VU, busy until it fires.
    clearTimeout(timer);
  }
}

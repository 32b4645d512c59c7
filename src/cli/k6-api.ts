// Reads a running k6 by its REST API.
import { figureText, type LiveFigure, type LiveSample, type Phase } from "../core/live.ts";
import { fundingMetrics, userMetrics } from "../core/metrics.ts";

/** What k6 says of a metric: for a counter count and rate, for a gauge value, for a rate rate, for a trend min, max, avg, med, p(90), p(95). */
type Sample = Readonly<Record<string, number>>;

/** k6's lib.ExecutionStatus, from 0. */
const PHASES: readonly Phase[] = [
  "starting",
  "starting",
  "starting",
  "starting",
  "starting",
  "starting",
  "setup",
  "running",
  "teardown",
  "ended",
  "ended",
  "ended",
];

/** Longer than any answer takes on loopback, shorter than the time between two samples. */
const TIMEOUT_MS = 1_500;

async function get(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) {
      await response.body?.cancel();
      return undefined; // 404: a metric without samples so far
    }
    return await response.json();
  } catch {
    return undefined; // k6 is not listening yet, not any more, or busy: the next sample will tell
  }
}

const attributes = (body: unknown): Record<string, unknown> | undefined =>
  (body as { data?: { attributes?: Record<string, unknown> } } | undefined)?.data?.attributes;

/**
 * Reads what the live block shows, apart from memory and CPU. Metrics are asked for one by one: the list of all makes k6 sort every sample of every trend
 * each time.
 * @param address host:port of k6's API
 * @param scenario the scenario, whose name its metrics begin with
 * @param figures what the scenario shows besides
 */
export async function readLive(
  address: string,
  scenario: string,
  figures: readonly LiveFigure[] = [],
): Promise<Omit<LiveSample, "at" | "memory" | "cpuSeconds">> {
  const users = userMetrics(scenario);
  const funding = fundingMetrics(scenario);
  const metric = async (id: string): Promise<Sample> => {
    const sample = attributes(await get(`http://${address}/v1/metrics/${encodeURIComponent(id)}`))?.sample;
    return (sample as Sample | undefined) ?? {};
  };
  const [status, ended, unfinished, success, duration, dropped, droppedUsers, retries, pool] = await Promise.all([
    get(`http://${address}/v1/status`),
    metric(users.users.name),
    metric(users.unfinished.name),
    metric(users.success.name),
    metric(users.duration.name),
    metric("dropped_iterations"),
    metric("dropped_iterations{scenario:user}"),
    metric(users.retries.name),
    metric(funding.poolWaiting.name),
  ]);
  const own = await Promise.all(
    figures.map(async (figure) => figureText(figure, (await metric(figure.metric))[figure.aggregate])),
  );
  return {
    ...(own.length > 0 ? { own } : {}),
    phase: PHASES[Number(attributes(status)?.status ?? 0)] ?? "starting",
    ended: ended.count,
    active: unfinished.count,
    success: success.rate,
    p95: duration["p(95)"],
    // The submetric exists when a gate names it, and leaves out what other scenarios (funding) did not start.
    dropped: droppedUsers.count ?? dropped.count,
    retries: retries.count,
    pool: pool.value,
  };
}

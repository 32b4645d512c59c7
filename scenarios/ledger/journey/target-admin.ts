// What a target can tell of itself: its consumers' backlogs and its errors. The sandbox's admin endpoint does; the original has nothing of the kind.
import { below, get } from "../../../src/k6/http.ts";
import { type Consumer, consumersIn, type ServiceState } from "../model/consumers.ts";
import { metrics } from "./context.ts";

const TIMEOUT = 3_000;

export interface TargetAdmin {
  state(): Promise<ServiceState>;
  /** Events that some consumer has not worked off, over all consumers. */
  backlog(): Promise<number>;
}

/** The target behind an admin endpoint; undefined where there is none. */
export function targetAdminOf(adminUrl: string | undefined): TargetAdmin | undefined {
  if (adminUrl === undefined) return undefined;
  const state = async (): Promise<ServiceState> => {
    // While the service is down nothing is told, which is not the same as nothing to do.
    const answer = await get(below(adminUrl, "/counters"), "admin", TIMEOUT);
    return answer?.status === 200 ? consumersIn(JSON.parse(String(answer.body))) : { consumers: [], errors: 0 };
  };
  const pending = (consumers: readonly Consumer[]) => consumers.reduce((sum, { backlog }) => sum + backlog, 0);
  return {
    state,
    async backlog() {
      const { consumers } = await state();
      return consumers.length === 0 ? 1 : pending(consumers);
    },
  };
}

/** Notes where the target's consumers stand. @returns what is to be called at rest: it measures which of them moved, and what went wrong meanwhile */
export async function watchTarget(target: TargetAdmin | undefined): Promise<() => Promise<void>> {
  if (target === undefined) return async () => undefined;
  const before = await target.state();
  return async () => {
    const after = await target.state();
    metrics.appErrors.add(Math.max(0, after.errors - before.errors));
    for (const { name, processed, backlog } of after.consumers) {
      const then = before.consumers.find((consumer) => consumer.name === name)?.processed ?? 0;
      // Not `>`: a service that was started again counts from 0.
      const moved = processed !== then;
      if (moved) metrics.consumers.add(1);
      if (!moved || backlog > 0) metrics.stalled.add(1);
    }
  };
}

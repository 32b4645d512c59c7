// The line that the original logs for each client and step.
import type { Stage } from "./metrics.ts";

export interface StressResult {
  readonly stage: Stage;
  /** What went wrong; none when it passed. */
  readonly reason?: string;
  readonly session: string;
  /** k6 process. */
  readonly container: number;
  readonly client: number;
  readonly user: string;
  readonly rpcUrl: string;
}

/** It as one line of JSON. */
export function stressResultLine({ stage, reason, session, container, client, user, rpcUrl }: StressResult): string {
  return JSON.stringify({
    sequence: "STRESS_RESULT",
    step: stage,
    result: reason === undefined ? "PASS" : "FAIL",
    metadata: { clientIndex: client, ...(reason === undefined ? {} : { reason }) },
    name: "stress:run",
    sessionId: session,
    containerIndex: container,
    processIndex: container,
    clientIndex: client,
    userId: user,
    logId: `client${client}`,
    rpcUrl,
  });
}

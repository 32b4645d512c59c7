import { parseDuration } from "../../src/core/duration.ts";
import { showEndpoint } from "../../src/core/endpoint.ts";
import type { Load } from "../../src/core/load.ts";
import { roundsIn } from "../../src/core/rounds.ts";
import type { ScenarioSpec } from "../../src/core/scenario.ts";
import type { Problem } from "../../src/core/settings/table.ts";
import { ledgerBreakdowns, ledgerMetrics, ledgerSteps } from "./model/metrics.ts";
import { ledgerReport } from "./model/report.ts";
import { profiles } from "./profiles.ts";
import { type LedgerSettings, ledgerTable, requiredByTarget, targets } from "./settings.ts";

function problems(values: LedgerSettings, load: Load): Problem[] {
  const { rounds } = roundsIn(load);
  const fewest = Math.floor(Math.min(...rounds.map((round) => round.wallets)) / values.INSTANCES);
  if (values.MIX.transfer === 0 ? fewest >= 1 : fewest >= 2) return [];
  const many = values.INSTANCES > 1 ? " in each instance" : "";
  const message =
    values.MIX.transfer === 0
      ? "is fewer than one for each of INSTANCES"
      : `is too few: transfers need two wallets${many}; set WALLETS=${2 * values.INSTANCES}, or MIX=60/40/0 for none`;
  return [{ name: "WALLETS", value: String(rounds[0]?.wallets), message }];
}

/** The ledger scenario. */
export const spec: ScenarioSpec<ReturnType<typeof ledgerTable>> = {
  name: "ledger",
  about: "a wallet service judged on its money: every balance against an exact model",
  get table() {
    return ledgerTable();
  },
  profiles,
  targets,
  required: requiredByTarget,
  steps: ledgerSteps,
  details: [],
  expectedDuration: 100,
  uses: [],
  noun: "operations",
  metrics: ledgerMetrics,
  breakdowns: () => ledgerBreakdowns,
  // The VU's one iteration holds all rounds; those that begin again are spread over the load's own duration.
  userTimeout: (values, load) => {
    const { rounds, every } = roundsIn(load);
    const one = values.ROUND_TIMEOUT + values.DRAIN_TIMEOUT;
    return rounds.length * one + (every === undefined ? 0 : parseDuration(every));
  },
  problems,
  report: ledgerReport,
  labels: (values) => [
    ...(/^https?:\/\/(127\.|localhost|\[::1\])/.test(showEndpoint(values.LEDGER_URL))
      ? ["sandbox numbers: k6, the service and its database on one machine"]
      : []),
    ...(values.REPLAY === 0 ? ["REPLAY=0: idempotency is not judged"] : []),
    ...(values.CLOSED ? [] : ["CLOSED=false: the wallets of others are not judged"]),
    ...(values.RACES === 0 ? ["RACES=0: races are not judged"] : []),
    ...(values.ADMIN_URL === undefined
      ? ["without ADMIN_URL the target tells nothing of its consumers and errors"]
      : []),
  ],
};

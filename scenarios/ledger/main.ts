// A wallet service judged on its money: operations between wallets at any speed, and afterwards every balance in every view against an exact model.

import { stream } from "../../src/core/random.ts";
import { roundsIn } from "../../src/core/rounds.ts";
import { optionsFor } from "../../src/k6/options.ts";
import { reportFor } from "../../src/k6/report.ts";
import { settings } from "../../src/k6/run.ts";
import { setUp } from "../../src/k6/setup.ts";
import gates from "../../thresholds/ledger.json";
import { checkTarget } from "./journey/check.ts";
import { economy } from "./journey/index.ts";
import { newRun } from "./model/ids.ts";
import { spec } from "./spec.ts" with { load: "deferred" };

const run = settings(() => spec);
const needs = { gates, funding: false };

export const options = {
  ...optionsFor(run, needs),
  // k6 keeps this many connections to a host open for a VU, and all workers of a round are one VU.
  batchPerHost: Math.max(20, 2 * roundsIn(run.load).workers),
};

/** Refuses a wrong target within seconds, and gives the run a number that its wallets' ids hold. */
export async function setup() {
  await setUp(run, () => checkTarget(run));
  const now = Date.now();
  return { run: newRun(now, stream(now, "run").uniform()) };
}

/** All rounds of this instance. */
export async function user(data: { run: number }) {
  await economy(run, data.run);
}

export const handleSummary = reportFor(run, needs);

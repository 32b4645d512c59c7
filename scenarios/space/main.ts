// A token-gated space: the root mints memberships for all and signals it; the others verify theirs on chain, join and talk; a stranger is refused.

import { optionsFor } from "../../src/k6/options.ts";
import { reportFor } from "../../src/k6/report.ts";
import { settings } from "../../src/k6/run.ts";
import { sharedHooks } from "../../src/k6/shared.ts";
import gates from "../../thresholds/space.json";
import { nodeMaker } from "./client/stream-node.ts";
import * as deferred from "./deferred.ts" with { load: "deferred" };
import { createSpaceMetrics, type SetupData } from "./journey/context.ts";
import { space } from "./journey/index.ts";

const run = settings(() => deferred.spec);
const needs = { gates, funding: false };
const hooks = sharedHooks(run);
const clients = { ...run, node: nodeMaker(), metrics: createSpaceMetrics() };

export const options = optionsFor(run, needs);

/** Refuses a wrong target, and a root that cannot pay, before anything is minted. */
export function setup(): Promise<SetupData> {
  return deferred.setUp(run, () => deferred.prepareGround(clients));
}

/** One client; client 0 is the root. */
export async function user(setupData: SetupData) {
  await space({ ...clients, setupData, rootOf: (...of) => new deferred.Root(...of) }, hooks);
}

/** The second stranger: after a whole run the node must still know who is none of its members. */
export async function teardown(setupData: SetupData) {
  await deferred.probeAfterwards(clients, setupData);
}

export const handleSummary = reportFor(run, needs);

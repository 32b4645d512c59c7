// A token-gated space: the root mints memberships for all and signals it; the others verify theirs on chain, join and talk; a stranger is refused.

import { announce } from "../../src/k6/announce.ts" with { load: "deferred" };
import { optionsFor } from "../../src/k6/options.ts";
import { reportFor } from "../../src/k6/report.ts";
import { settings } from "../../src/k6/run.ts";
import { sharedHooks } from "../../src/k6/shared.ts";
import { starting } from "../../src/k6/starting.ts" with { load: "deferred" };
import gates from "../../thresholds/space.json";
import { nodeMaker } from "./client/stream-node.ts";
import { createSpaceMetrics, type Ground } from "./journey/context.ts";
import { space } from "./journey/index.ts";
import { prepareGround } from "./journey/preflight.ts" with { load: "deferred" };
import { probeAfterwards } from "./journey/stranger.ts" with { load: "deferred" };
import { spec } from "./spec.ts" with { load: "deferred" };

const run = settings(() => spec);
const needs = { gates, funding: false };
const hooks = sharedHooks(run);
const clients = { ...run, node: nodeMaker(), metrics: createSpaceMetrics() };

export const options = optionsFor(run, needs);

/** Refuses a wrong target, and a root that cannot pay, before anything is minted. */
export async function setup(): Promise<Ground | undefined> {
  let ground: Ground | undefined;
  await starting(run, false, async () => {
    announce(run);
    ground = await prepareGround(clients);
  });
  return ground;
}

/** One client; client 0 is the root. */
export async function user(ground: Ground) {
  await space({ ...clients, ground }, hooks);
}

/** The second stranger: after a whole run the node must still know who is none of its members. */
export async function teardown(ground: Ground) {
  await probeAfterwards(clients, ground);
}

export const handleSummary = reportFor(run, needs);

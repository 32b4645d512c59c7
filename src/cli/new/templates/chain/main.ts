// Example: each user mints a token of a contract, and its event must say so.
import { optionsFor } from "../../../../k6/options.ts";
import { reportFor } from "../../../../k6/report.ts";
import { settings } from "../../../../k6/run.ts";
import { sharedHooks } from "../../../../k6/shared.ts";
import { funded, walletFor } from "../../../../k6/wallets/pool.ts";
import { audit } from "./audit.ts";
import { controls } from "./controls.ts";
import * as deferred from "./deferred.ts" with { load: "deferred" };
import { checkTarget, mint } from "./journey/index.ts";
import gates from "./thresholds.json";

const run = funded(settings(() => deferred.spec));
const needs = { gates, funding: run.pays };
const hooks = sharedHooks(run);
const users = { ...run, wallet: (timeout: number) => walletFor(run, timeout) };

export const options = optionsFor(run, needs);

/** Refuses a wrong target within seconds, then pays only what is short; safe to run twice. */
export async function setup() {
  await deferred.setUp(run, () => checkTarget(run));
  controls();
  await deferred.abortOnError(run, needs.funding, () => deferred.topUp(run));
}

/** One arrival, one user, one wallet. */
export async function user() {
  await mint(users, hooks);
}

/** Keeps the pool filled while users arrive, and ends with them. */
export async function funding() {
  await deferred.fundPool(run);
}

export async function teardown() {
  audit();
  await deferred.sweep(run);
}

export const handleSummary = reportFor(run, needs);

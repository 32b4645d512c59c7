// Data portability: users arrive continuously, get a funded wallet, and run the whole flow from encryption to proven inference.
import { optionsFor } from "../../src/k6/options.ts";
import { reportFor } from "../../src/k6/report.ts";
import { settings } from "../../src/k6/run.ts";
import { sharedHooks } from "../../src/k6/shared.ts";
import { funded, walletFor } from "../../src/k6/wallets/pool.ts";
import gates from "../../thresholds/streaming.json";
import * as deferred from "./deferred.ts" with { load: "deferred" };
import { granteeAccount } from "./journey/context.ts";
import { portability, preflightUser } from "./journey/index.ts";
import { personas } from "./journey/persona.ts";

const prepared = settings(() => deferred.spec);
const run = funded(prepared, prepared.values.SUBMIT === "direct");
const needs = { gates, funding: run.pays };
const hooks = sharedHooks(run);
const users = {
  ...run,
  personas: personas(run.values.DATA_SIZE),
  wallet: (timeout: number) => walletFor(run, timeout),
  grantee: () => granteeAccount(run.values),
};

export const options = optionsFor(run, needs);

/** Refuses a wrong target within seconds, then pays only what is short; safe to run twice. */
export async function setup() {
  await deferred.setUp(run, () => deferred.checkTarget(run));
  await deferred.abortOnError(run, needs.funding, () => deferred.topUp(run));
}

/** One arrival: one user, one wallet. */
export async function user() {
  await portability(users, hooks);
}

/** Keeps the pool filled while users arrive, and ends with them. */
export async function funding() {
  await deferred.fundPool(run);
}

/** PROFILE=preflight: every part of the target answers; nothing is spent. */
export async function preflight() {
  await preflightUser({ ...run, check: () => deferred.checkParts(run) });
}

export async function teardown() {
  await deferred.sweep(run);
}

export const handleSummary = reportFor(run, needs);

// Data portability: users arrive continuously, get a funded wallet, and run the whole flow from encryption to proven inference.

import { announce } from "../../src/k6/announce.ts" with { load: "deferred" };
import { optionsFor } from "../../src/k6/options.ts";
import { reportFor } from "../../src/k6/report.ts";
import { settings } from "../../src/k6/run.ts";
import { sharedHooks } from "../../src/k6/shared.ts";
import { starting } from "../../src/k6/starting.ts" with { load: "deferred" };
import { fundPool, topUp } from "../../src/k6/wallets/funding.ts" with { load: "deferred" };
import { funded, walletFor } from "../../src/k6/wallets/pool.ts";
import { sweep } from "../../src/k6/wallets/sweep.ts" with { load: "deferred" };
import gates from "../../thresholds/streaming.json";
import { granteeAccount } from "./journey/context.ts";
import { portability, preflightUser } from "./journey/index.ts";
import { personas } from "./journey/persona.ts";
import { checkTarget } from "./journey/preflight.ts" with { load: "deferred" };
import { spec } from "./spec.ts" with { load: "deferred" };

const prepared = settings(() => spec);
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
  await starting(run, false, async () => {
    announce(run);
    await checkTarget(run);
  });
  await starting(run, needs.funding, () => topUp(run));
}

/** One arrival: one user, one wallet. */
export async function user() {
  await portability(users, hooks);
}

/** Keeps the pool filled while users arrive, and ends with them. */
export async function funding() {
  await fundPool(run);
}

/** PROFILE=preflight: every part of the target answers; nothing is spent. */
export async function preflight() {
  await preflightUser(run);
}

export async function teardown() {
  await sweep(run);
}

export const handleSummary = reportFor(run, needs);

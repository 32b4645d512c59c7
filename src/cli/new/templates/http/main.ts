// Example: users put notes into a service over HTTP and read them back.
import { optionsFor } from "../../../../k6/options.ts";
import { reportFor } from "../../../../k6/report.ts";
import { settings } from "../../../../k6/run.ts";
import { sharedHooks } from "../../../../k6/shared.ts";
import { audit } from "./audit.ts";
import { controls } from "./controls.ts";
import * as deferred from "./deferred.ts" with { load: "deferred" };
import { checkTarget, putNote } from "./journey/index.ts";
import gates from "./thresholds.json";

const run = settings(() => deferred.spec);
const needs = { gates, funding: false };
const hooks = sharedHooks(run);

export const options = optionsFor(run, needs);

/** Refuses a wrong target within seconds. */
export async function setup() {
  await deferred.setUp(run, () => checkTarget(run));
  controls();
}

/** One arrival, one user. */
export async function user() {
  await putNote(run, hooks);
}

export function teardown() {
  audit();
}

export const handleSummary = reportFor(run, needs);

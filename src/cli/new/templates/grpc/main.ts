// Example: users put notes into a service over gRPC and read them back. Runs on a stock k6.
import { optionsFor } from "../../../../k6/options.ts";
import { reportFor } from "../../../../k6/report.ts";
import { settings } from "../../../../k6/run.ts";
import { audit } from "./audit.ts";
import { notesClient } from "./client/notes.ts";
import { controls } from "./controls.ts";
import * as deferred from "./deferred.ts" with { load: "deferred" };
import { checkTarget, putNote } from "./journey/index.ts";
import gates from "./thresholds.json";

const run = settings(() => deferred.spec);
const needs = { gates, funding: false };
const users = { ...run, client: notesClient() };

export const options = optionsFor(run, needs);

/** Refuses a wrong target within seconds. */
export async function setup() {
  await deferred.setUp(run, () => checkTarget(users));
  controls();
}

/** One arrival, one user. */
export async function user() {
  await putNote(users);
}

export function teardown() {
  audit();
}

export const handleSummary = reportFor(run, needs);

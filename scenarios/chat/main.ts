// Chat: clients in rooms over several gRPC gates; who sent what to whom is proved message by message. Runs on a stock k6.

import { optionsFor } from "../../src/k6/options.ts";
import { reportFor } from "../../src/k6/report.ts";
import { settings } from "../../src/k6/run.ts";
import { setUp } from "../../src/k6/setup.ts";
import gates from "../../thresholds/chat.json";
import { gateClient } from "./client/gate.ts";
import { chat } from "./journey/index.ts";
import { checkGates } from "./journey/preflight.ts";
import { spec } from "./spec.ts" with { load: "deferred" };

const run = settings(() => spec);
const needs = { gates, funding: false };
const clients = { ...run, client: gateClient() };

export const options = optionsFor(run, needs);

/** Refuses gates that are not there, and rooms that the cluster does not have. */
export async function setup() {
  await setUp(run, () => checkGates(clients));
}

/** One client, from its registration to the proof. */
export async function user() {
  await chat(clients);
}

export const handleSummary = reportFor(run, needs);

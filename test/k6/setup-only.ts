// streaming's setup() and nothing after it: what it pays can be counted without users that spend it.

import { spec } from "../../scenarios/streaming/spec.ts" with { load: "deferred" };
import { settings } from "../../src/k6/run.ts";
import { topUp } from "../../src/k6/wallets/funding.ts";
import { funded } from "../../src/k6/wallets/pool.ts";

const run = funded(settings(() => spec));

export const options = {
  scenarios: { nothing: { executor: "shared-iterations", exec: "nothing", vus: 1, iterations: 1 } },
  setupTimeout: "120s",
};

export async function setup() {
  await topUp(run);
}

export function nothing() {}

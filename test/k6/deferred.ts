// Imports of a part that most VUs never make. Of five VUs one runs the tests.
import exec from "k6/execution";
import { fails, here, ofHttp, settings } from "./support/part.ts" with { load: "deferred" };
import { equal, ok, suite } from "./support/suite.ts";

const tests = suite({
  "gives what it exports, be it a function or not": () => equal(settings.number, 7),
  "uses k6's modules, also where it is made after init": () => {
    equal(here(), exec.vu.idInTest);
    equal(ofHttp(), ["function", "function"]);
  },
  "keeps what it holds": () => {
    settings.number++;
    equal(settings.number, 8);
  },
  "fails with the lines of its source": () => {
    let stack = "";
    try {
      fails();
    } catch (thrown) {
      stack = (thrown as Error).stack ?? "";
    }
    ok(/\/test\/k6\/support\/part\.ts:16/.test(stack), stack);
  },
});

export const options = {
  ...tests.options,
  scenarios: {
    working: { executor: "per-vu-iterations", vus: 1, iterations: 1, exec: "working" },
    idle: { executor: "per-vu-iterations", vus: 4, iterations: 1, exec: "idle" },
  },
};
export const working = tests.run;

export function idle(): void {
  console.log(`idle VU ${__VU}`);
}

// src/core gives the same results in k6's engine as in Node, which passes its own as FACTS.
import { coreFacts } from "../support/core-facts.ts";
import { ok, suite } from "./support/suite.ts";

const expected = JSON.parse(__ENV.FACTS ?? "{}") as Record<string, string>;
// Computed in the test and not at the top: init code runs once more for each VU.
let here: Record<string, string> | undefined;

const tests = suite(
  Object.fromEntries(
    Object.keys(expected).map((name) => [
      name,
      () => {
        here ??= coreFacts();
        ok(
          here[name] === expected[name],
          `${here[name]?.slice(0, 300)} equals Node's ${expected[name]?.slice(0, 300)}`,
        );
      },
    ]),
  ),
);

export const options = tests.options;
export default tests.run;

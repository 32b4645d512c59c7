import { expect, it } from "vitest";
import { consumersIn } from "./consumers.ts";

it("reads the counters of the sandbox's ledger", () => {
  const counters = {
    ledger: { "backlog.a": 3, "processed.a": 40, "backlog.b-c": 0, "processed.b-c": 43, errors: 2, requests: 9 },
  };
  expect(consumersIn(counters)).toEqual({
    consumers: [
      { name: "a", processed: 40, backlog: 3 },
      { name: "b-c", processed: 43, backlog: 0 },
    ],
    errors: 2,
  });
});

it.each([null, {}, { ledger: {} }])("%j tells nothing", (counters) => {
  expect(consumersIn(counters)).toEqual({ consumers: [], errors: 0 });
});

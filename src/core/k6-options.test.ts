import { describe, expect, it } from "vitest";
import { digestOf, type OptionValues, objections, PLAN, refusedVariables, variablesOf } from "./k6-options.ts";

const compiled: OptionValues = {
  scenarios: { user: { executor: "constant-vus", env: { A: "1", [PLAN]: "0a" } } },
  summaryTrendStats: ["avg", "p(95)"],
  systemTags: ["scenario", "status"],
  setupTimeout: "60s",
  teardownTimeout: "60s",
  throw: true,
  batchPerHost: 20,
};
/** As k6 2.2 gives them: every option, null where nobody set it, durations in its own notation. */
const actual = (more: OptionValues = {}): OptionValues => ({
  ...compiled,
  systemTags: ["status", "scenario"],
  setupTimeout: "1m0s",
  teardownTimeout: "1m0s",
  noSetup: null,
  noTeardown: null,
  rps: null,
  hosts: null,
  paused: null,
  dns: { ttl: null, select: null, policy: null },
  tags: { testrun: "a" },
  executionSegment: "0:1/2",
  discardResponseBodies: false,
  ...more,
});

describe("objections", () => {
  it("are none where k6 has the script's own options, whatever their order and notation", () => {
    expect(objections(compiled, actual())).toEqual({ refused: [], labels: [] });
  });

  it.each<[string, OptionValues, RegExp]>([
    [
      "the load of --vus",
      { scenarios: { default: { executor: "shared-iterations", env: null } } },
      /planned load was replaced.*K6_VUS/,
    ],
    ["no scenario", { scenarios: {} }, /planned load was replaced/],
    ["another plan", { scenarios: { user: { env: { [PLAN]: "0b" } } } }, /archive .* other settings.*onrush archive/],
    ["fewer tags", { systemTags: ["status"] }, /^K6_SYSTEM_TAGS lacks scenario/],
    ["no tags", { systemTags: null }, /^K6_SYSTEM_TAGS lacks scenario, status/],
    ["fewer statistics", { summaryTrendStats: ["avg", "max"] }, /^K6_SUMMARY_TREND_STATS lacks p\(95\)/],
    ["no setup", { noSetup: true }, /^K6_NO_SETUP: /],
    ["no answers", { discardResponseBodies: true }, /^K6_DISCARD_RESPONSE_BODIES: /],
  ])("refuse %s", (_, more, why) => {
    const { refused, labels } = objections(compiled, actual(more));
    expect(refused).toEqual([expect.stringMatching(why)]);
    expect(labels).toEqual([]);
  });

  it.each<[string, OptionValues, RegExp]>([
    ["no teardown", { noTeardown: true }, /^K6_NO_TEARDOWN: nothing was cleaned up/],
    ["another time for setup", { setupTimeout: "10s" }, /^K6_SETUP_TIMEOUT is not the scenario's$/],
    ["a limit of requests", { rps: 5 }, /^K6_RPS was set$/],
    ["other hosts", { hosts: { "a.example": "127.0.0.1" } }, /^K6_HOSTS was set$/],
    ["an option that is not known yet", { somethingNew: "x" }, /^K6_SOMETHING_NEW was set$/],
  ])("label %s, without the value", (_, more, label) => {
    expect(objections(compiled, actual(more))).toEqual({ refused: [], labels: [expect.stringMatching(label)] });
  });
});

describe("refusedVariables", () => {
  it.each([
    [{ K6_NO_THRESHOLDS: "true" }, /^K6_NO_THRESHOLDS: no gate/],
    [{ K6_NO_THRESHOLDS: "1" }, /^K6_NO_THRESHOLDS/],
    [{ K6_SUMMARY_MODE: "disabled" }, /^K6_SUMMARY_MODE=disabled/],
    [{ K6_VUS: "5" }, /^K6_VUS/],
    [{ K6_NEW_MACHINE_READABLE_SUMMARY: "T" }, /^K6_NEW_MACHINE/],
  ])("name %j", (environment, why) => {
    expect(refusedVariables(environment)).toEqual([expect.stringMatching(why)]);
  });

  it.each(["", "0", "f", "false", "FALSE", " false "])("know the off of %j", (off) => {
    expect(refusedVariables({ K6_NO_THRESHOLDS: off, K6_NO_SETUP: off, K6_SUMMARY_MODE: "compact" })).toEqual([]);
  });

  it("mind a pause only where nobody else would end it: the k6-operator starts paused runners", () => {
    expect(refusedVariables({ K6_PAUSED: "true" })).toEqual([]);
    expect(refusedVariables({ K6_PAUSED: "true", K6_LINGER: "true" }, true)).toHaveLength(2);
  });
});

describe("variablesOf", () => {
  it.each([
    [["--no-thresholds"], { K6_NO_THRESHOLDS: "true" }],
    [["--no-thresholds=false"], { K6_NO_THRESHOLDS: "false" }],
    [["-u", "3"], { K6_VUS: "true" }],
    [["-i3"], { K6_ITERATIONS: "true" }],
    [["--stage", "1m:2"], { K6_STAGES: "true" }],
    [["--summary-mode", "disabled"], { K6_SUMMARY_MODE: "disabled" }],
    [["--out", "json=no-thresholds"], { K6_OUT: "true" }],
    [["x.json"], {}],
  ])("reads %j", (args, variables) => expect(variablesOf(args)).toEqual(variables));
});

describe("digestOf", () => {
  it("tells plans apart, and knows the same one again", () => {
    expect(digestOf([{ a: 1 }, "é"])).toBe(digestOf([{ a: 1 }, "é"]));
    expect(new Set([[1], [2], ["1"], [1, 1]].map(digestOf)).size).toBe(4);
    expect(digestOf([1])).toMatch(/^[0-9a-f]{8}$/);
  });
});

import { describe, expect, it } from "vitest";
import { scenarioNamed, scenarioNames } from "../src/cli/scenarios.ts";
import { runFromJson, runToJson } from "../src/core/run-json.ts";
import { prepare } from "../src/core/scenario.ts";

const scenarios = await Promise.all(scenarioNames().map(async (name) => [name, await scenarioNamed(name)] as const));
const streaming = await scenarioNamed("streaming");

describe("a run handed from VU to VU", () => {
  it.each(scenarios)("is what %s's settings made of the environment", (_name, spec) => {
    const { spec: _spec, ...run } = prepare(spec, { SEED: "7", REPORT_DIR: "results" });
    expect(run.given.size).toBe(2);
    expect(runFromJson(runToJson(run))).toEqual(run);
  });

  it.each(scenarios)("holds every profile's load of %s", (_name, spec) => {
    for (const profile of Object.keys(spec.profiles)) {
      const { spec: _spec, ...run } = prepare(spec, { PROFILE: profile });
      expect(runFromJson(runToJson(run)).load).toEqual(run.load);
    }
  });

  it("keeps amounts beyond what a number holds", () => {
    const { spec: _spec, ...run } = prepare(streaming, {
      FUND_AMOUNT: "123456789.000000000000000001",
    });
    expect(runFromJson(runToJson(run)).values).toMatchObject({ FUND_AMOUNT: 123456789000000000000000001n });
  });
});

describe("the list of scenarios", () => {
  it("holds each under its own name", () => {
    for (const [name, spec] of scenarios) {
      expect(spec.name).toBe(name);
      expect(() => prepare(spec, {})).not.toThrow();
    }
  });
});

import { describe, expect, it } from "vitest";
import { scenarios } from "../profiles/index.ts";
import { handOver, takeOver } from "./handed.ts";
import { prepare } from "./scenario.ts";

describe("a run handed from VU to VU", () => {
  it.each(Object.entries(scenarios))("is what %s's settings made of the environment", (_name, spec) => {
    const { spec: _spec, ...run } = prepare(spec, { SEED: "7", REPORT_DIR: "results" });
    expect(run.given.size).toBe(2);
    expect(takeOver(handOver(run))).toEqual(run);
  });

  it.each(Object.entries(scenarios))("holds every profile's load of %s", (_name, spec) => {
    for (const profile of Object.keys(spec.profiles)) {
      const { spec: _spec, ...run } = prepare(spec, { PROFILE: profile });
      expect(takeOver(handOver(run)).load).toEqual(run.load);
    }
  });

  it("keeps amounts beyond what a number holds", () => {
    const { spec: _spec, ...run } = prepare(scenarios.streaming as NonNullable<typeof scenarios.streaming>, {
      FUND_AMOUNT: "123456789.000000000000000001",
    });
    expect(takeOver(handOver(run)).values).toMatchObject({ FUND_AMOUNT: 123456789000000000000000001n });
  });
});

import { describe, expect, it } from "vitest";
import { errorKinds } from "../errors.ts";
import { breakdownThresholds, errorKey, ownBreakdowns, retryKeys, stepKey } from "./breakdown.ts";

describe("keys", () => {
  it("are k6's names of a metric's tagged part", () => {
    expect(errorKey("streaming", "revert", "confirm")).toBe("streaming_errors{kind:revert,step:confirm}");
    expect(errorKey("streaming", "revert", "confirm", "InvalidNonce")).toBe(
      "streaming_errors{kind:revert,step:confirm,detail:InvalidNonce}",
    );
    expect(retryKeys("chat", "timeout", "join")).toEqual([
      "chat_retries{kind:timeout,step:join}",
      "ethereum_retries{kind:timeout,step:join}",
    ]);
    expect(stepKey("streaming", "submit")).toBe("streaming_step_duration{step:submit}");
  });
});

describe("breakdownThresholds", () => {
  const details = [{ kind: "revert", steps: ["submit"], names: ["InvalidNonce"] }];
  const thresholds = breakdownThresholds("streaming", ["wallet", "submit"], details);

  it("covers every kind at every step, also of the work around users", () => {
    for (const step of ["wallet", "submit", "fund", "setup", "sweep"])
      for (const kind of errorKinds) expect(thresholds).toHaveProperty([errorKey("streaming", kind, step)]);
    expect(thresholds).toHaveProperty([errorKey("streaming", "revert", "submit", "InvalidNonce")]);
    for (const key of retryKeys("streaming", "rate_limit", "fund")) expect(thresholds).toHaveProperty([key]);
  });

  it("has retries only of what is retried", () => {
    for (const key of retryKeys("streaming", "revert", "submit")) expect(thresholds).not.toHaveProperty([key]);
  });

  it("has the dropped arrivals, without which a run with drops would look cut short", () => {
    expect(thresholds).toHaveProperty(["dropped_iterations{scenario:user}"]);
  });

  it("never fails", () => {
    for (const expressions of Object.values(thresholds)) {
      expect(expressions).toHaveLength(1);
      expect(["count>=0", "max>=0"]).toContain(expressions[0]);
    }
  });

  it("leaves the chain's metrics out of a scenario without one", () => {
    const keys = Object.keys(breakdownThresholds("chat", ["join"], [], false));
    expect(keys.some((key) => key.startsWith("ethereum"))).toBe(false);
    expect(keys).toContain("chat_retries{kind:timeout,step:join}");
  });
});

describe("ownBreakdowns", () => {
  const metrics = {
    lost: { name: "chat_lost", kind: "counter", help: "" },
    delivery: { name: "chat_delivery", kind: "time", help: "" },
  } as const;

  it("always hold, whatever the metric's kind", () =>
    expect(ownBreakdowns(["chat_lost{room:General}", "chat_delivery{room:General}"], metrics)).toEqual({
      "chat_lost{room:General}": ["count>=-1e300"],
      "chat_delivery{room:General}": ["max>=0"],
    }));

  it("refuse a part of no metric", () =>
    expect(() => ownBreakdowns(["chat_losst{room:General}"], metrics)).toThrow(
      "chat_losst{room:General} is a part of",
    ));
});

import { describe, expect, it } from "vitest";
import { contextOf, details, type Story, summaryOf } from "../../../test/support/k6-summary.ts";
import { judge } from "./judge.ts";
import type { K6Metric, K6Summary, RunContext, Verdict } from "./types.ts";

const verdictOf = (story: Story, more: Partial<RunContext> = {}): Verdict => {
  const context = contextOf(more);
  return judge(summaryOf(story, context), context, details);
};

/** The data with one metric changed or, for undefined, gone. */
function altered(data: K6Summary, name: string, change: Partial<K6Metric> | undefined): K6Summary {
  const { [name]: metric = { type: "counter", values: {} }, ...others } = data.metrics ?? {};
  return { ...data, metrics: change === undefined ? others : { ...others, [name]: { ...metric, ...change } } };
}

describe("the verdict", () => {
  it("is PASSED when every planned user ended and every gate held", () => {
    const verdict = verdictOf({ succeeded: 1_812 });
    expect(verdict.status).toBe("PASSED");
    expect(verdict.users).toEqual({
      ended: 1_812,
      succeeded: 1_812,
      degraded: 0,
      failed: 0,
      refused: 0,
      dropped: 0,
      unfinished: 0,
    });
    expect(verdict.response).toEqual({ avg: 2_100, p50: 1_890, p95: 3_150, p99: 4_200, max: 6_300 });
    expect(verdict.wallets).toEqual({
      waitP95: 180,
      funded: 1_850,
      transactions: 37,
      sweptEther: 3.1234567,
      unswept: 0,
    });
    expect(verdict.generator).toEqual({ peakBytes: 312_400_000, cpuPercent: 8.34, cpuWithoutKdfPercent: 4.06 });
    expect(verdict.durationMs).toBe(614_200);
    expect(verdict.errors).toEqual([]);
    expect(verdict.retries).toEqual([]);
  });

  it("is FAILED when a gate did not hold, and says what it got", () => {
    const verdict = verdictOf({ succeeded: 1_790, counts: { "streaming_errors{kind:timeout,step:infer}": 22 } });
    expect(verdict.status).toBe("FAILED");
    expect(verdict.users).toMatchObject({ ended: 1_812, failed: 22 });
    expect(verdict.gates.map((gate) => [gate.metric, gate.expression, gate.ok])).toEqual([
      ["streaming_users", "count>=1503", true],
      ["streaming_success", "rate>=0.85", true],
      ["streaming_success", "rate>=0.99", false],
      ["streaming_duration", "p(95)<=45000", true],
      ["streaming_unfinished", "count==0", true],
      ["dropped_iterations{scenario:user}", "count==0", true],
    ]);
    expect(verdict.gates[2]?.got).toBeCloseTo(1_790 / 1_812, 12);
    expect(verdict.gates[3]?.got).toBe(3_150);
  });

  it("is UNPROVED, not PASSED, when something could not be judged, and FAILED all the same when a gate did not hold", () => {
    const context = contextOf();
    const judged = (story: Story) => judge(summaryOf(story, context), context, details, undefined, ["nobody looked"]);
    expect(judged({ succeeded: 1_812 })).toMatchObject({ status: "UNPROVED", unproved: ["nobody looked"] });
    expect(judged({ succeeded: 100, counts: { "streaming_errors{kind:timeout,step:infer}": 1_712 } }).status).toBe(
      "FAILED",
    );
  });

  it.each<[string, K6Metric]>([
    [
      "trend",
      { type: "trend", values: { avg: 0, med: 0, "p(95)": 0, count: 0 }, thresholds: { "p(95)<=45000": { ok: true } } },
    ],
    [
      "trend whose count was not asked for",
      { type: "trend", values: { avg: 0, max: 0 }, thresholds: { "p(95)<=45000": { ok: true } } },
    ],
    ["rate", { type: "rate", values: { rate: 0, passes: 0, fails: 0 }, thresholds: { "p(95)<=45000": { ok: true } } }],
  ])("is FAILED when a gate held on a %s without a sample, as k6 lets it", (_, metric) => {
    const context = contextOf({ gates: { streaming_duration: ["p(95)<=45000"] } });
    const verdict = judge(altered(summaryOf({ succeeded: 1_812 }, context), "streaming_duration", metric), context);
    expect(verdict.status).toBe("FAILED");
    expect(verdict.gates).toEqual([
      { metric: "streaming_duration", expression: "p(95)<=45000", ok: false, got: undefined },
    ]);
  });

  it("has no number for what was not measured", () => {
    const context = contextOf();
    const data = altered(summaryOf({ succeeded: 1_812 }, context), "streaming_duration", {
      values: { avg: 2_100, max: 6_300, count: 1_812 },
    });
    expect(judge(data, context).response).toEqual({
      avg: 2_100,
      p50: undefined,
      p95: undefined,
      p99: undefined,
      max: 6_300,
    });
  });

  it("is INTERRUPTED when a user that started never ended", () => {
    expect(verdictOf({ succeeded: 1_811, unfinished: 1 }).status).toBe("INTERRUPTED");
  });

  it("is INTERRUPTED when arrivals never came, also when every gate held", () => {
    const verdict = verdictOf({ succeeded: 1_811 });
    expect(verdict.gates.every((gate) => gate.ok)).toBe(true);
    expect(verdict.status).toBe("INTERRUPTED");
  });

  it("is not INTERRUPTED for arrivals that k6 had to drop: those are counted, and gated", () => {
    const verdict = verdictOf({ succeeded: 1_802, dropped: 10 });
    expect(verdict.status).toBe("FAILED");
    expect(verdict.users.dropped).toBe(10);
    expect(verdict.gates.filter((gate) => !gate.ok).map((gate) => gate.metric)).toEqual([
      "dropped_iterations{scenario:user}",
    ]);
  });

  it("is ABORTED when the circuit breaker opened, however much is missing", () => {
    const story = { succeeded: 3, breaker: true, counts: { "streaming_errors{kind:server,step:submit}": 5 } };
    expect(verdictOf({ ...story, unfinished: 4 }).status).toBe("ABORTED");
  });

  it("is NOT STARTED when nobody came, although k6 lets empty rates and trends pass", () => {
    const verdict = verdictOf({ succeeded: 0 });
    expect(verdict.gates.filter((gate) => gate.ok).map((gate) => gate.metric)).toContain("streaming_success");
    expect(verdict.status).toBe("NOT STARTED");
    expect(verdict.response).toBeUndefined();
    expect(verdict.wallets).toBeUndefined();
    expect(verdict.generator).toBeUndefined();
  });

  it("is FAILED without any gate: a run that nothing judges proves nothing", () => {
    expect(verdictOf({ succeeded: 1_812 }, { gates: {} }).status).toBe("FAILED");
  });

  it("counts a degraded user neither as a success nor as a failure", () => {
    const verdict = verdictOf({ succeeded: 1_800, degraded: 12 });
    expect(verdict.users).toMatchObject({ ended: 1_812, succeeded: 1_800, degraded: 12, failed: 0 });
    expect(verdict.gates[2]?.got).toBeCloseTo(1_800 / 1_812, 12);
  });
});

describe("a gate that k6 did not judge", () => {
  const context = contextOf();
  const good = summaryOf({ succeeded: 1_812 }, context);

  it("has not held when its metric is missing", () => {
    const verdict = judge(altered(good, "streaming_success", undefined), context, details);
    expect(verdict.status).toBe("FAILED");
    expect(verdict.gates.filter((gate) => !gate.ok)).toEqual([
      { metric: "streaming_success", expression: "rate>=0.85", ok: false, got: undefined },
      { metric: "streaming_success", expression: "rate>=0.99", ok: false, got: undefined },
    ]);
  });

  it("has not held when k6 judged another expression", () => {
    const metric = { thresholds: { "rate>=0.85": { ok: true }, "rate>=0.990": { ok: true } } };
    const verdict = judge(altered(good, "streaming_success", metric), context, details);
    expect(verdict.gates.filter((gate) => !gate.ok).map((gate) => gate.expression)).toEqual(["rate>=0.99"]);
  });

  it("has not held when k6 ran without thresholds", () => {
    const metrics = Object.fromEntries(
      Object.entries(good.metrics ?? {}).map(([name, { thresholds: _, ...metric }]) => [name, metric]),
    );
    const verdict = judge({ ...good, metrics }, context, details);
    expect(verdict.status).toBe("FAILED");
    expect(verdict.gates.some((gate) => gate.ok)).toBe(false);
  });
});

describe("the median", () => {
  it("is called med by k6, and p(50) by people", () => {
    const context = contextOf({ gates: { streaming_duration: ["p(50)<=2000", "med<=2000"] } });
    expect(judge(summaryOf({ succeeded: 1_812 }, context), context).gates.map((gate) => gate.got)).toEqual([
      1_890, 1_890,
    ]);
  });
});

describe("what failed", () => {
  const counts = {
    "streaming_errors{kind:timeout,step:infer}": 3,
    "streaming_errors{kind:revert,step:confirm}": 21,
    "streaming_errors{kind:revert,step:confirm,detail:InvalidNonce}": 19,
    "streaming_errors{kind:revert,step:submit}": 4,
    "streaming_errors{kind:revert,step:submit,detail:EmptyGrant}": 3,
    "streaming_errors{kind:revert,step:submit,detail:InvalidNonce}": 1,
  };

  it("is told by kind and step, with named errors split from the rest and nothing counted twice", () => {
    const { errors, users } = verdictOf({ succeeded: 1_784, counts });
    expect(errors).toEqual([
      { kind: "revert", step: "confirm", detail: "InvalidNonce", count: 19 },
      { kind: "revert", step: "confirm", count: 2 },
      { kind: "revert", step: "submit", detail: "InvalidNonce", count: 1 },
      { kind: "revert", step: "submit", detail: "EmptyGrant", count: 3 },
      { kind: "timeout", step: "infer", count: 3 },
    ]);
    expect(errors.reduce((sum, tally) => sum + tally.count, 0)).toBe(users.failed);
  });

  it("is told without names where a scenario lists none", () => {
    const context = contextOf();
    const { errors } = judge(summaryOf({ succeeded: 1_784, counts }, context), context);
    expect(errors).toEqual([
      { kind: "revert", step: "confirm", count: 21 },
      { kind: "revert", step: "submit", count: 4 },
      { kind: "timeout", step: "infer", count: 3 },
    ]);
  });
});

describe("what was tried again", () => {
  it("adds HTTP's and the chain's repeats of a kind and step, the support steps' too, most frequent first", () => {
    const { retries } = verdictOf({
      succeeded: 1_812,
      counts: {
        "streaming_retries{kind:rate_limit,step:infer}": 7,
        "streaming_retries{kind:transport,step:submit}": 2,
        "ethereum_retries{kind:transport,step:submit}": 9,
        "ethereum_retries{kind:timeout,step:fund}": 1,
      },
    });
    expect(retries).toEqual([
      { kind: "transport", step: "submit", count: 11 },
      { kind: "rate_limit", step: "infer", count: 7 },
      { kind: "timeout", step: "fund", count: 1 },
    ]);
  });
});

describe("steps", () => {
  it("are told in the journey's order, and only those that happened", () => {
    expect(verdictOf({ succeeded: 10 }).steps).toEqual([
      { step: "confirm", avg: 900, p50: 810, p95: 1_350, p99: 1_800, count: 10 },
      { step: "infer", avg: 1_400, p50: 1_260, p95: 2_100, p99: 2_800, count: 10 },
    ]);
  });
});

describe("data that cannot be judged", () => {
  it.each<[string, K6Summary]>([
    ["no metrics at all", {}],
    ["the machine-readable summary's list of metrics", { metrics: [] as never }],
  ])("is refused: %s", (_, data) => {
    expect(() => judge(data, contextOf())).toThrow(
      "this summary has no thresholds: run k6 without --new-machine-readable-summary",
    );
  });

  it("without k6's state has no duration", () => {
    const { metrics } = summaryOf({ succeeded: 1 });
    expect(judge(metrics === undefined ? {} : { metrics }, contextOf()).durationMs).toBe(0);
  });
});

import { describe, expect, it } from "vitest";
import { contextOf, details, type Story, summaryOf } from "../../../test/support/k6-summary.ts";
import { judge } from "./judge.ts";
import { formatMs, verdictText } from "./text.ts";
import type { RunContext } from "./types.ts";

const verdictOf = (story: Story, more: Partial<RunContext> = {}) => {
  const context = contextOf(more);
  return judge(summaryOf(story, context), context, details);
};
const textOf = (story: Story, more: Partial<RunContext> = {}): string => verdictText(verdictOf(story, more));

const failedStory: Story = {
  succeeded: 1_790,
  counts: {
    "streaming_errors{kind:revert,step:confirm}": 19,
    "streaming_errors{kind:revert,step:confirm,detail:InvalidNonce}": 19,
    "streaming_errors{kind:timeout,step:infer}": 3,
    "streaming_retries{kind:rate_limit,step:infer}": 1_207,
    "ethereum_retries{kind:transport,step:submit}": 2,
  },
};

describe("verdictText", () => {
  it("answers whether it held, what it was, and what broke", () => {
    expect(textOf(failedStory)).toBe(`
streaming · sandbox · Poisson, 3 users/s for 10m: 1,812 users, seed 42
  FAILED  1 of 6 gates

  users      1,812   successful 1,790 (98.8 %)   failed 22   degraded 0   dropped 0
  response   avg 2.1 s   P50 1.9 s   P95 3.1 s   P99 4.2 s
  rate       2.98 successful users/s sustained   peak 8 arrivals in one second
  steps P95  confirm 1.4 s · infer 2.1 s
  wallets    waited P95 180 ms   funded 1,850 in 37 transactions   left over 3.123 ETH, swept
  generator  peak 312 MB   CPU 8.3 % (4.1 % without password hashing)   10m14s

  gate                                     wanted            got
  ok   streaming_users                     >= 1,503          1,812
  ok   streaming_success                   >= 0.85           0.988
  FAIL streaming_success                   >= 0.99           0.988
  ok   streaming_duration                  p(95) <= 45,000   3,150
  ok   streaming_unfinished                == 0              0
  ok   dropped_iterations{scenario:user}   == 0              0

  errors     19 revert InvalidNonce at confirm · 3 timeout at infer

  retries    1,207 rate_limit at infer · 2 transport at submit
`);
  });

  it("says PASSED with all gates", () => {
    const text = textOf({ succeeded: 1_812 });
    expect(text).toContain("\n  PASSED  6 of 6 gates\n");
    expect(text).toContain("successful 1,812 (100.0 %)");
    expect(text).not.toMatch(/FAIL|errors|retries|unfinished {3}\d/);
  });

  it.each<[string, Story, string]>([
    [
      "interrupted",
      { succeeded: 1_200, unfinished: 14 },
      "INTERRUPTED  1,200 of 1,812 users ended, 14 were cut off: not a result",
    ],
    ["not started", { succeeded: 0 }, "FAILED  no user started"],
    ["aborted", { succeeded: 3, breaker: true }, "ABORTED  circuit breaker: too many users failed in a row"],
  ])("a run that was %s is never green", (_, story, headline) => {
    const text = textOf(story);
    expect(text.split("\n")[2]).toBe(`  ${headline}`);
    expect(text).not.toContain("PASSED");
  });

  it("says that a run without gates proves nothing", () => {
    const text = textOf({ succeeded: 1_812 }, { gates: {} });
    expect(text).toContain("\n  FAILED  no gate judged this run\n");
    expect(text).toContain("\n  no gate judged this run: it proves nothing\n");
  });

  it("names the run's weaknesses and its part of a larger one", () => {
    const labels = ["sandbox numbers", "PROOF=status: the server's word"];
    const text = textOf({ succeeded: 906 }, { labels, instances: 2, planned: 906 });
    expect(text).toContain("seed 42 · 1 of 2 instances\n");
    expect(text).toContain("\n  note: sandbox numbers\n  note: PROOF=status: the server's word\n");
  });

  it("shows users that were cut off, dropped or degraded", () => {
    expect(textOf({ succeeded: 1_000, unfinished: 3, dropped: 7, degraded: 5 })).toContain(
      "users      1,005   successful 1,000 (99.5 %)   failed 0   degraded 5   dropped 7   unfinished 3\n",
    );
  });

  it("leaves out what there is no number for", () => {
    const text = textOf(
      { succeeded: 0, counts: { "streaming_errors{kind:proof,step:infer}": 2 } },
      { seconds: undefined },
    );
    expect(text).not.toMatch(/^ {2}(response|rate|wallets) /m);
    expect(text).toContain("users      2   successful 0 (0.0 %)   failed 2");
  });

  it("shows what was not measured as such, never as 0", () => {
    const verdict = verdictOf({ succeeded: 1_812 });
    const text = verdictText({ ...verdict, response: { avg: 2_100, p50: undefined, p95: undefined, p99: 1, max: 2 } });
    expect(text).toMatch(/response +avg 2\.1 s {3}P50 - {3}P95 - {3}P99 1 ms/);
  });

  it("says what is unproved, and that every gate held", () => {
    const verdict = { ...verdictOf({ succeeded: 1_812 }), status: "UNPROVED" as const, unproved: ["K6_NO_SETUP: x"] };
    expect(verdictText(verdict)).toMatch(/\n {2}UNPROVED {2}every gate held, .*\n {2}unproved: K6_NO_SETUP: x\n/);
  });

  it("says when leftovers were not swept", () => {
    expect(textOf({ succeeded: 1_812, counts: { streaming_unswept_wallets: 4 } })).toContain("4 NOT swept");
  });

  it("never shows a failed gate's value as the value that was wanted", () => {
    const gates = { streaming_success: ["rate>=1"] };
    const story = { succeeded: 9_999, counts: { "streaming_errors{kind:proof,step:infer}": 1 } };
    const text = textOf(story, { gates, planned: 10_000 });
    expect(text).toMatch(/FAIL streaming_success {3}>= 1 {5}0\.9999\n/);
    expect(text).toContain("successful 9,999 (99.9 %)");
  });

  it("shows a gate without a value as no data", () => {
    const context = contextOf({ gates: { streaming_nothing: ["count>0"] } });
    const data = summaryOf({ succeeded: 1_812 });
    expect(verdictText(judge(data, context))).toMatch(/FAIL streaming_nothing {3}> 0 {6}no data/);
  });

  it("fits a terminal of 120 columns", () => {
    for (const line of textOf(failedStory).split("\n")) expect(line.length).toBeLessThanOrEqual(120);
  });
});

describe("time", () => {
  it.each([
    [0, "0 ms"],
    [0.4, "0 ms"],
    [349.6, "350 ms"],
    [999.4, "999 ms"],
    [1_000, "1.0 s"],
    [2_140, "2.1 s"],
    [119_900, "119.9 s"],
    [120_000, "2m"],
    [614_200, "10m14s"],
  ])("%d ms is %s", (ms, text) => expect(formatMs(ms)).toBe(text));
});

import { describe, expect, it } from "vitest";
import { contextOf, type Story, summaryOf } from "../../../test/support/k6-summary.ts";
import { judge } from "./judge.ts";
import { verdictJUnit } from "./junit.ts";
import type { RunContext } from "./types.ts";

const xmlOf = (story: Story, more: Partial<RunContext> = {}): string => {
  const context = contextOf(more);
  return verdictJUnit(judge(summaryOf(story, context), context));
};

describe("verdictJUnit", () => {
  it("has one case for each gate and one for the run having been whole", () => {
    const gates = { streaming_success: ["rate>=0.99"], streaming_users: ["count>=1503"] };
    const counts = { "streaming_errors{kind:timeout,step:infer}": 22 };
    expect(xmlOf({ succeeded: 1_790, counts }, { gates })).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites id="run-1" tests="3" failures="1" time="614.200">
  <testsuite name="onrush.streaming.streaming" tests="3" failures="1" time="614.200">
    <testcase classname="onrush.streaming.streaming" name="the run was whole"/>
    <testcase classname="onrush.streaming.streaming" name="streaming_success rate&gt;=0.99"><failure message="wanted rate&gt;=0.99, got 0.9878587196467992"/></testcase>
    <testcase classname="onrush.streaming.streaming" name="streaming_users count&gt;=1503"/>
  </testsuite>
</testsuites>
`);
  });

  it.each<[string, Story]>([
    ["INTERRUPTED", { succeeded: 1_000, unfinished: 3 }],
    ["ABORTED", { succeeded: 3, breaker: true }],
    ["NOT STARTED", { succeeded: 0 }],
  ])("fails a run that was %s", (status, story) => {
    expect(xmlOf(story)).toContain(`name="the run was whole"><failure message="${status}"/></testcase>`);
  });

  it("fails a gate without data", () => {
    expect(xmlOf({ succeeded: 1_812 }, { gates: { nothing: ["count>0"] } })).toContain(
      '<failure message="wanted count&gt;0, got 0"/>',
    );
  });

  it("escapes what has a meaning in XML", () => {
    const metric = `x{k:"<&>'"}`;
    const context = contextOf({ profile: `a<b>&"c"'d'`, gates: { [metric]: ["count>0"] } });
    const xml = verdictJUnit(judge({ metrics: {} }, context));
    expect(xml).toContain('name="onrush.streaming.a&lt;b&gt;&amp;&quot;c&quot;&apos;d&apos;"');
    expect(xml).toContain('name="x{k:&quot;&lt;&amp;&gt;&apos;&quot;} count&gt;0"');
    expect(xml).toContain('message="wanted count&gt;0, got no data"');
    // Nothing but tags and attributes is left once those are taken out.
    expect(xml.replace(/<[^<>]*>/g, "").trim()).toBe("");
    for (const [, value = ""] of xml.matchAll(/="([^"]*)"/g))
      expect(value).not.toMatch(/[<>']|&(?!lt;|gt;|amp;|quot;|apos;)/);
  });
});

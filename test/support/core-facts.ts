// Results of src/core that must be the same in Node and in k6's engine, bit for bit: the CLI announces with one what the script does with the other, and
// instances of a run share plans without talking to each other.

import { profiles } from "../../scenarios/streaming/profiles.ts";
import { spec } from "../../scenarios/streaming/spec.ts";
import { type Arrivals, compileArrivals, planArrivals } from "../../src/core/arrivals/index.ts";
import { formatDuration, parseDuration } from "../../src/core/duration.ts";
import { redactor, showEndpoint } from "../../src/core/endpoint.ts";
import { formatEther, parseEther } from "../../src/core/ether.ts";
import { didYouMean, grouped } from "../../src/core/format.ts";
import { stream } from "../../src/core/random.ts";
import { parseRetryAfter } from "../../src/core/retry.ts";
import { prepare } from "../../src/core/scenario.ts";
import { verdictJson } from "../../src/core/summary/json.ts";
import { judge } from "../../src/core/summary/judge.ts";
import { verdictJUnit } from "../../src/core/summary/junit.ts";
import { verdictText } from "../../src/core/summary/text.ts";
import { contextOf, details, summaryOf } from "./k6-summary.ts";

/** A number for a list, in which every element and its place count; exact in float64. */
function fingerprint(values: readonly number[]): number {
  let hash = 7;
  for (const value of values) hash = (hash * 31 + value) % 1_000_000_007;
  return hash;
}

const messageOf = (fn: () => unknown): string => {
  try {
    fn();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

/** name -> text; equal names must have equal texts in both engines. */
export function coreFacts(): Record<string, string> {
  const facts: Record<string, unknown> = {};

  const { uniform, exponential, integer } = stream(42, "facts");
  facts["random numbers"] = Array.from({ length: 200 }, (_, i) => [uniform(), exponential(), integer(0, i)]);

  for (const [name, { arrivals }] of Object.entries(profiles) as [string, { arrivals: Arrivals }][]) {
    const users = name === "burst" || name === "conservative" || name === "debug" ? 5_000 : undefined;
    const { executor, words, ...load } = compileArrivals(arrivals, { seed: 42, users });
    facts[`load ${name}`] = [words, load, executor.executor];
    if (arrivals.kind !== "sequence" && arrivals.kind !== "clients" && arrivals.kind !== "rounds") {
      const { cells } = planArrivals(arrivals, { seed: 7, users });
      facts[`plan ${name}`] = [cells.length, fingerprint(cells)];
    }
  }

  facts.durations = ["10m", "1h30m", "1.5s", "250ms"].map((text) => [
    parseDuration(text),
    formatDuration(parseDuration(text)),
  ]);
  facts.ether = [parseEther("123456789.000000000000000001"), formatEther(10n ** 30n + 1n)].map(String);
  facts.words = [grouped(1_234_567.25), didYouMean("brust", ["burst", "demo"])];
  facts["retry after"] = ["Sun, 01 Mar 2026 12:00:30 GMT", "30", "soon"].map(
    (header) => parseRetryAfter(header, 1_772_366_400_000) ?? "unknown",
  );
  facts["refused settings"] = messageOf(() =>
    prepare(spec, { RATE: "abc", DURATION: "15", PROFILE: "brust", CHAIN_ID: "1", RPC_URL: "nowhere" }),
  );

  const endpoints = ["http://us%20er:p%40ss%C3%A9@host/basic/s3cretKey?token=t0ken", "https://host:8/"];
  const redact = redactor(endpoints);
  facts.endpoints = [
    ...endpoints.map(showEndpoint),
    ...[
      'Post "http://us%20er:***@host/basic/s3cretKey": EOF',
      "us er, p@ssé, p%40ss%C3%A9",
      "s3cretKey t0ken /basic",
    ].map(redact),
    ...["http://a b", "http://u:p@[::1]:80/x%zz", "http://u:p@h/ü"].map((text) =>
      messageOf(() => prepare(spec, { RPC_URL: text })),
    ),
  ];

  const context = contextOf();
  const story = { succeeded: 1_790, counts: { "streaming_errors{kind:timeout,step:infer}": 22 } };
  const verdict = judge(summaryOf(story, context), context, details);
  facts.verdict = [verdictText(verdict), JSON.parse(verdictJson(verdict)), verdictJUnit(verdict)];

  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, JSON.stringify(value)]));
}

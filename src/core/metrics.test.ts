import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  builtinMetrics,
  ethereumMetrics,
  fundingMetrics,
  type MetricSpec,
  processMetrics,
  userMetrics,
} from "./metrics.ts";

const own: MetricSpec[] = [
  ...Object.values(userMetrics("streaming")),
  ...Object.values(fundingMetrics("streaming")),
  ...processMetrics,
  ...ethereumMetrics,
];

describe("metrics", () => {
  it("have names that k6 takes, each once", () => {
    const names = [...own.map((metric) => metric.name), ...builtinMetrics];
    for (const name of names) expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_]{1,128}$/);
    expect(new Set(names).size).toBe(names.length);
  });

  it("begin with their scenario's name", () => {
    for (const { name } of [...Object.values(userMetrics("chat")), ...Object.values(fundingMetrics("chat"))])
      expect(name).toMatch(/^chat_/);
  });

  it("are explained, and never tagged by what is unique to a user", () => {
    for (const { help, tags = [] } of own) {
      expect(help.length).toBeGreaterThan(5);
      for (const tag of tags) expect(["kind", "step", "detail", "ok", "method"]).toContain(tag);
    }
  });
});

describe("metrics of the Go modules", () => {
  const declared = (path: string, prefix: string) => {
    const source = readFileSync(new URL(`../../extension/${path}`, import.meta.url), "utf8");
    return [...source.matchAll(/\bdeclare\("([a-z_]+)"/g)].map(([, name]) => `${prefix}${name}`).sort();
  };
  const names = (specs: readonly MetricSpec[]) => specs.map((metric) => metric.name).sort();

  // test/k6 shows the other half: that k6 knows each of them, with its kind.
  it("are all in these lists", () => {
    expect(declared("ethereum/metrics.go", "ethereum_")).toEqual(names(ethereumMetrics));
    expect(declared("process/gauges.go", "")).toEqual(names(processMetrics));
  });
});

import { describe, expect, it } from "vitest";
import { contextOf, summaryOf } from "../../../test/support/k6-summary.ts";
import { verdictJson } from "./json.ts";
import { judge } from "./judge.ts";

describe("verdictJson", () => {
  const context = contextOf({ labels: ["sandbox numbers"] });
  const verdict = judge(summaryOf({ succeeded: 1_812 }, context), context);
  const read = JSON.parse(verdictJson(verdict));

  it("holds the verdict, unrounded, with the run it is of", () => {
    expect(read).toMatchObject({
      version: 1,
      status: "PASSED",
      durationMs: 614_200,
      run: {
        scenario: "streaming",
        profile: "streaming",
        target: "sandbox",
        seed: 42,
        planned: 1_812,
        instances: 1,
        labels: ["sandbox numbers"],
      },
      users: { ended: 1_812, succeeded: 1_812 },
      response: { p95: 3_150 },
      generator: { peakBytes: 312_400_000 },
    });
    expect(read.gates).toEqual(verdict.gates);
    expect(read.gates).toHaveLength(6);
  });

  it("states each gate once: with its result", () => {
    expect(read.run).not.toHaveProperty("gates");
    expect(read).not.toHaveProperty("context");
  });

  it("ends with a line break, as files do", () => expect(verdictJson(verdict).endsWith("}\n")).toBe(true));
});

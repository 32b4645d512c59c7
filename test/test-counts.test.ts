import { describe, expect, it } from "vitest";
import { countVitest, goCounter } from "../scripts/test-counts.mjs";

describe("countVitest", () => {
  const file = (name: string, statuses: string[], more: object = {}) => ({
    name,
    status: statuses.includes("failed") ? "failed" : "passed",
    message: "",
    assertionResults: statuses.map((status, k) => ({ status, fullName: `test ${k}` })),
    ...more,
  });
  const count = (...testResults: object[]) => countVitest(JSON.stringify({ testResults }));

  it("counts what passed and failed", () => {
    expect(count(file("a", ["passed", "passed", "failed"]), file("b", ["passed"]))).toEqual({
      passed: 3,
      failed: 1,
      skipped: [],
      problems: [],
    });
  });

  it("names what did not run, whatever it is called", () => {
    expect(count(file("a", ["passed", "skipped", "pending", "todo"])).skipped).toEqual([
      "a: test 1",
      "a: test 2",
      "a: test 3",
    ]);
  });

  it("takes a file that could not be loaded for a failure", () => {
    expect(count(file("a", [], { status: "failed", message: "SyntaxError: x\n  at y" }))).toMatchObject({
      passed: 0,
      failed: 0,
      problems: ["a: SyntaxError: x"],
    });
  });

  it("takes no result for a failure", () => {
    expect(countVitest(undefined).problems).toEqual(["vitest wrote no result"]);
  });
});

describe("goCounter", () => {
  const count = (...events: (object | string)[]) => {
    let printed = "";
    const counter = goCounter((text) => {
      printed += text;
    });
    for (const event of events) counter.read(typeof event === "string" ? event : JSON.stringify(event));
    return { ...counter.counts(), printed };
  };
  const ended = (Action: string, Test?: string, Package = "p") => ({
    Action,
    Package,
    ...(Test ? { Test } : {}),
    Elapsed: 1,
  });
  const said = (Output: string, Test?: string, Package = "p") => ({
    Action: "output",
    Package,
    ...(Test ? { Test } : {}),
    Output,
  });

  it("counts leaves: a test with subtests is counted by them", () => {
    const events = [
      ended("pass", "A/one"),
      ended("pass", "A/two"),
      ended("pass", "A"),
      ended("pass", "AB"),
      ended("pass"),
    ];
    expect(count({ Action: "start", Package: "p" }, ...events)).toMatchObject({
      passed: 3,
      failed: 0,
      printed: "ok   p 1 s\n",
    });
  });

  it("shows what a failed test said, and nothing of the others", () => {
    const { printed, ...counts } = count(
      said("noise\n", "A"),
      ended("pass", "A"),
      said("x.go:1: wrong\n", "B"),
      ended("fail", "B"),
      ended("fail"),
    );
    expect(counts).toEqual({ passed: 1, failed: 1, skipped: [], problems: [] });
    expect(printed).toBe("x.go:1: wrong\nFAIL p 1 s\n");
  });

  it("counts a parent that failed after its subtests passed", () => {
    const events = [ended("pass", "A/one"), ended("fail", "A"), ended("fail")];
    expect(count(...events)).toMatchObject({ passed: 1, failed: 1, problems: [] });
    expect(count(ended("fail", "A/one"), ended("fail", "A"), ended("fail"))).toMatchObject({ passed: 0, failed: 1 });
  });

  it("takes a package that does not build or ends by a panic for a failure", () => {
    const build = { ImportPath: "p", Action: "build-output", Output: "x.go:1: undefined: y\n" };
    const { problems, printed } = count(build, said("FAIL p [build failed]\n"), ended("fail"));
    expect(problems).toEqual(["p: failed outside its tests"]);
    expect(printed).toContain("undefined: y");
    expect(printed).toContain("[build failed]");
  });

  it("names skipped tests, and does not count packages without any", () => {
    expect(count(ended("skip", "A"), ended("pass"), ended("skip", undefined, "q"))).toMatchObject({
      passed: 0,
      failed: 0,
      skipped: ["p A"],
      problems: [],
    });
  });

  it("passes on what is no event", () => {
    expect(count("go: cannot find main module").printed).toBe("go: cannot find main module\n");
  });
});

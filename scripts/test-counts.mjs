// Counts tests in what vitest and go report. A test that did not run has not passed, and a file that cannot be loaded is a failure although it holds no failed
// test.

/** Sums what `vitest --reporter=json` wrote; undefined when it wrote nothing. */
export function countVitest(text) {
  if (text === undefined) return { passed: 0, failed: 0, skipped: [], problems: ["vitest wrote no result"] };
  const { testResults } = JSON.parse(text);
  const counts = { passed: 0, failed: 0, skipped: [], problems: [] };
  for (const { name, status, assertionResults, message } of testResults) {
    for (const test of assertionResults) {
      if (test.status === "passed") counts.passed++;
      else if (test.status === "failed") counts.failed++;
      else counts.skipped.push(`${name}: ${test.fullName}`);
    }
    const told = assertionResults.some((test) => test.status === "failed");
    if (status === "failed" && !told)
      counts.problems.push(`${name}: ${message.split("\n")[0] || "failed outside its tests"}`);
  }
  return counts;
}

/** Reads the events of `go test -json`, one a line, and tells what a person wants to see of them. */
export function goCounter(print) {
  /** package -> test -> last action. */
  const packages = new Map();
  const outputs = new Map();
  const problems = [];

  const outputOf = (key) => {
    const lines = outputs.get(key) ?? [];
    outputs.delete(key);
    return lines.join("");
  };

  return {
    read(line) {
      let event;
      try {
        event = JSON.parse(line);
      } catch {
        print(`${line}\n`); // go itself, such as a module that does not resolve
        return;
      }
      const { Action: action, Package: name = event.ImportPath, Test: test, Output: output, Elapsed: seconds } = event;
      const key = `${name} ${test ?? ""}`;
      if (action === "output" || action === "build-output") {
        // What a passing test prints is of no interest; what a failing one printed must not be lost.
        if (action === "build-output") print(output);
        else outputs.set(key, [...(outputs.get(key) ?? []), output]);
        return;
      }
      if (!["pass", "fail", "skip"].includes(action)) return;
      const tests = packages.get(name) ?? new Map();
      packages.set(name, tests);
      const said = outputOf(key);
      if (test !== undefined) {
        tests.set(test, action);
        if (action === "fail") print(said);
        return;
      }
      const failed = [...tests.values()].includes("fail");
      if (action === "fail" && !failed) {
        print(said);
        problems.push(`${name}: failed outside its tests`);
      }
      print(`${action === "fail" ? "FAIL" : action === "skip" ? "none" : "ok  "} ${name} ${seconds ?? 0} s\n`);
    },
    /** Leaves only: a test with subtests is counted by them. */
    counts() {
      const counts = { passed: 0, failed: 0, skipped: [], problems };
      for (const [name, tests] of packages) {
        const leaves = [...tests].filter(([test]) => ![...tests.keys()].some((other) => other.startsWith(`${test}/`)));
        for (const [test, action] of leaves) {
          if (action === "pass") counts.passed++;
          else if (action === "fail") counts.failed++;
          else counts.skipped.push(`${name} ${test}`);
        }
        const parents = [...tests].filter(
          ([test, action]) => action === "fail" && !leaves.some(([leaf]) => leaf === test),
        );
        // A parent that fails after its subtests passed is a failure of its own.
        for (const [test] of parents)
          if (!leaves.some(([leaf, action]) => leaf.startsWith(`${test}/`) && action === "fail")) counts.failed++;
      }
      return counts;
    },
  };
}

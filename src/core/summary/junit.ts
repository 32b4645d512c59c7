import type { Verdict } from "./types.ts";

const escaped = (text: string) =>
  text.replace(/[<>&"']/g, (c) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;", "'": "&apos;" })[c] ?? c);

/** JUnit XML with one test case per gate, and one for the run having been whole: CI shows which promise broke. */
export function verdictJUnit(verdict: Verdict): string {
  const { context } = verdict;
  const whole = verdict.status === "PASSED" || verdict.status === "FAILED" || verdict.status === "UNPROVED";
  const cases = [
    { name: "the run was whole", failure: whole ? undefined : verdict.status },
    ...verdict.unproved.map((what) => ({ name: what, failure: "could not be judged" })),
    ...verdict.gates.map((g) => ({
      name: `${g.metric} ${g.expression}`,
      failure: g.ok ? undefined : `wanted ${g.expression}, got ${g.got ?? "no data"}`,
    })),
  ];
  const failures = cases.filter((c) => c.failure !== undefined).length;
  const seconds = (verdict.durationMs / 1_000).toFixed(3);
  const suite = `onrush.${context.scenario}.${context.profile}`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites id="${escaped(context.id)}" tests="${cases.length}" failures="${failures}" time="${seconds}">`,
    `  <testsuite name="${escaped(suite)}" tests="${cases.length}" failures="${failures}" time="${seconds}">`,
    ...cases.map(({ name, failure }) =>
      failure === undefined
        ? `    <testcase classname="${escaped(suite)}" name="${escaped(name)}"/>`
        : `    <testcase classname="${escaped(suite)}" name="${escaped(name)}"><failure message="${escaped(failure)}"/></testcase>`,
    ),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

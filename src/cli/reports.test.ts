import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkReports, makeReportDir, stamp } from "./reports.ts";

let folder: string;
let before: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "onrush-reports-"));
  before = process.cwd();
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

describe("makeReportDir", () => {
  const now = new Date(2026, 10, 21, 5, 4, 9);

  it("makes results/<scenario>-<time>, and another one for a second run in the same second", () => {
    expect(stamp(now)).toBe("20261121-050409");
    expect(makeReportDir("streaming", undefined, now)).toBe("results/streaming-20261121-050409");
    expect(makeReportDir("streaming", "", now)).toBe("results/streaming-20261121-050409-2");
    expect(existsSync("results/streaming-20261121-050409-2")).toBe(true);
  });

  it("makes the folder that was asked for, or says why it cannot", () => {
    expect(makeReportDir("streaming", "deep/er", now)).toBe("deep/er");
    expect(existsSync("deep/er")).toBe(true);
    expect(makeReportDir("streaming", "deep/er", now)).toBe("deep/er");
    writeFileSync("file", "");
    expect(() => makeReportDir("streaming", "file/below", now)).toThrow(/REPORT_DIR=file\/below cannot be made/);
  });
});

describe("checkReports", () => {
  const summary = (id: string) => JSON.stringify({ run: { id }, status: "PASSED" });
  const junit = (id: string) => `<testsuites id="${id}" tests="0">\n</testsuites>\n`;

  it("tells what is there and what is not; a short run has no dashboard", () => {
    expect(checkReports(".", "me", 5_000)).toEqual({ written: [], missing: ["summary.json", "junit.xml"] });
    writeFileSync("summary.json", summary("me"));
    writeFileSync("junit.xml", junit("me"));
    const verdict = { run: { id: "me" }, status: "PASSED" };
    expect(checkReports(".", "me", 5_000)).toEqual({ written: ["summary.json", "junit.xml"], missing: [], verdict });
    expect(checkReports(".", "me", 40_000).missing).toEqual(["dashboard.html"]);
    writeFileSync("dashboard.html", "");
    expect(checkReports(".", "me", 40_000)).toEqual({
      written: ["summary.json", "junit.xml", "dashboard.html"],
      missing: [],
      verdict,
    });
  });

  it.each<[string, string, string]>([
    ["another run's", summary("other"), junit("other")],
    ["of a version that gave none", JSON.stringify({ status: "PASSED" }), "<testsuites></testsuites>\n"],
    ["half of it, as a full disk leaves it", summary("me").slice(0, -1), junit("me").slice(0, -1)],
    ["nothing of it, as a full disk leaves it", "", ""],
    ["no object", "null", "null"],
  ])("takes no reports for this run's that are %s", (_, text, xml) => {
    writeFileSync("summary.json", text);
    writeFileSync("junit.xml", xml);
    expect(checkReports(".", "me", 5_000)).toEqual({ written: [], missing: ["summary.json", "junit.xml"] });
  });
});

import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { parseProc, parsePs, usageOf } from "./usage.ts";

describe("usage of a process", () => {
  it("is read from /proc, even with a command that holds spaces and parentheses", () => {
    const stat =
      "4242 (k6 (a) b) S 1 4242 4242 0 -1 4194560 5000 0 12 0 731 269 0 0 20 0 14 0 100 1200000 53000 1844674407";
    expect(parseProc(stat, "Name:\tk6\nVmRSS:\t  212000 kB\nThreads:\t14\n")).toEqual({
      memory: 217_088_000,
      cpuSeconds: 10,
    });
    expect(parseProc(stat, "Name:\tzombie\n")).toBeUndefined();
    expect(parseProc("", "")).toBeUndefined();
  });

  it.each([
    ["  212000  00:00:10\n", 10],
    ["212000 1-02:03:04", 93_784],
    ["212000   2:05.50", 125.5],
  ])("is read from ps: %j", (output, cpuSeconds) =>
    expect(parsePs(output)).toEqual({ memory: 217_088_000, cpuSeconds }),
  );

  it("is nothing when ps says nothing", () => expect(parsePs("")).toBeUndefined());

  it("is that of this very process", async () => {
    const seconds = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
    const before = seconds();
    const usage = await usageOf(process.pid);
    const after = seconds();
    const rss = process.memoryUsage().rss;
    expect(usage?.memory).toBeGreaterThan(rss * 0.7);
    expect(usage?.memory).toBeLessThan(rss * 1.4);
    // Linux counts in hundredths, of user and system time apart.
    expect(usage?.cpuSeconds).toBeGreaterThan(before - 0.03);
    expect(usage?.cpuSeconds).toBeLessThan(after + 0.03);
  });

  it("is nothing for a process that ended", async () => {
    const pid = Number(execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" }));
    expect(await usageOf(pid)).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import { figureText, type LiveSample, live } from "./live.ts";

const running = (seconds: number, more: Partial<LiveSample> = {}): LiveSample => ({
  at: 5_000 + seconds * 1_000,
  phase: "running",
  ...more,
});

describe("live", () => {
  it("says what it does before there is anything to count", () => {
    const view = live("streaming · sandbox", 1_844);
    expect(view.line()).toBe(
      "0s starting k6 · 0 of 1,844 users completed · 0 under way · - successful · - · P95 - · 0 dropped · 0 retries · k6 -, CPU -",
    );
    view.add({ at: 1_000, phase: "starting" });
    view.add({ at: 3_000, phase: "setup", ended: 0, success: 0, p95: 0, memory: 45_400_000, cpuSeconds: 0.4 });
    expect(view.block()).toEqual([
      "streaming · sandbox",
      "  2s      setting up    completed 0 of 1,844 users   under way 0   successful -",
      "  last minute -   P95 -   dropped 0   retries 0",
      "  k6 45 MB, CPU -",
    ]);
  });

  it("shows every figure once there is one", () => {
    const view = live("streaming · sandbox", 1_844);
    view.add(running(0, { cpuSeconds: 1, memory: 60e6 }));
    view.add(
      running(2, {
        ended: 3,
        active: 9,
        success: 1,
        p95: 2_140,
        dropped: 1,
        retries: 2,
        pool: 1_087,
        memory: 212.4e6,
        cpuSeconds: 1.082,
      }),
    );
    expect(view.block()).toEqual([
      "streaming · sandbox",
      "  2s      running       completed 3 of 1,844 users   under way 9   successful 100.0 %",
      "  last minute 1.50 users/s   P95 2.1 s   dropped 1   retries 2",
      "  pool 1,087 wallets   k6 212 MB, CPU 4.1 %",
    ]);
    expect(view.line()).toBe(
      "2s running · 3 of 1,844 users completed · 9 under way · 100.0 % successful · 1.50 users/s · P95 2.1 s · 1 dropped · 2 retries · pool 1,087 · k6 212 MB, CPU 4.1 %",
    );
  });

  it("takes throughput over the last minute only", () => {
    const view = live("t", 10_000);
    // 10 users/s for two minutes, then nothing for half a minute.
    for (let s = 0; s <= 150; s += 2) view.add(running(s, { ended: 10 * Math.min(s, 120) }));
    expect(view.line()).toContain(" · 5.00 users/s · ");
    for (let s = 152; s <= 182; s += 2) view.add(running(s, { ended: 1_200 }));
    expect(view.line()).toContain(" · 0.00 users/s · ");
  });

  it("does not count setup into throughput", () => {
    const view = live("t", 10);
    for (let s = 0; s < 40; s += 2) view.add({ ...running(s), phase: "setup" });
    for (let s = 40; s <= 44; s += 2) view.add(running(s, { ended: (s - 40) * 3 }));
    expect(view.line()).toMatch(/^44s running .* 3\.00 users\/s/);
  });

  it("shows a scenario's own figures", () => {
    const view = live("t", 10, "clients");
    view.add(
      running(2, {
        own: ["sent 1,204", figureText({ label: "P95", metric: "x", aggregate: "p(95)", unit: "ms" }, 12)],
      }),
    );
    expect(view.block()).toContain("  sent 1,204   P95 12 ms");
    expect(view.line()).toContain(" · sent 1,204 · P95 12 ms · ");
  });

  it("keeps the last figures while the run winds down", () => {
    const view = live("t", 10);
    view.add(running(0, { ended: 0 }));
    view.add(running(4, { ended: 8 }));
    view.add({ ...running(6, { ended: 10, success: 0.9 }), phase: "teardown" });
    expect(view.line()).toMatch(/^6s cleaning up · 10 of 10 users completed .* 90\.0 % successful · 2\.00 users\/s/);
  });

  it("uses the singular for one user", () => {
    expect(live("t", 1).line()).toContain("0 of 1 user completed");
  });
});

import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { createFaults, FaultError, parseFault } from "./faults.ts";

describe("faults", () => {
  it("name the known ones when one is unknown", () => {
    const faults = createFaults("personal", { failed: {} });
    expect(() => faults.set({ fault: "faild" })).toThrow(
      /personal has no fault "faild"; did you mean failed\?; known: .*latency.*failed/,
    );
    expect(() => faults.set(null)).toThrow(FaultError);
    expect(() => faults.set({ fault: "toString" })).toThrow(FaultError);
  });

  it.each([
    [{ fault: "status" }, /status/],
    [{ fault: "status", status: 200 }, /status/],
    [{ fault: "status", status: 500, share: 0 }, /share/],
    [{ fault: "status", status: 500, colour: "red" }, /colour/],
    [{ fault: "latency", ms: "10" }, /unit/],
    [{ fault: "hang", for: "soon" }, /unit/],
    [{ fault: "hang", times: 1.5 }, /times/],
    [{ fault: "rate-limit" }, /exactly one/],
    [{ fault: "rate-limit", perSecond: 1, perMinute: 2 }, /exactly one/],
    [{ fault: "rate-limit", perSecond: 1, share: 0.5 }, /share/],
    [{ fault: "answer", mode: "loud" }, /mode/],
  ])("refuse %j", (input, message) => {
    const faults = createFaults("app", { answer: { mode: v.picklist(["signed"]) } });
    expect(() => faults.set(input)).toThrow(message);
    expect(faults.list()).toEqual([]);
  });

  it.each(["path", "method"])("of a service without HTTP refuse a %s, which they could not look at", (field) => {
    const faults = createFaults("gate1", { drop: {} }, { general: false });
    expect(() => faults.set({ fault: "drop", [field]: "/x" })).toThrow(new RegExp(`gate1:drop .*${field}`));
  });

  it.each([0.1, 0.25, 1 / 3, 0.5, 0.9, 1])("a share of %d hits floor(n * share) of the first n", (share) => {
    const faults = createFaults("app");
    faults.set({ fault: "hang", share });
    let hit = 0;
    for (let n = 1; n <= 300; n++) {
      if (faults.take("hang")) hit++;
      expect(hit).toBe(Math.floor(n * share + 1e-9));
    }
  });

  it("end after their time or their number of times", () => {
    let now = 0;
    const faults = createFaults("app", {}, { now: () => now });
    faults.set({ fault: "hang", for: "2s" });
    faults.set({ fault: "drop", times: 2 });
    expect([faults.take("drop"), faults.take("drop"), faults.take("drop")].map(Boolean)).toEqual([true, true, false]);
    now = 1_999;
    expect(faults.take("hang")).toBeDefined();
    now = 2_000;
    expect(faults.take("hang")).toBeUndefined();
    expect(faults.list()).toEqual([]);
  });

  it("are cleared one by one or all", () => {
    const faults = createFaults("app");
    const { id } = faults.set({ fault: "hang" });
    faults.set({ fault: "drop" });
    expect(faults.clear(id)).toBe(1);
    expect(faults.clear(id)).toBe(0);
    expect(faults.list().map((fault) => fault.fault)).toEqual(["drop"]);
    expect(faults.clear()).toBe(1);
  });
});

describe("a fault on the command line", () => {
  it("is service:fault with fields", () => {
    expect(parseFault("personal:status,status=429,retryAfter=2,share=0.5,for=10s,after=true")).toEqual({
      service: "personal",
      fault: "status",
      status: 429,
      retryAfter: 2,
      share: 0.5,
      for: "10s",
      after: true,
    });
    expect(parseFault("chain:pause")).toEqual({ service: "chain", fault: "pause" });
    expect(parseFault("gate1:drop")).toEqual({ service: "gate1", fault: "drop" });
  });
  it.each(["failed", "personal:", "personal:status,429", "personal:status,a=b=c", ":x"])("refuses %s", (text) => {
    expect(() => parseFault(text)).toThrow(/must be/);
  });
});

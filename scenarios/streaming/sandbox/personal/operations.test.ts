import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { stream } from "../../../../src/core/random.ts";
import { createBook } from "../../../../src/sandbox/counters.ts";
import { createLimiter } from "./limiter.ts";
import { createOperations, type Operations } from "./operations.ts";

let operations: Operations;
afterEach(() => operations?.close());

function started(keep = 100, latency = { start: 20, process: 30, jitter: 0 }) {
  const book = createBook();
  operations = createOperations({ latency, jitter: stream(1, "test"), keep, count: book.count });
  return { ...operations, counters: book.counters };
}

describe("operations", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("take the time they are told to, with their times stamped", () => {
    const { start, get, counters } = started();
    const { id } = start({ status: "succeeded", result: "x" });
    expect(get(id)).toMatchObject({ status: "starting", startedAt: null, finishedAt: null, result: null });
    vi.advanceTimersByTime(19);
    expect(get(id)).toMatchObject({ status: "starting" });
    vi.advanceTimersByTime(1);
    expect(get(id)).toMatchObject({
      status: "processing",
      startedAt: expect.any(String),
      finishedAt: null,
      result: null,
    });
    vi.advanceTimersByTime(29);
    expect(get(id)).toMatchObject({ status: "processing" });
    vi.advanceTimersByTime(1);
    expect(get(id)).toMatchObject({ status: "succeeded", finishedAt: expect.any(String), result: "x" });
    expect(counters()).toEqual({ "operations.created": 1, "operations.succeeded": 1 });
  });

  it("stay canceled once they are, and finished ones stay what they were", () => {
    const { start, get, cancel } = started();
    const one = start({ status: "succeeded", result: "x" });
    expect(cancel(one.id)).toBe(true);
    const other = start({ status: "failed", result: null });
    vi.advanceTimersByTime(100);
    expect(get(one.id)).toMatchObject({ status: "canceled", result: null });
    expect(cancel(other.id)).toBe(true);
    expect(get(other.id)).toMatchObject({ status: "failed" });
    expect(cancel("unknown")).toBe(false);
  });

  it("forget the oldest finished one when there are too many, never one that runs", () => {
    const { start, get, counters } = started(3, { start: 0, process: 0, jitter: 0 });
    const running = start(undefined);
    const finished = [start({ status: "succeeded", result: 1 }), start({ status: "succeeded", result: 2 })];
    vi.advanceTimersByTime(50);
    start({ status: "succeeded", result: 3 });
    expect([running, ...finished].map(({ id }) => get(id)?.status)).toEqual(["processing", undefined, "succeeded"]);
    expect(counters()).toMatchObject({ "operations.forgotten": 1 });
  });
});

describe("a limiter", () => {
  it("runs so many at once, in order, and goes on after a failure", async () => {
    const limited = createLimiter(3);
    let running = 0;
    let most = 0;
    const order: number[] = [];
    const tasks = Array.from({ length: 20 }, (_, i) =>
      limited(async () => {
        order.push(i);
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running--;
        if (i % 5 === 0) throw new Error("failed");
      }),
    );
    const results = await Promise.allSettled(tasks);
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(4);
    expect(most).toBe(3);
    expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it("does not begin what nobody waits for any more", async () => {
    const limited = createLimiter(1);
    let gone = false;
    let begun = false;
    const first = limited(async () => {
      gone = true;
    });
    const second = limited(
      async () => {
        begun = true;
      },
      () => gone,
    );
    await first;
    await expect(second).rejects.toThrow("the client is gone");
    expect(begun).toBe(false);
    expect(await limited(async () => "next")).toBe("next");
  });
});

import { describe, expect, it } from "vitest";
import { stream } from "../random.ts";
import { CELL_NS } from "./grid.ts";
import { instantsOf, type Plan, planArrivals } from "./plan.ts";
import { type RampingArrivalRate, stagesOf } from "./stages.ts";

/**
 * When k6 v2.2.0 starts each iteration of a ramping-arrival-rate, in nanoseconds: its formula in its arithmetic (float64, start times truncated to
 * int64). `offsets` stripes the iterations over execution segments: this instance runs number first, first + step, ... (1-based).
 */
function simulateRampingArrivalRate(options: RampingArrivalRate, first = 1, step = 1): number[] {
  const ns = (text: string): number => (text === "0s" ? 0 : Number(/^(\d+)ns$/.exec(text)?.[1]));
  const timeUnit = ns(options.timeUnit);
  const starts: number[] = [];
  let stageStart = 0;
  let doneSoFar = 0;
  let endCount = 0;
  let from = options.startRate / timeUnit;
  let i = first;
  for (const stage of options.stages) {
    const to = stage.target / timeUnit;
    const duration = ns(stage.duration);
    if (!Number.isSafeInteger(duration) || !Number.isSafeInteger(stage.target))
      throw new Error("k6 takes whole numbers");
    if (from !== to) {
      endCount += duration * ((to - from) / 2 + from);
      for (; i <= endCount; i += step) {
        const root = Math.sqrt(Math.max(0, duration * (from * from * duration + 2 * (i - doneSoFar) * (to - from))));
        starts.push(Math.trunc((from * duration - root) / (from - to)) + stageStart);
      }
    } else {
      endCount += duration * to;
      for (; i <= endCount; i += step) starts.push(Math.trunc((i - doneSoFar) / to) + stageStart);
    }
    doneSoFar = endCount;
    from = to;
    stageStart += duration;
  }
  return starts;
}

const cellsOf = (starts: readonly number[]): number[] => starts.map((ns) => Math.ceil(ns / CELL_NS) - 1);

const plans: [string, Plan][] = [
  ["Poisson 3/s, 10 min", planArrivals({ kind: "poisson", rate: 3, duration: "10m" }, { seed: 42 })],
  [
    "Poisson 200/s, many cells with several",
    planArrivals({ kind: "poisson", rate: 200, duration: "60s" }, { seed: 1 }),
  ],
  [
    "trapezoid of 12,500 over 3 h",
    planArrivals({ kind: "trapezoid", up: "30m", hold: "2h", down: "30m", users: 12_500 }, { seed: 2 }),
  ],
  ["batches", planArrivals({ kind: "batches", size: 5, every: "8s", jitter: "1s", users: 50 }, { seed: 3 })],
  ["constant", planArrivals({ kind: "constant", rate: 2.5, duration: "60s" }, { seed: 4 })],
  [
    "first cell, neighbours, a crowd, and far away",
    { cells: [0, 0, 1, 2, 2, 2, 7, ...new Array<number>(997).fill(9), 86_400_000], seconds: 90_000 },
  ],
];

describe("stagesOf", () => {
  it.each(plans)("makes k6 start exactly the plan: %s", (_, plan) => {
    const starts = simulateRampingArrivalRate(stagesOf(plan));
    expect(starts.length).toBe(plan.cells.length);
    expect(cellsOf(starts)).toEqual(plan.cells);
    expect(starts).toEqual(instantsOf(plan));
  });

  it("holds for random crowds: every count from 1 to 300 in one cell", () => {
    const { integer } = stream(9, "crowds");
    const cells: number[] = [];
    let cell = 0;
    for (let count = 1; count <= 300; count++) {
      cell += integer(1, 100_000);
      for (let i = 0; i < count; i++) cells.push(cell);
    }
    expect(cellsOf(simulateRampingArrivalRate(stagesOf({ cells, seconds: 1 })))).toEqual(cells);
  });

  it("splits over execution segments without loss or overlap, each start at its instant", () => {
    const [, plan] = plans[0] as [string, Plan];
    const options = stagesOf(plan);
    const halves = [simulateRampingArrivalRate(options, 1, 2), simulateRampingArrivalRate(options, 2, 2)];
    expect(halves.flat().sort((a, b) => a - b)).toEqual(instantsOf(plan));
  });

  it("stays open for a second after the last arrival, and says how long it is", () => {
    const options = stagesOf({ cells: [9], seconds: 1 });
    expect(options).toEqual({
      startRate: 0,
      timeUnit: "1048576ns",
      stages: [
        { target: 0, duration: "9437184ns" },
        { target: 2, duration: "1048576ns" },
        { target: 0, duration: "0s" },
        { target: 0, duration: "1000000000ns" },
      ],
      durationMs: 1_010.48576,
    });
  });

  it("needs three stages an arrival", () => {
    const [, plan] = plans[0] as [string, Plan];
    expect(stagesOf(plan).stages.length).toBeLessThanOrEqual(3 * plan.cells.length + 1);
  });

  it("refuses more than 50,000 arrivals and names the alternative", () => {
    expect(() => stagesOf({ cells: new Array<number>(50_001).fill(0), seconds: 1 })).toThrow(
      /50,001 arrivals.*ARRIVALS=constant/,
    );
  });
});

import { Counter, Gauge, Rate, Trend } from "k6/metrics";
import type { MetricSpec } from "../core/metrics.ts";

interface Kinds {
  counter: Counter;
  rate: Rate;
  trend: Trend;
  time: Trend;
  gauge: Gauge;
}

/** k6 metrics for a list of specs. Init code only: k6 refuses new metrics later. */
export function createMetrics<T extends Record<string, MetricSpec>>(specs: T): { [K in keyof T]: Kinds[T[K]["kind"]] } {
  const make = ({ kind, name }: MetricSpec) => {
    switch (kind) {
      case "counter":
        return new Counter(name);
      case "rate":
        return new Rate(name);
      case "gauge":
        return new Gauge(name);
      case "trend":
        return new Trend(name);
      case "time":
        return new Trend(name, true);
    }
  };
  return Object.fromEntries(Object.entries(specs).map(([key, spec]) => [key, make(spec)])) as {
    [K in keyof T]: Kinds[T[K]["kind"]];
  };
}

// The verdict's lines about messages.

import { grouped } from "../format.ts";
import { formatMs } from "../summary/text.ts";
import type { MetricReader, ReportLine } from "../summary/types.ts";
import type { deliveryMetrics } from "./metrics.ts";

/** Counts and latencies of a scenario's stamped messages. @param seconds of the load's window; @param more words behind the count of lost ones, and further parts of the first line */
export function deliveryLines(
  m: ReturnType<typeof deliveryMetrics>,
  reader: MetricReader,
  seconds: number,
  more: { readonly lost?: string; readonly parts?: readonly string[] } = {},
): ReportLine[] {
  const count = ({ name }: { name: string }) => grouped(reader.count(name));
  const perSecond = ({ name }: { name: string }) =>
    seconds > 0 ? ` (${grouped(Number((reader.count(name) / seconds).toPrecision(3)))}/s)` : "";
  return [
    {
      label: "messages",
      parts: [
        `sent ${count(m.sent)}${perSecond(m.sent)}`,
        `received ${count(m.received)}${perSecond(m.received)}`,
        `lost ${count(m.lost)}${more.lost ?? ""}`,
        `duplicated ${count(m.duplicated)}`,
        `reordered ${count(m.reordered)}`,
        reader.count(m.altered.name) > 0 ? `altered ${count(m.altered)}` : "",
        reader.count(m.unacknowledged.name) > 0 ? `unacknowledged ${count(m.unacknowledged)}` : "",
        ...(more.parts ?? []),
      ],
    },
    { label: "delivery", parts: percentiles(reader, m.delivery.name) },
  ];
}

/** "avg 3 ms", "P50 2 ms", ... of a trend in milliseconds. */
export function percentiles(reader: MetricReader, metric: string): string[] {
  const aggregates = { avg: "avg", P50: "med", P95: "p(95)", P99: "p(99)", max: "max" };
  return Object.entries(aggregates).map(([label, aggregate]) => {
    const ms = reader.trend(metric, aggregate);
    return `${label} ${ms === undefined ? "-" : formatMs(ms)}`;
  });
}

// The verdict's lines about a space.
import { deliveryLines, percentiles } from "../../../src/core/delivery/report.ts";
import { grouped } from "../../../src/core/format.ts";
import { formatMs } from "../../../src/core/summary/text.ts";
import type { MetricReader, ReportLine } from "../../../src/core/summary/types.ts";
import { joinedStreams, spaceMetrics as m, stages } from "./metrics.ts";

/** Steps in which a client calls the node, and may be denied. */
export const atNode = [
  "kickoff",
  "signal",
  "streams",
  "announce",
  "check-in",
  "join",
  "profile",
  "chat",
  "summary",
] as const;

/** Parts of metrics that the lines read. */
export const spaceBreakdowns: readonly string[] = [
  ...joinedStreams.flatMap((stream) => [
    `${m.joins.name}{stream:${stream}}`,
    `${m.joinedBefore.name}{stream:${stream}}`,
    `${m.joinLatency.name}{stream:${stream}}`,
  ]),
  ...atNode.map((step) => `${m.denied.name}{step:${step}}`),
  ...stages.flatMap((stage) => ["PASS", "FAIL"].map((result) => `${m.results.name}{stage:${stage},result:${result}}`)),
];

/**
 * The lines of one k6 process: what only the root measures is left out where it was another's.
 * @param talked whether the clients said anything
 */
export function spaceReport(reader: MetricReader, talked: boolean, seconds: number): ReportLine[] {
  const count = (name: string) => grouped(reader.count(name));
  const took = (name: string, aggregate = "max") => {
    const ms = reader.trend(name, aggregate);
    return ms === undefined ? "-" : formatMs(ms);
  };
  const gas = (aggregate: string) => grouped(Math.round(reader.trend(m.mintGas.name, aggregate) ?? 0));
  const led = reader.trend(m.timeToSignal.name, "max") !== undefined || reader.count(m.mintTxs.name) > 0;
  const denied = atNode
    .map((step) => ({ step, times: reader.count(`${m.denied.name}{step:${step}}`) }))
    .filter(({ times }) => times > 0)
    .map(({ step, times }) => `${grouped(times)} at ${step}`);
  return [
    ...(led
      ? [
          {
            label: "minted",
            parts: [
              `${count(m.minted.name)} in ${took(m.mintDuration.name)}`,
              `renewed ${count(m.renewed.name)}`,
              `members before ${count(m.already.name)}`,
              `transactions ${count(m.mintTxs.name)}`,
              `gas avg ${gas("avg")} max ${gas("max")}`,
            ],
          },
          {
            label: "mint",
            parts: [...percentiles(reader, m.mintLatency.name), `batch avg ${took(m.mintBatch.name, "avg")}`],
          },
          {
            label: "signal",
            parts: [`after ${took(m.timeToSignal.name)}`, `${took(m.receiptToSignal.name)} after the last receipt`],
          },
        ]
      : []),
    {
      label: "joined",
      parts: [
        `own token verified ${count(m.owned.name)}`,
        ...joinedStreams.map((stream) => {
          const before = reader.count(`${m.joinedBefore.name}{stream:${stream}}`);
          return `${stream} ${count(`${m.joins.name}{stream:${stream}}`)}${before > 0 ? ` (${grouped(before)} before)` : ""}`;
        }),
        `last ${took(m.signalToJoined.name)} after the signal`,
      ],
    },
    {
      label: "join",
      parts: joinedStreams.map(
        (stream) =>
          `${stream} P50 ${took(`${m.joinLatency.name}{stream:${stream}}`, "med")} P95 ${took(`${m.joinLatency.name}{stream:${stream}}`, "p(95)")}`,
      ),
    },
    {
      label: "denied",
      parts: [
        `members ${count(m.denied.name)}${denied.length > 0 ? ` (${denied.join(", ")})` : ""}`,
        `strangers ${count(m.strangersRefused.name)}`,
        `strangers let in ${count(m.strangersAdmitted.name)}`,
      ],
    },
    ...(talked
      ? [
          {
            label: "check-ins",
            parts: [`came back ${count(m.checkIns.name)}`, led ? `the root counted ${count(m.checkInsSeen.name)}` : ""],
          },
          ...deliveryLines(m, reader, seconds, {
            parts:
              reader.count(m.syncDrops.name) > 0
                ? [`syncs broken ${count(m.syncDrops.name)}, taken up again ${count(m.resyncs.name)}`]
                : [],
          }),
          { label: "ack", parts: [...percentiles(reader, m.ack.name), `made anew ${count(m.conflicts.name)}`] },
        ]
      : []),
    {
      label: "results",
      parts: stages.map((stage) => {
        const of = (result: string) => count(`${m.results.name}{stage:${stage},result:${result}}`);
        return `${stage} ${of("PASS")} PASS ${of("FAIL")} FAIL`;
      }),
    },
  ];
}

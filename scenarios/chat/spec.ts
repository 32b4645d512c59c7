import { deliveryProofs } from "../../src/core/delivery/proof.ts";
import { deliveryLines } from "../../src/core/delivery/report.ts";
import { parseDuration } from "../../src/core/duration.ts";
import { grouped } from "../../src/core/format.ts";
import { grpcDetails } from "../../src/core/grpc.ts";
import type { ScenarioSpec } from "../../src/core/scenario.ts";
import type { ReportLine } from "../../src/core/summary/types.ts";
import { chatMetrics, gateTag } from "./model/metrics.ts";
import { chatProfiles } from "./profiles.ts";
import { type ChatSettings, chatRequired, chatTable, chatTargets } from "./settings.ts";

/** What a chat client does. */
const steps = [
  "register", // the stream of pushes at a gate
  "join",
  "send",
  "reconnect", // a stream that broke, at this gate or another, and the room again
  "prove", // every own message came back, and nothing was lost, doubled or out of order
] as const;

const m = chatMetrics;
const byGate = (metric: string, values: ChatSettings) =>
  values.GATES.map((_, index) => `${metric}{gate:${gateTag(index)}}`);
const byRoom = (metric: string, values: ChatSettings) => values.ROOMS.map((room) => `${metric}{room:${room}}`);

/** Milliseconds that the end of a client takes beside its silence. */
const ENDING_MS = 30_000;

export const spec: ScenarioSpec<ReturnType<typeof chatTable>> = {
  name: "chat",
  about: "chat rooms over several gRPC gates, delivery proved message by message",
  get table() {
    return chatTable();
  },
  profiles: chatProfiles,
  targets: chatTargets,
  required: chatRequired,
  noun: "clients",
  uses: [],
  steps,
  details: [
    { kind: "proof", steps: ["prove"], names: deliveryProofs },
    { kind: "refused", steps: ["register", "join", "send", "reconnect"], names: grpcDetails },
    { kind: "transport", steps: ["register", "join", "send", "reconnect"], names: grpcDetails },
  ],
  metrics: chatMetrics,
  live: [
    { label: "sent", metric: m.sent.name, aggregate: "count" },
    { label: "received", metric: m.received.name, aggregate: "count" },
    { label: "delivery P50", metric: m.delivery.name, aggregate: "med", unit: "ms" },
    { label: "P95", metric: m.delivery.name, aggregate: "p(95)", unit: "ms" },
    { label: "reconnects", metric: m.reconnects.name, aggregate: "count" },
  ],
  breakdowns: (values) => [
    ...byGate(m.registered.name, values),
    ...byGate(m.atGate.name, values),
    ...byRoom(m.joins.name, values),
    ...byRoom(m.inRoom.name, values),
    `${m.actions.name}{action:leave}`,
  ],
  expectedDuration: 0,
  userTimeout: ({ DELIVERY_TIMEOUT, RECONNECT_FOR }, { arrivals }) =>
    arrivals.kind === "clients"
      ? parseDuration(arrivals.duration) +
        parseDuration(arrivals.stagger ?? "0s") * arrivals.clients +
        2 * DELIVERY_TIMEOUT +
        RECONNECT_FOR +
        ENDING_MS
      : 0,
  labels: ({ TARGET, INSTANCES }) => [
    ...(TARGET === "sandbox" ? ["sandbox numbers: both gates and all rooms in one process on this machine"] : []),
    ...(INSTANCES > 1
      ? [`delivery latency compares the clocks of ${INSTANCES} k6 processes; loss near a join is judged by them too`]
      : []),
  ],
  report(reader, values, seconds): ReportLine[] {
    const count = (metric: { name: string }) => grouped(reader.count(metric.name));
    const parts = (keys: readonly string[], names: readonly string[]) =>
      keys.map((key, i) => `${names[i]} ${grouped(reader.count(key))}`).join(" · ");
    return [
      ...deliveryLines(m, reader, seconds, {
        lost: reader.count(m.gapLost.name) > 0 ? ` (${count(m.gapLost)} while reconnecting)` : "",
        parts: [
          reader.count(m.unheard.name) > 0 ? `unheard ${count(m.unheard)}` : "",
          `from rooms left ${count(m.stray)}`,
        ],
      }),
      {
        label: "actions",
        parts: [
          `all ${count(m.actions)}`,
          `joins ${count(m.joins)}`,
          `leaves ${grouped(reader.count(`${m.actions.name}{action:leave}`))}`,
          `reconnects ${count(m.reconnects)}`,
        ],
      },
      {
        label: "at the end",
        parts: [
          parts(
            byGate(m.atGate.name, values),
            values.GATES.map((_, i) => gateTag(i)),
          ),
          parts(byRoom(m.inRoom.name, values), values.ROOMS),
        ],
      },
    ];
  },
};

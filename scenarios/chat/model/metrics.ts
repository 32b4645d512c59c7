// What a chat run measures beside its users.
import { deliveryMetrics } from "../../../src/core/delivery/metrics.ts";
import type { MetricSpec } from "../../../src/core/metrics.ts";

export const chatMetrics = {
  ...deliveryMetrics("chat", "room"),
  actions: { name: "chat_actions", kind: "counter", help: "joins, sends, leaves and pauses", tags: ["action"] },
  joins: { name: "chat_joins", kind: "counter", help: "joins that were acknowledged", tags: ["room"] },
  registered: { name: "chat_registered", kind: "counter", help: "streams that a gate accepted", tags: ["gate"] },
  atGate: { name: "chat_at_gate", kind: "counter", help: "clients at a gate: +1 and -1", tags: ["gate"] },
  inRoom: { name: "chat_in_room", kind: "counter", help: "clients in a room: +1 and -1", tags: ["room"] },
  unheard: {
    name: "chat_unheard",
    kind: "counter",
    help: "of the clients that a client must have heard at least once, those that it never did",
  },
  gapLost: {
    name: "chat_gap_lost",
    kind: "counter",
    help: "of the lost ones, sent while the client's stream was broken or in the second before",
  },
  reconnects: { name: "chat_reconnects", kind: "counter", help: "streams that broke and were opened anew" },
} as const satisfies Record<string, MetricSpec>;

/** How gates are called in metrics: by their place in GATES, since addresses would be a tag value each. */
export const gateTag = (index: number) => `gate${index + 1}`;

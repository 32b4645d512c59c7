// What a chat run measures beside its users.
import type { MetricSpec } from "../metrics.ts";

export const chatMetrics = {
  actions: { name: "chat_actions", kind: "counter", help: "joins, sends, leaves and pauses", tags: ["action"] },
  joins: { name: "chat_joins", kind: "counter", help: "joins that were acknowledged", tags: ["room"] },
  registered: { name: "chat_registered", kind: "counter", help: "streams that a gate accepted", tags: ["gate"] },
  atGate: { name: "chat_at_gate", kind: "counter", help: "clients at a gate: +1 and -1", tags: ["gate"] },
  inRoom: { name: "chat_in_room", kind: "counter", help: "clients in a room: +1 and -1", tags: ["room"] },
  sent: { name: "chat_sent", kind: "counter", help: "messages that were acknowledged", tags: ["room"] },
  unacknowledged: { name: "chat_unacknowledged", kind: "counter", help: "messages that were not" },
  received: { name: "chat_received", kind: "counter", help: "pushes from a room that the client was in" },
  delivery: {
    name: "chat_delivery",
    kind: "time",
    help: "from a sender's send to each receiver's push, by one clock: senders and receivers of one k6 process",
  },
  echoed: { name: "chat_echoed", kind: "counter", help: "messages that came back to their sender in time" },
  lost: { name: "chat_lost", kind: "counter", help: "messages that a client in the room never received" },
  gapLost: { name: "chat_gap_lost", kind: "counter", help: "of these, sent while the client's stream was broken" },
  duplicated: { name: "chat_duplicated", kind: "counter", help: "pushes that had been received before" },
  reordered: {
    name: "chat_reordered",
    kind: "counter",
    help: "pushes that came after a later message of their sender",
  },
  stray: {
    name: "chat_stray",
    kind: "counter",
    help: "pushes from rooms that the client had left, which the server keeps sending, or sent before it was certainly in",
  },
  foreign: { name: "chat_foreign", kind: "counter", help: "pushes of messages that no client of this run sent" },
  reconnects: { name: "chat_reconnects", kind: "counter", help: "streams that broke and were opened anew" },
} as const satisfies Record<string, MetricSpec>;

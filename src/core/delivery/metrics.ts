// What a scenario measures whose users send each other stamped messages.
import type { MetricSpec } from "../metrics.ts";

/** @param name the scenario's; @param place what messages are sent to, such as "room": the tag that says which */
export function deliveryMetrics<const P extends string>(name: string, place: P) {
  return {
    sent: { name: `${name}_sent`, kind: "counter", help: "messages that were acknowledged", tags: [place] },
    unacknowledged: { name: `${name}_unacknowledged`, kind: "counter", help: "messages that were not" },
    received: { name: `${name}_received`, kind: "counter", help: `messages from a ${place} that the client was in` },
    delivery: {
      name: `${name}_delivery`,
      kind: "time",
      help: "from a sender's send to each receiver, by one clock: senders and receivers of one k6 process",
    },
    echoed: { name: `${name}_echoed`, kind: "counter", help: "messages that came back to their sender in time" },
    lost: { name: `${name}_lost`, kind: "counter", help: `messages that a client in the ${place} never received` },
    duplicated: { name: `${name}_duplicated`, kind: "counter", help: "messages that had been received before" },
    reordered: {
      name: `${name}_reordered`,
      kind: "counter",
      help: "messages that came after a later one of their sender",
    },
    altered: { name: `${name}_altered`, kind: "counter", help: "messages of this run whose text or stamp was changed" },
    stray: {
      name: `${name}_stray`,
      kind: "counter",
      help: `messages from a ${place} that the client had left, or sent before it was certainly in`,
    },
    foreign: { name: `${name}_foreign`, kind: "counter", help: "messages that no client of this run sent" },
  } as const satisfies Record<string, MetricSpec>;
}

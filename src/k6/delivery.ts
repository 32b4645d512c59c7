// What a client hears of stamped messages: each is read, judged and counted here.
import type { Counter, Trend } from "k6/metrics";
import type { Receiver } from "../core/delivery/receiver.ts";
import { type Stamp, unstamped } from "../core/delivery/stamp.ts";

/** What one client sent and heard. */
export interface DeliveryTally {
  sent: number;
  unacknowledged: number;
  received: number;
  echoed: number;
  late: number;
  duplicated: number;
  reordered: number;
  altered: number;
}

export const newTally = (): DeliveryTally => ({
  sent: 0,
  unacknowledged: 0,
  received: 0,
  echoed: 0,
  late: 0,
  duplicated: 0,
  reordered: 0,
  altered: 0,
});

export interface ListenerOptions {
  readonly receiver: Receiver;
  readonly tally: DeliveryTally;
  readonly metrics: Readonly<
    Record<"received" | "stray" | "foreign" | "echoed" | "duplicated" | "reordered" | "altered", Counter>
  > & { readonly delivery: Trend };
  /** The client's own index. */
  readonly self: number;
  /** Names of the places that messages can be from, by the index that stamps carry. */
  readonly places: readonly string[];
  /** Within which an own message must be back, ms. */
  readonly timeout: number;
}

/** A message that counts. */
export interface Heard {
  readonly text: string;
  readonly stamp: Stamp;
  /** The way it took, ms. */
  readonly latency: number;
}

export interface Listener {
  /**
   * Judges a message.
   * @param isFrom whether the target says it is this sender's; one under another's name is foreign
   * @returns undefined for what is not to be counted as received: strays, doubles, changed texts, other people's messages
   */
  hear(message: string, isFrom?: (sender: number) => boolean): Heard | undefined;
  /** Hands the counts gathered since the last time to k6: a sample for each message would cost more than the message. */
  flush(): void;
  /** When the last message came, ms; `otherwise` where none has. */
  lastAt(otherwise: number): number;
}

export function listener({ receiver, tally, metrics, self, places, timeout }: ListenerOptions): Listener {
  const counts = { received: 0, stray: 0, foreign: 0, echoed: 0, duplicated: 0, reordered: 0, altered: 0 };
  let last: number | undefined;
  return {
    hear(message, isFrom = () => true) {
      const now = Date.now();
      last = now;
      const read = unstamped(message);
      const place = read && places[read.stamp.room];
      if (read === undefined || place === undefined || !isFrom(read.stamp.sender)) {
        counts.foreign++;
        return undefined;
      }
      const { stamp } = read;
      if (!read.intact) {
        counts.altered++;
        tally.altered++;
        return undefined;
      }
      const outcome = receiver.received(place, stamp);
      if (outcome === "stray") {
        counts.stray++;
        return undefined;
      }
      if (outcome === "duplicated") {
        counts.duplicated++;
        tally.duplicated++;
        return undefined;
      }
      counts.received++;
      tally.received++;
      const latency = now - stamp.sentAt;
      metrics.delivery.add(latency);
      if (outcome === "reordered") {
        counts.reordered++;
        tally.reordered++;
      }
      if (stamp.sender === self) {
        if (latency <= timeout) {
          counts.echoed++;
          tally.echoed++;
        } else tally.late++;
      }
      return { text: read.text, stamp, latency };
    },
    flush() {
      for (const [name, count] of Object.entries(counts) as [keyof typeof counts, number][]) {
        if (count > 0) metrics[name].add(count);
        counts[name] = 0;
      }
    },
    lastAt: (otherwise) => last ?? otherwise,
  };
}

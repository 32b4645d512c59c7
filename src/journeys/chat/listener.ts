// What a client hears: every push is read, judged and counted here.
import type { Receiver } from "../../core/delivery/receiver.ts";
import { unstamped } from "../../core/delivery/stamp.ts";
import type { Push } from "../../k6/services/gate.ts";
import type { ChatSettings } from "../../profiles/chat-settings.ts";
import type { ChatMetrics } from "./metrics.ts";
import type { Tally } from "./tally.ts";

export interface Hearing {
  readonly receiver: Receiver;
  readonly tally: Tally;
  readonly metrics: ChatMetrics;
  /** The client's own index. */
  readonly self: number;
  readonly values: ChatSettings;
  say(line: string): void;
}

export interface Listener {
  push(push: Push): void;
  /** Hands the counts gathered since the last time to k6: a sample for each push would cost more than the push. */
  flush(): void;
  /** When the last push came, ms; `otherwise` where none has. */
  lastAt(otherwise: number): number;
}

/** The time of day of a room's timestamp, as the original prints it. */
const clockOf = (microseconds: number) => new Date(microseconds / 1_000).toISOString().slice(11, 19);

export function listener({ receiver, tally, metrics, self, values, say }: Hearing): Listener {
  const counts = { received: 0, stray: 0, foreign: 0, echoed: 0, duplicated: 0, reordered: 0 };
  let last: number | undefined;
  return {
    push({ user, message, timestamp }) {
      const now = Date.now();
      last = now;
      const read = unstamped(message);
      const room = read && values.ROOMS[read.stamp.room];
      if (read === undefined || room === undefined) {
        counts.foreign++;
        return;
      }
      const { stamp } = read;
      const outcome = receiver.received(room, stamp);
      if (outcome === "stray") {
        counts.stray++;
        return;
      }
      if (outcome === "duplicated") {
        counts.duplicated++;
        tally.duplicated++;
        return;
      }
      counts.received++;
      tally.received++;
      const latency = now - stamp.sentAt;
      metrics.delivery.add(latency);
      tally.delivered(latency);
      if (outcome === "reordered") {
        counts.reordered++;
        tally.reordered++;
      }
      if (stamp.sender === self) {
        if (latency <= values.DELIVERY_TIMEOUT) {
          counts.echoed++;
          tally.echoed++;
        } else tally.late++;
      }
      say(`Received: [${clockOf(timestamp)}] ${user}: ${read.text}`);
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

// What a client hears: every push is read, judged and counted here.
import type { Receiver } from "../../../src/core/delivery/receiver.ts";
import { listener as listenerOf } from "../../../src/k6/delivery.ts";
import type { Push } from "../client/gate.ts";
import type { ChatSettings } from "../settings.ts";
import { nameOf } from "./cluster-client.ts";
import type { ChatMetrics } from "./metrics.ts";
import type { ClientTally } from "./tally.ts";

export interface PushListenerOptions {
  readonly receiver: Receiver;
  readonly tally: ClientTally;
  readonly metrics: ChatMetrics;
  /** The client's own index. */
  readonly self: number;
  readonly values: ChatSettings;
  say(line: string): void;
}

export interface PushListener {
  push(push: Push): void;
  /** Hands the counts gathered since the last time to k6. */
  flush(): void;
  /** When the last push came, ms; `otherwise` where none has. */
  lastAt(otherwise: number): number;
}

/** The time of day of a room's timestamp, as the original prints it. */
const clockOf = (microseconds: number) => new Date(microseconds / 1_000).toISOString().slice(11, 19);

export function pushListener({ values, say, ...hearing }: PushListenerOptions): PushListener {
  const ear = listenerOf({ ...hearing, places: values.ROOMS, timeout: values.DELIVERY_TIMEOUT });
  return {
    push({ user, message, timestamp }) {
      const heard = ear.hear(message, (sender) => user === nameOf(values, sender));
      if (heard === undefined) return;
      hearing.tally.delivered(heard.latency);
      say(`Received: [${clockOf(timestamp)}] ${user}: ${heard.text}`);
    },
    flush: ear.flush,
    lastAt: ear.lastAt,
  };
}

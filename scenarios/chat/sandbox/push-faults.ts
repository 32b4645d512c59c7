// What a gate can be told to do wrong with the messages it pushes.
import type { ObjectEntries } from "valibot";
import * as v from "valibot";
import type { Faults } from "../../../src/sandbox/faults.ts";
import type { ChatMessage } from "./messages.ts";
import { notification, type OutgoingPush } from "./rooms.ts";

/** Of the pushes of a gate that are hit unless the fault says otherwise: every 50th. */
export const DEFAULT_SHARE = 0.02;
const DEFAULT_DELAY_MS = 1_000;
/** How long a push that shall be overtaken waits for the next one of its sender, ms. */
const SWAP_WAIT_MS = 5_000;

/**
 * `delay` is late by `ms`; `swap` lets the next message of the same sender, room and client go first, and counts as `unswapped` what nothing followed in
 * time: that was only late; `alter` puts another text before what stands behind the last " ~", where a client may look for what it put there.
 */
export const pushFlags: Record<string, ObjectEntries> = {
  drop: {},
  duplicate: {},
  delay: { ms: v.optional(v.pipe(v.number(), v.minValue(1))) },
  swap: {},
  alter: {},
};

const altered = (sent: ChatMessage): ChatMessage => ({
  ...sent,
  message: `Have a nice day.${/ ~[^~]*$/.exec(sent.message)?.[0] ?? ""}`,
});

export interface PushFaults {
  /** Hands a push on as the faults that are on have it: once, twice, later, or never. */
  pass(push: OutgoingPush): void;
  /** Forgets what waits. */
  close(): void;
}

/**
 * @param deliver hands a push to its client's stream
 * @param count counts what was done, by fault and room
 */
export function pushFaults(
  faults: Faults,
  deliver: (push: OutgoingPush) => void,
  count: (what: string, room: string) => void,
): PushFaults {
  const timers = new Set<NodeJS.Timeout>();
  /** client, room and sender -> the push that the next one shall overtake. */
  const held = new Map<string, { push: OutgoingPush; timer: NodeJS.Timeout }>();
  const counted = (fault: string, room: string) => count(`faults.${fault}`, room);
  const later = (ms: number, action: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      action();
    }, ms);
    timers.add(timer);
    return timer;
  };
  const keyOf = ({ client, room, sender }: OutgoingPush) => `${client.id}\n${room}\n${sender}`;
  const hold = (push: OutgoingPush) => {
    const key = keyOf(push);
    const timer = later(SWAP_WAIT_MS, () => {
      held.delete(key);
      deliver(push);
      counted("unswapped", push.room);
    });
    held.set(key, { push, timer });
  };
  /** Delivers a push ahead of the one that waits for it, if one does. */
  const overtakes = (push: OutgoingPush): boolean => {
    if (held.size === 0) return false;
    const key = keyOf(push);
    const overtaken = held.get(key);
    if (!overtaken) return false;
    held.delete(key);
    clearTimeout(overtaken.timer);
    timers.delete(overtaken.timer);
    deliver(push);
    deliver(overtaken.push);
    counted("swap", push.room);
    return true;
  };

  return {
    pass(push) {
      if (overtakes(push)) return;
      if (faults.take("drop")) return counted("drop", push.room);
      if (faults.take("duplicate")) {
        deliver(push);
        deliver(push);
        return counted("duplicate", push.room);
      }
      const delay = faults.take("delay");
      if (delay) {
        later(delay.ms ?? DEFAULT_DELAY_MS, () => deliver(push));
        return counted("delay", push.room);
      }
      if (faults.take("alter")) {
        deliver({ ...push, bytes: notification(altered(push.message)) });
        return counted("alter", push.room);
      }
      if (faults.take("swap")) return hold(push);
      deliver(push);
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      held.clear();
    },
  };
}

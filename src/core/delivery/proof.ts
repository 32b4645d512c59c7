// What a sender's counts and everyone's words prove at its end.
import { JourneyError } from "../errors.ts";
import type { Losses } from "./receiver.ts";

/** What `assertDelivered` can find. */
export const deliveryProofs = [
  "LOST",
  "DUPLICATED",
  "REORDERED",
  "ALTERED",
  "LATE",
  "UNACKNOWLEDGED",
  "SILENT",
] as const;

/** One client's counts of its messages. */
export interface DeliveryCounts {
  readonly sent: number;
  readonly unacknowledged: number;
  readonly duplicated: number;
  readonly reordered: number;
  /** Messages, whoever sent them, that were changed on their way. */
  readonly altered: number;
  /** Own messages that came back too late. */
  readonly late: number;
}

/**
 * Fails the client unless all it sent was acknowledged and came back, whole, once, in order and in time. Losses of others' messages fail the run by their own gate.
 * @throws JourneyError of kind proof
 */
export function assertDelivered({ own }: Losses, counts: DeliveryCounts): void {
  const fail = (detail: (typeof deliveryProofs)[number], message: string): never => {
    throw new JourneyError("proof", message, { detail });
  };
  if (counts.unacknowledged > 0) fail("UNACKNOWLEDGED", `${counts.unacknowledged} messages were not acknowledged`);
  // Before what is lost: a message that was changed is not received either.
  if (counts.altered > 0) fail("ALTERED", `${counts.altered} messages were changed on their way`);
  if (own > 0) fail("LOST", `${own} of its own messages never came back`);
  if (counts.duplicated > 0) fail("DUPLICATED", `${counts.duplicated} messages came twice`);
  if (counts.reordered > 0) fail("REORDERED", `${counts.reordered} messages came out of order`);
  if (counts.late > 0) fail("LATE", `${counts.late} own messages came back too late`);
  if (counts.sent === 0) fail("SILENT", "it sent nothing: there is nothing to prove; give it more time");
}

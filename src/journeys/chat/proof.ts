// The end of a client: what its own counts and everyone's last words prove.
import type { Receiver } from "../../core/delivery/receiver.ts";
import type { Stamper } from "../../core/delivery/stamp.ts";
import { JourneyError } from "../../core/errors.ts";
import type { ChatMetrics } from "./metrics.ts";
import type { Tally } from "./tally.ts";

/**
 * Counts what was lost, and fails the client unless all it sent was acknowledged and came back, once, in order and in time.
 * Losses of others' messages fail the run by their own gates.
 * @throws JourneyError of kind proof
 */
export function proveDelivery(
  receiver: Receiver,
  tally: Tally,
  metrics: ChatMetrics,
  stampers: ReadonlyMap<string, Stamper>,
): void {
  const acknowledged = new Map([...stampers].map(([room, stamper]) => [room, stamper.count] as const));
  const { lost, inGaps, own } = receiver.losses(acknowledged);
  if (lost > 0) metrics.lost.add(lost);
  if (inGaps > 0) metrics.gapLost.add(inGaps);
  const fail = (detail: string, message: string): never => {
    throw new JourneyError("proof", message, { detail });
  };
  if (tally.unacknowledged > 0) fail("UNACKNOWLEDGED", `${tally.unacknowledged} messages were not acknowledged`);
  if (own > 0) fail("LOST", `${own} of its own messages never came back`);
  if (tally.duplicated > 0) fail("DUPLICATED", `${tally.duplicated} messages came twice`);
  if (tally.reordered > 0) fail("REORDERED", `${tally.reordered} messages came out of order`);
  if (tally.late > 0) fail("LATE", `${tally.late} own messages came back too late`);
  if (tally.sent === 0) fail("SILENT", "it sent nothing: there is nothing to prove; give it more time");
}

// The end of a client: what its own counts and everyone's last words prove.
import { assertDelivered } from "../../core/delivery/proof.ts";
import type { Receiver } from "../../core/delivery/receiver.ts";
import type { Stamper } from "../../core/delivery/stamp.ts";
import type { ChatMetrics } from "./metrics.ts";
import type { Tally } from "./tally.ts";

/**
 * Counts what was lost, and fails the client unless all it sent was delivered to itself.
 * @throws JourneyError of kind proof
 */
export function proveDelivery(
  receiver: Receiver,
  tally: Tally,
  metrics: ChatMetrics,
  stampers: ReadonlyMap<string, Stamper>,
): void {
  const losses = receiver.losses(new Map([...stampers].map(([room, stamper]) => [room, stamper.count] as const)));
  if (losses.lost > 0) metrics.lost.add(losses.lost);
  if (losses.inGaps > 0) metrics.gapLost.add(losses.inGaps);
  assertDelivered(losses, tally);
}

// The end of a client: what its own counts and everyone's last words prove.
import { assertDelivered } from "../../../src/core/delivery/proof.ts";
import type { Losses } from "../../../src/core/delivery/receiver.ts";
import type { ChatMetrics } from "./metrics.ts";
import type { ClientTally } from "./tally.ts";

/**
 * Counts what was lost, and fails the client unless all it sent was delivered to itself.
 * @param unheard how often it heard nothing that it must have heard
 * @throws JourneyError of kind proof
 */
export function proveDelivery(losses: Losses, unheard: number, tally: ClientTally, metrics: ChatMetrics): void {
  if (losses.lost > 0) metrics.lost.add(losses.lost);
  if (losses.inGaps > 0) metrics.gapLost.add(losses.inGaps);
  if (unheard > 0) metrics.unheard.add(unheard);
  assertDelivered(losses, tally);
}

// Whom a client must have heard. Sequence numbers say nothing about a sender that one never hears at all: gates that do not share their rooms would look faultless. So the first
// clients, one at each gate, are witnesses. A witness is in every room from its start to the end, and speaks in each when all others are silent.
import type { Receiver } from "../../../src/core/delivery/receiver.ts";

/** How many witnesses there are; they are the clients from 0 on. */
export const witnessCount = (clients: number, gates: number): number => Math.min(clients, gates);

/**
 * How often a client heard nothing that it must have heard: a witness anything of another client, and anyone each witness in the room it is in at the end.
 * @param self the client's index
 * @param silentFrom when all but the witnesses had said their last, ms: who joined a room later need not have heard them there
 */
export function unheardBy(
  receiver: Receiver,
  { self, clients, gates, silentFrom }: { self: number; clients: number; gates: number; silentFrom: number },
): number {
  const witnesses = witnessCount(clients, gates);
  let unheard = 0;
  for (let witness = 0; witness < witnesses; witness++) {
    if (witness !== self) unheard += receiver.roomsWithout(witness, silentFrom);
  }
  if (self < witnesses) {
    for (let client = witnesses; client < clients; client++) if (!receiver.heard(client)) unheard++;
  }
  return unheard;
}

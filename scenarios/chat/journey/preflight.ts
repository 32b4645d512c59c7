import { asJourneyError, JourneyError } from "../../../src/core/errors.ts";
import { Gate } from "../client/gate.ts";
import type { Chat } from "./index.ts";

/** Longest that a gate may take to answer before the run, ms. */
const TIMEOUT = 3_000;

/**
 * Asks each gate for its rooms.
 * @throws JourneyError when no gate answers, or a room of ROOMS is not there: the cluster would make it at the first join, so a typing error would go unseen
 */
export async function checkGates({ client, values }: Chat): Promise<void> {
  const silent: string[] = [];
  let rooms: readonly string[] | undefined;
  for (const address of values.GATES) {
    const gate = new Gate(client, TIMEOUT);
    try {
      gate.connect(address);
      rooms = await gate.rooms();
    } catch (thrown) {
      silent.push(`${address}: ${asJourneyError(thrown).message}`);
    } finally {
      gate.close();
    }
  }
  if (rooms === undefined) {
    throw new JourneyError(
      "transport",
      `no gate of GATES can be used (${silent.join("; ")}). Is the cluster up, and does GATES name its gates?`,
    );
  }
  for (const line of silent)
    console.warn(`a gate does not answer, and clients that start there fail if it stays so: ${line}`);
  const unknown = values.ROOMS.filter((room) => !rooms.includes(room));
  if (unknown.length > 0) {
    throw new JourneyError(
      "not_found",
      `ROOMS names ${unknown.join(", ")}, which the cluster does not have; it has ${rooms.join(", ")}`,
    );
  }
}

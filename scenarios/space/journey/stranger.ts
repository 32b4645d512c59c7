// A wallet for which nobody mints: the node has to turn it away.
import { createDelegate, hexToBase64, streamId } from "k6/x/towns";
import { asJourneyError } from "../../../src/core/errors.ts";
import { strangerOf } from "../model/wallets.ts";
import { accountAt, type SetupData, type Space } from "./context.ts";

/** Long enough for one call. */
const EXPIRY_MS = 3_600_000;

/**
 * Asks for a user's stream without a membership, and counts the answer.
 * @param number tells a session's strangers apart
 * @throws JourneyError when the answer is neither yes nor PERMISSION_DENIED
 */
export async function probeStranger(
  run: Space,
  { session, space }: Pick<SetupData, "session" | "space">,
  number: number,
): Promise<void> {
  const { values, metrics } = run;
  const account = accountAt(run, strangerOf(session, number));
  const id = streamId("user", account);
  const device = createDelegate({ account, expiresAt: Date.now() + EXPIRY_MS });
  const { envelope } = device.event({ userPayload: { inception: { streamId: hexToBase64(id) } } });
  const node = run.node(values.CALL_TIMEOUT);
  node.connect(values.NODE_URL);
  try {
    await node.createStream(id, [envelope], space);
    metrics.strangersAdmitted.add(1);
  } catch (thrown) {
    if (asJourneyError(thrown).detail !== "PERMISSION_DENIED") throw thrown;
    metrics.strangersRefused.add(1);
  } finally {
    node.close();
  }
}

/** teardown()'s part: another stranger, of whom the node has not heard. Says why it could not be asked; the gate on strangers then fails. */
export async function probeAfterwards(run: Space, setupData: SetupData): Promise<void> {
  try {
    await probeStranger(run, setupData, 2 * setupData.container + 1);
  } catch (thrown) {
    console.warn(`the stranger could not be asked again: ${asJourneyError(thrown).message}`);
  }
}

// Our side of the oracle test of k6/x/towns: makes events, reads those of others, encrypts and decrypts messages. It judges nothing.
import { mnemonicToAccount } from "k6/x/ethereum";
import { createDelegate, type Envelope, GroupSession, readEvent } from "k6/x/towns";
import type { TownsInput, TownsOutput } from "./towns-exchange.ts";

const input = JSON.parse(open(__ENV.ORACLE_INPUT ?? "")) as TownsInput;

export const options = { vus: 1, iterations: 1 };

function reading(envelope: Envelope): TownsOutput["read"][number] {
  try {
    const { creator, event } = readEvent(envelope);
    return { creator, event };
  } catch (error) {
    return { refused: (error as Error).message };
  }
}

/** All in setup(), because only its result reaches handleSummary. */
export function setup(): TownsOutput {
  const account = mnemonicToAccount(input.mnemonic);
  const key = mnemonicToAccount(input.mnemonic, { addressIndex: 1 });
  const device = createDelegate({ account, key, expiresAt: input.expiresAt });
  const session = new GroupSession({ secret: input.secret, streamId: input.channel, senderKey: "device" });
  return {
    made: input.events.map((fields) => device.event(fields)),
    read: input.envelopes.map(reading),
    session: session.id,
    encrypted: input.messages.map((message) => session.encrypt(message)),
    decrypted: input.encrypted.map((data) => session.decrypt(data)),
  };
}

export default function () {}

export function handleSummary(data: { setup_data?: TownsOutput }) {
  return { [__ENV.ORACLE_OUTPUT ?? ""]: JSON.stringify(data.setup_data) };
}

// What the oracle test of k6/x/towns and its k6 script tell each other. Node's side has the modules' types from here.
/// <reference path="../../extension/ethereum/index.d.ts" />
/// <reference path="../../extension/towns/index.d.ts" />
import type { ChannelMessage, EncryptedData, Envelope, EventFields, StreamEvent } from "k6/x/towns";

export interface TownsInput {
  readonly mnemonic: string;
  /** Milliseconds of Unix time. */
  readonly expiresAt: number;
  readonly secret: string;
  /** Hex. */
  readonly channel: string;
  /** Fields of events to make, by the first account with the second as its device. */
  readonly events: readonly EventFields[];
  /** Events to read. */
  readonly envelopes: readonly Envelope[];
  readonly messages: readonly ChannelMessage[];
  /** Messages to decrypt. */
  readonly encrypted: readonly EncryptedData[];
}

export interface TownsOutput {
  readonly made: readonly { readonly id: string; readonly envelope: Envelope }[];
  readonly read: readonly ({ readonly creator: string; readonly event: StreamEvent } | { readonly refused: string })[];
  /** In base64. */
  readonly session: string;
  readonly encrypted: readonly EncryptedData[];
  readonly decrypted: readonly ChannelMessage[];
}

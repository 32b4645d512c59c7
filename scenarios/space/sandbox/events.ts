// Events as they come in envelopes, checked, and as this side makes them.
import { randomBytes } from "node:crypto";
import { type Address, type Hex, hexToBytes, toHex } from "viem";
import { publicKeyToAddress } from "viem/accounts";
import { RiverError } from "./errors.ts";
import { decode, type Envelope, encode, type StreamEvent } from "./messages.ts";
import { type Delegations, eventHash, signerOf, signHash } from "./signatures.ts";

const payloads = [
  "miniblock_header",
  "member_payload",
  "space_payload",
  "channel_payload",
  "user_payload",
  "user_settings_payload",
  "user_metadata_payload",
  "user_inbox_payload",
] as const;

export type PayloadName = (typeof payloads)[number];

/** An event whose hash and signatures are right. */
export interface VerifiedEvent {
  readonly hash: Hex;
  readonly envelope: Envelope;
  readonly event: StreamEvent;
  /** Lower case. */
  readonly creator: Address;
  readonly payload: PayloadName;
  /** Name of what is in the payload, such as `message`; empty when it is nothing that this node knows. */
  readonly content: string;
}

/**
 * Checks hash and signatures. Whether the delegation is still valid is not looked at.
 * @throws RiverError BAD_EVENT_HASH, BAD_EVENT_SIGNATURE, BAD_EVENT, NO_EVENT_SPECIFIED
 */
export async function verified(
  envelope: Envelope | null | undefined,
  delegations: Delegations,
): Promise<VerifiedEvent> {
  if (!envelope?.event?.length) throw new RiverError("NO_EVENT_SPECIFIED", "there is no event");
  const hash = eventHash(envelope.event);
  if (hash !== toHex(envelope.hash ?? []))
    throw new RiverError("BAD_EVENT_HASH", "the hash is not the event's", {
      computed: hash,
      got: toHex(envelope.hash ?? []),
    });
  const event = decodedEvent(envelope.event);
  const creator = toHex(event.creator_address ?? []);
  const signer = creatorBySignature(hash, envelope, event, delegations);
  if (signer !== creator)
    throw new RiverError("BAD_EVENT_SIGNATURE", "the signature is not the creator's", { signer, creator });
  return described(hash, envelope, event);
}

function decodedEvent(bytes: Uint8Array): StreamEvent {
  try {
    return decode<StreamEvent>("StreamEvent", bytes);
  } catch (error) {
    throw new RiverError("BAD_EVENT", `the event cannot be read: ${(error as Error).message}`);
  }
}

function creatorBySignature(
  hash: Hex,
  envelope: Envelope,
  { delegate_sig, delegate_expiry_epoch_ms = 0 }: StreamEvent,
  delegations: Delegations,
): Hex {
  try {
    const publicKey = signerOf(hash, envelope.signature);
    if (!delegate_sig?.length) return publicKeyToAddress(publicKey).toLowerCase() as Hex;
    return delegations.grantorOf(publicKey, delegate_expiry_epoch_ms, delegate_sig);
  } catch (error) {
    throw new RiverError("BAD_EVENT_SIGNATURE", `no signature of a key: ${(error as Error).message}`);
  }
}

function described(hash: Hex, envelope: Envelope, event: StreamEvent): VerifiedEvent {
  const payload = payloads.find((name) => event[name]);
  if (payload === undefined)
    throw new RiverError("BAD_EVENT", "the event has no payload that this node knows", { hash });
  const content = payload === "miniblock_header" ? "" : (Object.keys(event[payload] ?? {})[0] ?? "");
  return { hash, envelope, event, creator: toHex(event.creator_address), payload, content };
}

/** Whose events are made: the key that signs them, and the wallet that let it if that is another one. */
export interface Signer {
  readonly privateKey: Hex;
  readonly creator: Address;
  readonly delegation?: { readonly signature: Hex; readonly expiry: number };
}

/** Makes and signs an event. */
export async function makeEvent(
  { privateKey, creator, delegation }: Signer,
  payload: Partial<StreamEvent>,
  previous?: { readonly hash: Hex; readonly num: number },
): Promise<VerifiedEvent> {
  const event = {
    creator_address: hexToBytes(creator),
    salt: randomBytes(16),
    created_at_epoch_ms: Date.now(),
    ...(delegation && {
      delegate_sig: hexToBytes(delegation.signature),
      delegate_expiry_epoch_ms: delegation.expiry,
    }),
    ...(previous && { prev_miniblock_hash: hexToBytes(previous.hash), prev_miniblock_num: previous.num }),
    ...payload,
  };
  const bytes = encode("StreamEvent", event);
  const hash = eventHash(bytes);
  const envelope = { hash: hexToBytes(hash), signature: signHash(hash, privateKey), event: bytes };
  return described(hash, envelope, event);
}

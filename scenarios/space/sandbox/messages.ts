// What the stream node exchanges with clients, as protobuf has it: names as in the .proto, 64-bit numbers as numbers.
import type { ServiceDefinition } from "@grpc/grpc-js";
import protobuf from "protobufjs";
import { messageTypes } from "../../../src/sandbox/proto.ts";

export interface Envelope {
  readonly hash: Uint8Array;
  readonly signature: Uint8Array;
  readonly event: Uint8Array;
}

export interface EncryptedData {
  readonly ref_event_id?: string;
  readonly ciphertext_bytes?: Uint8Array;
  readonly [field: string]: unknown;
}

export interface Membership {
  readonly op: number;
  readonly user_address: Uint8Array;
  readonly initiator_address: Uint8Array;
}

interface Inception {
  readonly stream_id: Uint8Array;
}

export interface StreamEvent {
  readonly creator_address: Uint8Array;
  readonly delegate_sig?: Uint8Array;
  readonly salt: Uint8Array;
  readonly prev_miniblock_hash?: Uint8Array | null;
  readonly created_at_epoch_ms: number;
  readonly delegate_expiry_epoch_ms?: number;
  readonly prev_miniblock_num?: number | null;
  readonly miniblock_header?: MiniblockHeader | null;
  readonly member_payload?: { membership?: Membership; username?: EncryptedData; display_name?: EncryptedData } | null;
  readonly space_payload?: { inception?: Inception; channel?: Record<string, unknown> } | null;
  readonly channel_payload?: {
    inception?: Inception;
    message?: EncryptedData;
    redaction?: { event_id: Uint8Array };
  } | null;
  readonly user_payload?: { inception?: Inception; user_membership?: UserMembership } | null;
  readonly user_settings_payload?: { inception?: Inception } | null;
  readonly user_metadata_payload?: { inception?: Inception; encryption_device?: Record<string, unknown> } | null;
  readonly user_inbox_payload?: { inception?: Inception } | null;
}

export interface UserMembership {
  readonly stream_id: Uint8Array;
  readonly op: number;
}

export interface MiniblockHeader {
  readonly miniblock_num: number;
  readonly prev_miniblock_hash: Uint8Array;
  readonly timestamp: { readonly seconds: number; readonly nanos: number };
  readonly event_hashes: readonly Uint8Array[];
  readonly event_num_offset: number;
  readonly none: Record<string, never>;
}

/** Which events to leave out; "*" is any. */
export interface EventFilter {
  /** Such as member_payload. */
  readonly payload: string;
  /** Such as membership. */
  readonly content: string;
}

/** Where a reader stands in a stream. */
export interface SyncCookie {
  readonly node_address?: Uint8Array;
  readonly stream_id: Uint8Array;
  /** Number of the miniblock that the next events will be in. */
  readonly minipool_gen?: number;
  readonly prev_miniblock_hash?: Uint8Array;
}

const types = messageTypes("river.proto", "river-types.proto");

/** Names of the oneof groups of a message: which of their fields is set is not a field itself. */
const asRead: protobuf.IConversionOptions = { longs: Number };

export const encode = (name: string, value: object): Buffer =>
  Buffer.from(types.lookupType(`river.${name}`).encode(value).finish());

/** @throws RangeError or Error when the bytes are no such message */
export function decode<T>(name: string, bytes: Uint8Array): T {
  const type = types.lookupType(`river.${name}`);
  return type.toObject(type.decode(bytes), asRead) as T;
}

/** A field that holds a message which is in bytes already. Fields of one message may simply be written one after the other. */
export const encodedField = (number: number, message: Uint8Array): Buffer =>
  Buffer.concat([
    protobuf.Writer.create()
      .uint32((number << 3) | 2)
      .uint32(message.length)
      .finish(),
    message,
  ]);

/** Err by name. */
export const errorCodes: Readonly<Record<string, number>> = types.lookupEnum("river.Err").values;
export const syncOps = types.lookupEnum("river.SyncOp").values as Readonly<
  Record<"SYNC_NEW" | "SYNC_CLOSE" | "SYNC_UPDATE" | "SYNC_PONG", number>
>;
export const membershipOps = types.lookupEnum("river.MembershipOp").values as Readonly<
  Record<"SO_INVITE" | "SO_JOIN" | "SO_LEAVE", number>
>;
export const CHANNEL_CREATED = types.lookupEnum("river.ChannelOp").values.CO_CREATED as number;

const service = types.lookupService("river.StreamService");

/** The service with requests decoded and answers already in bytes: an update is encoded once for all who get it. */
export const definition: ServiceDefinition = Object.fromEntries(
  service.methodsArray.map((method) => [
    method.name,
    {
      path: `/river.StreamService/${method.name}`,
      requestStream: false,
      responseStream: method.responseStream === true,
      requestSerialize: (value: object) => encode(method.requestType, value),
      requestDeserialize: (bytes: Buffer) => decode(method.requestType, bytes),
      responseSerialize: (bytes: Buffer) => bytes,
      responseDeserialize: (bytes: Buffer) => decode(method.responseType, bytes),
    },
  ]),
);

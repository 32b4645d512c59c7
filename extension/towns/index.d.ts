/**
 * `k6/x/towns`: the events of Towns' streams, made, signed and read in Go, for use with `k6/net/grpc` and proto/river.proto; what they
 * hold is in proto/river-types.proto.
 *
 * Everything is synchronous and in the shape of `k6/net/grpc`'s messages: bytes in base64, int64 as strings. Ids of streams and events are hex
 * without 0x, as settings and messages name them; {@link hexToBase64} makes the bytes of a request of them. Keys never enter JavaScript.
 * What fails throws a plain Error, which names the argument or says what does not hold of an event.
 *
 * ```js
 * import { mnemonicToAccount } from "k6/x/ethereum";
 * import { createDelegate, GroupSession, hexToBase64, streamId } from "k6/x/towns";
 * import { Client } from "k6/net/grpc";
 *
 * const account = mnemonicToAccount({ file: "phrase.txt" });
 * const channel = streamId("channel", account);
 * const session = new GroupSession({ secret: "of all clients", streamId: channel });
 * const device = createDelegate({ account, expiresAt: Date.now() + 86_400_000 });
 * const client = new Client();
 *
 * export default function (prevMiniblockHash) {
 *   const message = session.encrypt({ post: { text: { body: "hello" } } });
 *   const { envelope } = device.event({ channelPayload: { message }, prevMiniblockHash });
 *   client.invoke("river.StreamService/AddEvent", { streamId: hexToBase64(channel), event: envelope });
 * }
 * ```
 */
declare module "k6/x/towns" {
  import type { Account, Address } from "k6/x/ethereum";

  export type Base64 = string;
  /** 64 hex digits without 0x. */
  export type StreamId = string;
  /** 64 hex digits without 0x: the event's hash. */
  export type EventId = string;

  /** What nodes pass on. It is an argument of AddEvent and CreateStream as it is. */
  export interface Envelope {
    hash: Base64;
    signature: Base64;
    event: Base64;
  }

  /**
   * Has an account permit a key to sign events in its name until `expiresAt` (milliseconds of Unix time; 0 for ever; the past is allowed,
   * since nodes must refuse what such a delegate signs). The key is a new one unless given.
   */
  export function createDelegate(parameters: { account: Account; expiresAt: number; key?: Account }): Delegate;

  export interface Delegate {
    /** The user's address. */
    readonly address: Address;
    /** The address of the key that signs. */
    readonly key: Address;
    readonly expiresAt: number;
    /**
     * Makes an event and signs it, in about 0.1 ms. Creator and permission are filled in, a salt and the time unless given.
     * Throws when a field is not one of proto/river-types.proto's or there is no payload.
     */
    event(fields: EventFields): { id: EventId; envelope: Envelope };
  }

  /**
   * Reads an event that a node passed on and proves it: its hash is that of its bytes, and its creator signed it, itself or by a key whose
   * permission had not ended at the event's own time. Throws an Error that says which of these does not hold. What one VU has proven costs the
   * process's others almost nothing.
   */
  export function readEvent(envelope: Envelope): ProvenEvent;

  /**
   * An event that any VU of the process has read lately, by its hash and signature, as an answer names those it is about; undefined when there is none. So what
   * many users have to see in the same miniblock is fetched by the first of them.
   */
  export function knownEvent(reference: Pick<Envelope, "hash" | "signature">): ProvenEvent | undefined;

  /** An event whose hash and signature hold. Its properties are worked out when they are asked for: most events are only glanced at. */
  export interface ProvenEvent {
    readonly id: EventId;
    readonly creator: Address;
    /** By its creator's clock, milliseconds of Unix time. */
    readonly createdAt: number;
    /** What `event` holds; empty for a payload that this module does not know. */
    readonly payload: keyof Payload | "";
    readonly event: StreamEvent;
    /** Whether this is the header of a miniblock that holds the event of that hash. */
    includes(hash: Base64): boolean;
  }

  /**
   * Whether a reader of a stream was told all of it: each miniblock's header, which is an event of the stream too, lists the miniblock's events, so that what never
   * came is known when the header comes.
   */
  export class StreamAudit {
    /** @param next number of the miniblock whose events come first: a cookie's minipoolGen */
    constructor(next: number | string);
    /** Notes an event of the stream, in the order in which they come. */
    take(event: ProvenEvent): void;
    /** Events that have not come so far, of those that are in miniblocks; headers among them. */
    readonly lost: number;
    /** Whether the event came and no miniblock has it yet. */
    awaits(id: EventId): boolean;
  }

  export type StreamKind = "space" | "channel" | "user" | "inbox" | "metadata" | "settings";
  /** The stream of that kind of a space's or user's address; of the channels it is the space's default one. */
  export function streamId(kind: StreamKind, address: Address | Account): StreamId;
  /** A random id for a further channel of a space. */
  export function newChannelId(space: Address): StreamId;
  /** What a stream id (with or without 0x) says. Throws when it is none. */
  export function parseStreamId(id: string): { kind: StreamKind; address: Address };

  /** Takes hex with or without 0x. */
  export function hexToBase64(hex: string): Base64;
  /** Gives hex without 0x. */
  export function base64ToHex(base64: Base64): string;

  /**
   * Encrypts and decrypts one stream's messages with AES-256-GCM, in Towns' format ("grpaes"). All who know `secret` share the session, which
   * replaces the exchange of keys between devices: members' programs other than this cannot read the messages. It has no miniblock that it
   * began with unless one is given. `senderKey` names the device in messages.
   */
  export class GroupSession {
    constructor(parameters: {
      secret: string;
      streamId: StreamId;
      senderKey?: string;
      miniblock?: { num: number | string; hash: Base64 };
    });
    readonly id: Base64;
    /** What the message answers, changes or belongs to stays readable in `refEventId`. */
    encrypt(message: ChannelMessage): EncryptedData;
    /** Throws when the data is of another session or was changed. */
    decrypt(data: EncryptedData): ChannelMessage;
    /** The message in an event; undefined where there is none, or one of another session. Throws when it was changed. */
    decryptEvent(event: ProvenEvent): ChannelMessage | undefined;
    /** A name for a space's `memberPayload.username`, with its checksum. */
    encryptUsername(name: string): EncryptedData;
    decryptUsername(data: EncryptedData): string;
  }

  export interface EncryptedData {
    algorithm: string;
    senderKey: string;
    ciphertextBytes: Base64;
    ivBytes: Base64;
    sessionIdBytes: Base64;
    version: "ENCRYPTED_DATA_VERSION_0" | "ENCRYPTED_DATA_VERSION_1";
    checksum?: string;
    refEventId?: EventId;
  }

  export interface Post {
    threadId?: EventId;
    threadPreview?: string;
    replyId?: EventId;
    replyPreview?: string;
    text?: { body: string };
  }

  /** Exactly one of these. */
  export interface ChannelMessage {
    post?: Post;
    reaction?: { refEventId: EventId; reaction: string };
    edit?: { refEventId: EventId; post: Post };
    redaction?: { refEventId: EventId; reason?: string };
  }

  export interface Inception {
    streamId: Base64;
    settings?: { disableMiniblockCreation?: boolean; lightStream?: boolean } | null;
  }

  export type MembershipOp = "SO_UNSPECIFIED" | "SO_INVITE" | "SO_JOIN" | "SO_LEAVE";
  export type MembershipReason = "MR_NONE" | "MR_NOT_ENTITLED" | "MR_EXPIRED";

  export interface ChannelSettings {
    autojoin?: boolean;
    hideUserJoinLeaveEvents?: boolean;
  }

  /** Of an event, exactly one of these; of each of them again one. */
  export interface Payload {
    userPayload?: {
      inception?: Inception;
      userMembership?: { streamId: Base64; op: MembershipOp; inviter?: Base64; reason?: MembershipReason };
    };
    userInboxPayload?: { inception?: Inception };
    userSettingsPayload?: { inception?: Inception };
    userMetadataPayload?: { inception?: Inception; encryptionDevice?: { deviceKey: string; fallbackKey: string } };
    memberPayload?: {
      membership?: { op: MembershipOp; userAddress: Base64; initiatorAddress: Base64; reason?: MembershipReason };
      username?: EncryptedData;
      displayName?: EncryptedData;
    };
    spacePayload?: {
      inception?: Inception;
      channel?: {
        op: "CO_UNSPECIFIED" | "CO_CREATED" | "CO_DELETED" | "CO_UPDATED";
        channelId: Base64;
        originEvent?: { streamId: Base64; hash: Base64; signature: Base64 } | null;
        settings?: ChannelSettings | null;
      };
    };
    channelPayload?: {
      inception?: Inception & { channelSettings?: ChannelSettings | null };
      message?: EncryptedData;
      redaction?: { eventId: Base64 };
    };
    miniblockHeader?: {
      miniblockNum: string;
      prevMiniblockHash: Base64;
      timestamp: string | null;
      eventHashes: Base64[];
      eventNumOffset: string;
      prevSnapshotMiniblockNum: string;
    };
  }

  export type InteractionType = "UNSPECIFIED" | "REPLY" | "REACTION" | "POST" | "EDIT" | "REDACTION";

  /** What nodes may know of an encrypted message. */
  export interface Tags {
    messageInteractionType?: `MESSAGE_INTERACTION_TYPE_${InteractionType}`;
    mentionedUserAddresses?: Base64[];
    participatingUserAddresses?: Base64[];
    threadId?: Base64;
  }

  export interface EventFields extends Payload {
    /** The miniblock that the event builds on, which must be a recent one; a stream's first event has none. */
    prevMiniblockHash?: Base64;
    prevMiniblockNum?: number | string;
    tags?: Tags;
    ephemeral?: boolean;
    createdAtEpochMs?: number | string;
    salt?: Base64;
  }

  export interface StreamEvent extends Payload {
    creatorAddress: Base64;
    delegateSig: Base64;
    salt: Base64;
    prevMiniblockHash?: Base64;
    prevMiniblockNum?: string;
    createdAtEpochMs: string;
    delegateExpiryEpochMs: string;
    tags: Tags | null;
    ephemeral: boolean;
  }
}

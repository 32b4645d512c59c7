// Events of channels, read: each is proved, and decrypted where it is of this session.
import {
  type ChannelMessage,
  type Envelope,
  type EventId,
  GroupSession,
  type ProvenEvent,
  readEvent,
} from "k6/x/towns";
import { isHello, signalText } from "../model/bodies.ts";
import type { SetupData } from "./context.ts";

/** The streams that each user has one of, and the payloads that they are made of. */
export const ownStreams = {
  user: "userPayload",
  inbox: "userInboxPayload",
  metadata: "userMetadataPayload",
  settings: "userSettingsPayload",
} as const;

export const ownKinds = Object.keys(ownStreams) as (keyof typeof ownStreams)[];

/**
 * The session of one channel. Its secret is the run's id, which all its processes know: it stands for the exchange of keys between devices, and keeps nothing secret.
 * @param device names the sender's device in messages
 */
export const groupOf = (session: string, channel: string, device: string): GroupSession =>
  new GroupSession({ secret: session, streamId: channel, senderKey: device });

export interface Said {
  readonly id: EventId;
  readonly creator: string;
  /** By the sender's clock, ms. */
  readonly at: number;
  readonly message: ChannelMessage;
}

/** The message in an event, where there is one and it is of this session. */
export function messageIn(event: ProvenEvent, group: GroupSession): Said | undefined {
  const message = group.decryptEvent(event);
  return message && { id: event.id, creator: event.creator, at: event.createdAt, message };
}

/** What was said in a channel so far, in order; what is not of this session is left out. */
export function messagesIn(envelopes: readonly Envelope[], group: GroupSession): Said[] {
  return envelopes.flatMap((envelope) => messageIn(readEvent(envelope), group) ?? []);
}

/** What was announced: the root's hello, who checked in, and the signal. */
export class Announcements {
  readonly #session: string;
  /** Who reacted to the hello. */
  readonly checkedIn = new Set<string>();
  #hello: EventId | undefined;
  #signalAt: number | undefined;

  constructor({ session, hello, signalAt }: Pick<SetupData, "session" | "hello" | "signalAt">) {
    this.#session = session;
    this.#hello = hello;
    this.#signalAt = signalAt;
  }

  get hello(): EventId | undefined {
    return this.#hello;
  }

  /** When the signal was given by the root's clock, ms. */
  get signalAt(): number | undefined {
    return this.#signalAt;
  }

  hear({ id, creator, at, message: { post, reaction } }: Said): void {
    if (reaction !== undefined && reaction.refEventId === this.#hello) this.checkedIn.add(creator);
    const body = post?.text?.body;
    if (body === undefined) return;
    if (this.#hello === undefined && isHello(body, this.#session)) this.#hello = id;
    // Only a reply to the hello counts.
    if (body === signalText(this.#session) && post?.threadId === this.#hello) this.#signalAt = at;
  }
}

// What one client hears: the channels of its sync, what came of each, and the sync taken up again when it breaks.
import {
  type Base64,
  type Envelope,
  type EventId,
  type GroupSession,
  hexToBase64,
  readEvent,
  StreamAudit,
} from "k6/x/towns";
import { asJourneyError, JourneyError } from "../../../src/core/errors.ts";
import { defaultRetry, retryDelay } from "../../../src/core/retry.ts";
import type { StreamHead, SyncCookie } from "../client/stream-node.ts";
import type { SpaceClient } from "./context.ts";
import { groupOf, messageIn, type Said } from "./messages.ts";

interface Followed {
  /** Where it was at first. */
  readonly cookie: SyncCookie;
  readonly group: GroupSession;
  readonly hear: (said: Said) => void;
  readonly audit: StreamAudit;
  /** After a break, the first update tells again what had come and is in no miniblock yet. */
  again: boolean;
}

export class Following {
  readonly #by: SpaceClient;
  readonly #device: string;
  readonly #channels = new Map<Base64, Followed>();
  /** The last miniblocks of streams, as far as updates named them. */
  readonly #heads = new Map<Base64, StreamHead>();
  /** Own events that came back. */
  readonly #back = new Set<EventId>();
  /** Runs while the sync is broken. */
  #resumption: Promise<void> | undefined;
  #broken = false;
  #closed = false;

  /** @param device names the sender's device in messages */
  constructor(by: SpaceClient, device: string) {
    this.#by = by;
    this.#device = device;
  }

  /** Hears a channel from now on, or from the place where setup() found it. Resolves once everything that follows will be heard. */
  async follow(id: string, hear: (said: Said) => void, from: "now" | "setup"): Promise<void> {
    const { setupData, node } = this.#by;
    const known = setupData.cookies[id];
    if (known === undefined) throw new JourneyError("unexpected", `setup() has not read the stream ${id}`);
    const cookie = from === "now" ? after(await node.head(id), known) : known;
    const group = groupOf(setupData.session, id, this.#device);
    const audit = new StreamAudit(cookie.minipoolGen);
    this.#channels.set(hexToBase64(id), { cookie, group, hear, audit, again: false });
    await this.#inSync(() => node.follow(cookie));
  }

  async unfollow(id: string): Promise<void> {
    this.#channels.delete(hexToBase64(id));
    await this.#inSync(() => this.#by.node.unfollow(id));
  }

  /** Changes the sync; where it is broken, taking it up again brings the change about. */
  async #inSync(change: () => Promise<void>): Promise<void> {
    try {
      await change();
    } catch (thrown) {
      if (this.#resumption === undefined) throw thrown;
      await this.#resumption;
    }
  }

  /** Takes what an update of the sync holds. */
  update(stream: Base64, envelopes: readonly Envelope[], head: StreamHead): void {
    this.#heads.set(stream, head);
    const channel = this.#channels.get(stream);
    for (const envelope of envelopes) this.#by.checked(() => this.#take(envelope, channel));
    if (channel !== undefined) channel.again = false;
  }

  #take(envelope: Envelope, channel: Followed | undefined): void {
    const event = readEvent(envelope);
    if (event.creator === this.#by.account.address) this.#back.add(event.id);
    if (channel === undefined || (channel.again && channel.audit.awaits(event.id))) return;
    channel.audit.take(event);
    const said = messageIn(event, channel.group);
    if (said !== undefined) channel.hear(said);
  }

  /**
   * Opens the sync anew after it broke, with growing pauses, and takes every channel up where it was: what was said meanwhile comes then.
   * @throws JourneyError when that takes longer than RETRY_FOR
   */
  async resume(why: JourneyError): Promise<void> {
    this.#broken = true;
    if (this.#resumption !== undefined) return; // it is at it
    this.#resumption = this.#resume(why);
    await this.#resumption;
    this.#resumption = undefined;
  }

  async #resume(why: JourneyError): Promise<void> {
    const { node, user, run } = this.#by;
    const began = Date.now();
    const policy = { ...defaultRetry, budget: run.values.RETRY_FOR };
    let error = why;
    for (let attempt = 1; this.#broken; attempt++) {
      const wait = retryDelay(policy, attempt, Date.now() - began, user.random.uniform());
      if (wait === undefined) throw error;
      await user.pause(wait);
      if (this.#closed) return;
      this.#broken = false;
      try {
        await node.openSync();
        // Those that it had until now: one that is followed from here on is followed in the new sync.
        for (const [stream, channel] of [...this.#channels]) {
          channel.again = true;
          await node.follow(after(this.#heads.get(stream), channel.cookie));
        }
      } catch (thrown) {
        error = asJourneyError(thrown);
        this.#broken = true;
      }
    }
    run.metrics.resyncs.add(1);
  }

  /** A stream's last miniblock, where that is known. */
  headOf(id: string): StreamHead | undefined {
    return this.#heads.get(hexToBase64(id));
  }

  /** The session of a channel that it follows. */
  groupOf(id: string): GroupSession {
    const channel = this.#channels.get(hexToBase64(id));
    if (channel === undefined) throw new JourneyError("unexpected", `it does not follow ${id}`);
    return channel.group;
  }

  /** Whether an own event has come back. */
  isBack(id: EventId): boolean {
    return this.#back.has(id);
  }

  /** Whether an own event has come back and a miniblock of its channel holds it. */
  isRecorded(channel: string, id: EventId): boolean {
    return this.isBack(id) && this.#channels.get(hexToBase64(channel))?.audit.awaits(id) === false;
  }

  /** Events that miniblocks of the channels it follows hold, and that never came. */
  get lost(): number {
    let lost = 0;
    for (const { audit } of this.#channels.values()) lost += audit.lost;
    return lost;
  }

  /** Nothing is taken up again from here on. */
  close(): void {
    this.#closed = true;
  }
}

/** The cookie of what comes after a miniblock; without one it stays as it is. */
const after = (head: StreamHead | undefined, cookie: SyncCookie): SyncCookie =>
  head === undefined ? cookie : { ...cookie, minipoolGen: String(head.num + 1), prevMiniblockHash: head.hash };

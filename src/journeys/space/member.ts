// One client at the node: its device, its streams, the channels it hears, and what it says.

import { clearTimeout, setTimeout } from "k6/timers";
import type { Account } from "k6/x/ethereum";
import {
  type Base64,
  type ChannelMessage,
  createDelegate,
  type Delegate,
  type Envelope,
  type EventId,
  type GroupSession,
  hexToBase64,
  type Payload,
  readEvent,
  StreamAudit,
  streamId,
} from "k6/x/towns";
import { asJourneyError, JourneyError } from "../../core/errors.ts";
import type { JoinedStream } from "../../core/space/metrics.ts";
import type { EventRef, Head, StreamNode, SyncCookie } from "../../k6/services/stream-node.ts";
import type { User } from "../../k6/user.ts";
import type { Ground, Space } from "./context.ts";
import { Joining } from "./joining.ts";
import { groupOf, messageIn, ownKinds, ownStreams, type Said } from "./messages.ts";

interface Waiter {
  /** @returns whether it is done */
  look(): boolean;
  fail(error: JourneyError): void;
}

interface Followed {
  readonly group: GroupSession;
  readonly hear: (said: Said) => void;
  readonly audit: StreamAudit;
}

export class Member {
  readonly account: Account;
  readonly node: StreamNode;
  readonly ground: Ground;
  readonly #device: Delegate;
  readonly #run: Space;
  readonly #user: User;
  readonly #heads = new Map<Base64, Head>();
  readonly #channels = new Map<Base64, Followed>();
  readonly #joining: Joining;
  readonly #waiters = new Set<Waiter>();
  /** Own events that came back. */
  readonly #back = new Set<EventId>();
  #broken: JourneyError | undefined;

  constructor(run: Space, ground: Ground, user: User, account: Account) {
    const { values, metrics } = run;
    this.#run = run;
    this.#user = user;
    this.ground = ground;
    this.account = account;
    this.#device = createDelegate({ account, expiresAt: Date.now() + values.DELEGATE_FOR });
    this.node = run.node(values.CALL_TIMEOUT, {
      update: (stream, events, head) => this.#update(stream, events, head),
      broke: (error) => {
        metrics.syncDrops.add(1);
        this.#broken = error;
        for (const waiter of this.#waiters) waiter.fail(error);
      },
      denied: () => metrics.denied.add(1),
      conflict: () => metrics.conflicts.add(1),
    });
    this.#joining = new Joining({
      run,
      user,
      ground,
      account,
      node: this.node,
      add: (id, payload) => this.#add(id, payload),
      checked: (read) => this.#checked(read),
    });
  }

  /** Connects, makes the user's four streams where they are not there yet, and opens the sync. @throws JourneyError */
  async begin(): Promise<void> {
    this.node.connect(this.#run.values.NODE_URL);
    await Promise.all(ownKinds.map((kind) => this.#createOwn(kind)));
    await this.node.openSync();
  }

  async #createOwn(kind: keyof typeof ownStreams): Promise<void> {
    const id = streamId(kind, this.account);
    if ((await this.node.getStream(id)) !== undefined) return;
    const { envelope } = this.#device.event({ [ownStreams[kind]]: { inception: { streamId: hexToBase64(id) } } });
    await this.node.createStream(id, [envelope], this.ground.space);
  }

  #update(stream: Base64, envelopes: readonly Envelope[], head: Head): void {
    this.#heads.set(stream, head);
    for (const envelope of envelopes) this.#checked(() => this.#take(stream, envelope));
    for (const waiter of this.#waiters) if (waiter.look()) this.#waiters.delete(waiter);
  }

  /** What `read` makes of an event; undefined, and counted, where the event does not hold. */
  #checked<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (thrown) {
      this.#run.metrics.badEvents.add(1);
      console.warn(`client ${this.#user.number}: ${asJourneyError(thrown).message}`);
      return undefined;
    }
  }

  #take(stream: Base64, envelope: Envelope): void {
    const event = readEvent(envelope);
    if (event.creator === this.account.address) this.#back.add(event.id);
    const channel = this.#channels.get(stream);
    if (channel === undefined) return;
    channel.audit.take(event);
    const said = messageIn(event, channel.group);
    if (said !== undefined) channel.hear(said);
  }

  /**
   * Resolves with what `find` finds, which is asked whenever something came.
   * @param error made when it found nothing within `timeout` ms
   */
  until<T>(find: () => T | undefined, timeout: number, error: () => JourneyError): Promise<T> {
    return new Promise((resolve, reject) => {
      const found = find();
      if (found !== undefined) return resolve(found);
      if (this.#broken !== undefined) return reject(this.#broken);
      const end = (then: () => void) => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        then();
      };
      const waiter: Waiter = {
        look: () => {
          const value = find();
          if (value !== undefined) end(() => resolve(value));
          return value !== undefined;
        },
        fail: (broken) => end(() => reject(broken)),
      };
      const timer = setTimeout(() => end(() => reject(error())), timeout);
      this.#waiters.add(waiter);
    });
  }

  /** Waits for the time to pass. @throws JourneyError when the sync breaks meanwhile */
  async pause(ms: number): Promise<void> {
    await Promise.race([
      this.#user.pause(ms),
      this.until(
        () => undefined,
        ms,
        () => new JourneyError("timeout", ""),
      ).catch(() => undefined),
    ]);
    if (this.#broken !== undefined) throw this.#broken;
  }

  async #add(id: string, payload: Payload): Promise<{ id: EventId; refs: readonly EventRef[] }> {
    const started = Date.now();
    const added = await this.node.addEvent(
      id,
      (previous) => this.#device.event({ ...payload, ...previous }),
      this.#heads.get(hexToBase64(id)),
    );
    this.#run.metrics.ack.add(Date.now() - started);
    return added;
  }

  /** Joins a stream, and waits until a miniblock of it shows the membership. @throws JourneyError */
  join(id: string, kind: JoinedStream): Promise<void> {
    return this.#joining.join(id, kind);
  }

  /** A cookie of what comes from now on. */
  async #cookieNow(id: string): Promise<SyncCookie> {
    const { hash, num } = await this.node.head(id);
    return { ...this.#cookieOf(id), minipoolGen: String(num + 1), prevMiniblockHash: hash };
  }

  #cookieOf(id: string): SyncCookie {
    const cookie = this.ground.cookies[id];
    if (cookie === undefined) throw new JourneyError("unexpected", `setup() has not read the stream ${id}`);
    return cookie;
  }

  /** Hears a channel from now on, or from the place where setup() found it. Resolves once everything that follows will be heard. */
  async follow(id: string, hear: (said: Said) => void, from: "now" | "setup"): Promise<void> {
    const cookie = from === "now" ? await this.#cookieNow(id) : this.#cookieOf(id);
    const group = groupOf(this.ground.session, id, this.#device.key);
    this.#channels.set(hexToBase64(id), { group, hear, audit: new StreamAudit(cookie.minipoolGen) });
    await this.node.follow(cookie);
  }

  /** Says something in a channel that it follows; resolves with its id once the node has it. @throws JourneyError */
  async say(id: string, message: ChannelMessage): Promise<EventId> {
    const channel = this.#channels.get(hexToBase64(id));
    if (channel === undefined) throw new JourneyError("unexpected", `it does not follow ${id}`);
    return (await this.#add(id, { channelPayload: { message: channel.group.encrypt(message) } })).id;
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

  /** Sets its name in the space. */
  async setUsername(name: string): Promise<void> {
    const { space, session } = this.ground;
    const username = groupOf(session, space, this.#device.key).encryptUsername(name);
    await this.#add(space, { memberPayload: { username } });
  }

  close(): void {
    this.node.close();
  }
}

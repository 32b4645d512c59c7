// One client at the node: its device, its streams, the channels it hears, and what it says.

import { clearTimeout, setTimeout } from "k6/timers";
import type { Account } from "k6/x/ethereum";
import {
  type ChannelMessage,
  createDelegate,
  type Delegate,
  type EventId,
  hexToBase64,
  type Payload,
  streamId,
} from "k6/x/towns";
import { asJourneyError, JourneyError } from "../../../src/core/errors.ts";
import type { User } from "../../../src/k6/user.ts";
import type { EventRef, StreamNode } from "../client/stream-node.ts";
import type { JoinedStream } from "../model/metrics.ts";
import type { SetupData, Space, SpaceClient } from "./context.ts";
import { Following } from "./following.ts";
import { Joining } from "./joining.ts";
import { groupOf, ownKinds, ownStreams, type Said } from "./messages.ts";

interface Waiter {
  /** @returns whether it is done */
  look(): boolean;
  fail(error: JourneyError): void;
}

export class Member {
  readonly account: Account;
  readonly node: StreamNode;
  readonly setupData: SetupData;
  readonly #device: Delegate;
  readonly #run: Space;
  readonly #user: User;
  readonly #following: Following;
  readonly #joining: Joining;
  readonly #waiters = new Set<Waiter>();
  #broken: JourneyError | undefined;

  constructor(run: Space, setupData: SetupData, user: User, account: Account) {
    const { values, metrics } = run;
    this.#run = run;
    this.#user = user;
    this.setupData = setupData;
    this.account = account;
    this.#device = createDelegate({ account, expiresAt: Date.now() + values.DELEGATE_FOR });
    this.node = run.node(values.CALL_TIMEOUT, {
      update: (stream, events, head) => {
        this.#following.update(stream, events, head);
        for (const waiter of this.#waiters) if (waiter.look()) this.#waiters.delete(waiter);
      },
      broke: (error) => void this.#resume(error),
      denied: () => metrics.denied.add(1),
      conflict: () => metrics.conflicts.add(1),
    });
    const client: SpaceClient = {
      run,
      user,
      setupData,
      account,
      node: this.node,
      add: (id, payload) => this.#add(id, payload),
      checked: (read) => this.#checked(read),
    };
    this.#following = new Following(client, this.#device.key);
    this.#joining = new Joining(client);
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
    await this.node.createStream(id, [envelope], this.setupData.space);
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

  /** Takes the sync up again. Where that fails, so does all that waits for what it would bring. */
  async #resume(why: JourneyError): Promise<void> {
    this.#run.metrics.syncDrops.add(1);
    try {
      await this.#following.resume(why);
    } catch (thrown) {
      this.#broken = asJourneyError(thrown);
      for (const waiter of this.#waiters) waiter.fail(this.#broken);
    }
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

  /** Waits for the time to pass. @throws JourneyError when the sync breaks for good meanwhile */
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
      this.#following.headOf(id),
    );
    this.#run.metrics.ack.add(Date.now() - started);
    return added;
  }

  /** Joins a stream, and waits until a miniblock of it shows the membership. @throws JourneyError */
  join(id: string, kind: JoinedStream): Promise<void> {
    return this.#joining.join(id, kind);
  }

  /** Hears a channel from now on, or from the place where setup() found it. Resolves once everything that follows will be heard. */
  follow(id: string, hear: (said: Said) => void, from: "now" | "setup"): Promise<void> {
    return this.#following.follow(id, hear, from);
  }

  unfollow(id: string): Promise<void> {
    return this.#following.unfollow(id);
  }

  /** Says something in a channel that it follows; resolves with its id once the node has it. @throws JourneyError */
  async say(id: string, message: ChannelMessage): Promise<EventId> {
    return (await this.#add(id, { channelPayload: { message: this.#following.groupOf(id).encrypt(message) } })).id;
  }

  /** Whether an own event has come back. */
  isBack(id: EventId): boolean {
    return this.#following.isBack(id);
  }

  /** Whether an own event has come back and a miniblock of its channel holds it. */
  isRecorded(channel: string, id: EventId): boolean {
    return this.#following.isRecorded(channel, id);
  }

  /** Events that miniblocks of the channels it follows hold, and that never came. */
  get lost(): number {
    return this.#following.lost;
  }

  /** Sets its name in the space. */
  async setUsername(name: string): Promise<void> {
    const { space, session } = this.setupData;
    const username = groupOf(session, space, this.#device.key).encryptUsername(name);
    await this.#add(space, { memberPayload: { username } });
  }

  close(): void {
    this.#following.close();
    this.node.close();
  }
}

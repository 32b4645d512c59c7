// A member's chat: what it says, what it hears, and the proof that nothing was lost.
import type { EventId } from "k6/x/towns";
import { assertDelivered } from "../../../src/core/delivery/proof.ts";
import { Receiver } from "../../../src/core/delivery/receiver.ts";
import { Stamper, stamped } from "../../../src/core/delivery/stamp.ts";
import { JourneyError } from "../../../src/core/errors.ts";
import { type Listener, listener, newTally } from "../../../src/k6/delivery.ts";
import type { User } from "../../../src/k6/user.ts";
import { sillyMessage } from "../model/phrases.ts";
import { planTalk } from "../model/talk.ts";
import { clientsOf, type Space } from "./context.ts";
import type { Member } from "./member.ts";

/** What is sent in the very millisecond in which a client begins to hear is not judged: so long it waits before it speaks. */
const CERTAIN_MS = 5;
/** Between two hand-overs of counts to k6, ms. */
const FLUSH_MS = 1_000;

export class Talk {
  readonly tally = newTally();
  readonly #run: Space;
  readonly #user: User;
  readonly #member: Member;
  readonly #receiver: Receiver;
  readonly #ear: Listener;
  readonly #stampers: ReadonlyMap<string, Stamper>;
  /** What it said, and where. */
  readonly #said: { readonly channel: string; readonly id: EventId }[] = [];

  constructor(run: Space, user: User, member: Member) {
    const { channels } = member.setupData;
    this.#run = run;
    this.#user = user;
    this.#member = member;
    this.#receiver = new Receiver(user.number, clientsOf(run));
    this.#stampers = new Map(channels.map((id, index) => [id, new Stamper(user.number, index)]));
    this.#ear = listener({
      receiver: this.#receiver,
      tally: this.tally,
      metrics: run.metrics,
      self: user.number,
      places: channels,
      timeout: run.values.DELIVERY_TIMEOUT,
    });
  }

  /** Hears all channels from now on. */
  async listen(): Promise<void> {
    const hear = (body: string | undefined) => {
      if (body !== undefined) this.#ear.hear(body);
    };
    const follow = async (id: string) => {
      await this.#member.follow(id, ({ message }) => hear(message.post?.text?.body), "now");
      this.#receiver.joined(id, Date.now());
    };
    await Promise.all(this.#member.setupData.channels.map(follow));
    await this.#member.pause(CERTAIN_MS);
  }

  /** Talks until `until` (epoch ms), then is silent for as long as a message may take. */
  async talk(until: number): Promise<void> {
    const { channels } = this.#member.setupData;
    const began = Date.now();
    const plan = planTalk(this.#user.random, {
      duration: until - began,
      clients: clientsOf(this.#run),
      channels: channels.length,
    });
    for (const { at, channel, more } of plan) {
      await this.#pauseUntil(began + at);
      await this.#send(channels[channel] ?? "", more);
    }
    await this.#pauseUntil(Math.max(until, Date.now()) + this.#run.values.DELIVERY_TIMEOUT);
  }

  async #pauseUntil(time: number): Promise<void> {
    for (let left = time - Date.now(); left > 0; left = time - Date.now()) {
      await this.#member.pause(Math.min(left, FLUSH_MS));
      this.#ear.flush();
    }
  }

  /** A message that is not acknowledged is remembered as such, and the member goes on. */
  async #send(channel: string, more: number): Promise<void> {
    const { metrics } = this.#run;
    const stamper = this.#stampers.get(channel) as Stamper;
    const body = stamped(sillyMessage(this.#user.random), stamper.next(Date.now(), more));
    try {
      const id = await this.#member.say(channel, { post: { text: { body } } });
      this.#said.push({ channel, id });
      metrics.sent.add(1);
      this.tally.sent++;
    } catch (thrown) {
      stamper.unacknowledged();
      metrics.unacknowledged.add(1);
      this.tally.unacknowledged++;
      if (this.#run.values.VERBOSE) console.log(`client ${this.#user.number}: not sent: ${(thrown as Error).message}`);
    }
  }

  /** @throws JourneyError of kind proof unless all it said came back, once, in order and in time, and is in a miniblock */
  async prove(): Promise<void> {
    const { values, metrics } = this.#run;
    this.#ear.flush();
    const sent = new Map([...this.#stampers].map(([id, stamper]) => [id, stamper.count] as const));
    const losses = this.#receiver.losses(sent);
    // Two witnesses: the streams' own records know what anybody said, the senders' numbers what a record lacks.
    const lost = Math.max(losses.lost, this.#member.lost);
    if (lost > 0) metrics.lost.add(lost);
    assertDelivered(losses, this.tally);
    const unrecorded = () => this.#said.filter(({ channel, id }) => !this.#member.isRecorded(channel, id)).length;
    await this.#member.until(
      () => unrecorded() === 0 || undefined,
      values.DELIVERY_TIMEOUT,
      () =>
        new JourneyError("proof", `${unrecorded()} of its own messages are in no miniblock`, { detail: "UNRECORDED" }),
    );
  }
}

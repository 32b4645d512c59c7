// A client's place in the cluster: at which gate it is registered, in which room it is, and the way back when its stream breaks.
import type { Client } from "k6/net/grpc";
import { asJourneyError, type JourneyError } from "../../../src/core/errors.ts";
import { defaultRetry, retryDelay } from "../../../src/core/retry.ts";
import type { User } from "../../../src/k6/user.ts";
import { Gate, type Push } from "../client/gate.ts";
import { gateTag } from "../model/metrics.ts";
import type { ChatSettings } from "../settings.ts";
import type { ChatMetrics } from "./metrics.ts";

/** The user name of client `index` (from 0). */
export const nameOf = ({ USERNAME_PREFIX }: ChatSettings, index: number) => `${USERNAME_PREFIX}${index + 1}`;

export class ClusterClient {
  readonly name: string;
  #gate: Gate;
  /** Index into GATES. */
  #at: number;
  #room: string | undefined;
  /** Rooms it stays in for good, whichever else it enters and leaves. */
  readonly #kept = new Set<string>();
  #broken: { readonly since: number; readonly why: JourneyError } | undefined;
  #whenBroken: () => void = () => {};
  readonly #client: Client;
  readonly #user: User;
  readonly #values: ChatSettings;
  readonly #metrics: ChatMetrics;
  readonly #pushed: (push: Push) => void;

  constructor(client: Client, user: User, values: ChatSettings, metrics: ChatMetrics, pushed: (push: Push) => void) {
    this.#client = client;
    this.#user = user;
    this.#values = values;
    this.#metrics = metrics;
    this.#pushed = pushed;
    this.#at = user.number % values.GATES.length;
    this.#gate = new Gate(client, values.CALL_TIMEOUT);
    this.name = nameOf(values, user.number);
  }

  /** The room it is in by its own account: the cluster forgets nobody. */
  get room(): string | undefined {
    return this.#room;
  }

  /** Why there is no stream, and since when (ms); undefined while there is one. */
  get broken(): { readonly since: number; readonly why: JourneyError } | undefined {
    return this.#broken;
  }

  /** Resolves after `ms`, or as soon as the stream breaks. */
  async pause(ms: number): Promise<void> {
    if (this.#broken !== undefined) return;
    const broke = new Promise<void>((resolve) => {
      this.#whenBroken = resolve;
    });
    await Promise.race([this.#user.pause(ms), broke]);
  }

  /** Registers at the gate it is at now. @throws JourneyError */
  async register(): Promise<void> {
    const { GATES, PASSWORD } = this.#values;
    const gate = { gate: gateTag(this.#at) };
    this.#gate = new Gate(this.#client, this.#values.CALL_TIMEOUT);
    this.#gate.connect(GATES[this.#at] ?? "");
    await this.#gate.register({
      user: this.name,
      password: PASSWORD,
      pushed: this.#pushed,
      broke: (why) => {
        this.#broken = { since: Date.now(), why };
        this.#metrics.atGate.add(-1, gate);
        this.#whenBroken();
      },
    });
    this.#broken = undefined;
    this.#metrics.registered.add(1, gate);
    this.#metrics.atGate.add(1, gate);
  }

  /**
   * Comes back after the stream broke: each gate in turn, this one first, with growing pauses; then the rooms it was in.
   * @throws the last JourneyError when RECONNECT_FOR is over or a gate refuses for good
   */
  async reconnect(): Promise<void> {
    const { GATES, RECONNECT_FOR } = this.#values;
    const began = Date.now();
    const policy = { ...defaultRetry, budget: RECONNECT_FOR };
    for (let attempt = 1; ; attempt++) {
      this.#gate.close();
      try {
        await this.register();
        for (const room of this.rooms) await this.#gate.join(room, this.name);
        this.#metrics.reconnects.add(1);
        return;
      } catch (thrown) {
        const error = asJourneyError(thrown);
        const wait = retryDelay(policy, attempt, Date.now() - began, this.#user.random.uniform());
        if (!error.retryable && error.kind !== "transport") throw error;
        if (wait === undefined) throw error;
        this.#at = (this.#at + 1) % GATES.length;
        // With another gate to try there is nothing to wait for.
        if (attempt % GATES.length === 0) await this.#user.pause(wait);
      }
    }
  }

  /** Every room it is in, kept ones too. */
  get rooms(): ReadonlySet<string> {
    return this.#room === undefined ? this.#kept : new Set([...this.#kept, this.#room]);
  }

  async join(room: string): Promise<void> {
    await this.#gate.join(room, this.name);
    this.#room = room;
    this.#metrics.joins.add(1, { room });
    this.#metrics.inRoom.add(1, { room });
  }

  /** Joins a room to stay in it, without being there as clients otherwise are. */
  async keep(room: string): Promise<void> {
    await this.#gate.join(room, this.name);
    this.#kept.add(room);
    this.#metrics.joins.add(1, { room });
  }

  leave(): void {
    if (this.#room !== undefined) this.#metrics.inRoom.add(-1, { room: this.#room });
    this.#room = undefined;
  }

  async send(room: string, message: string): Promise<void> {
    await this.#gate.send(room, this.name, message);
  }

  close(): void {
    this.#gate.close();
  }
}

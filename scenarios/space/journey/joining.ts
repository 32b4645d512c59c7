// How one client becomes a member of streams, and what it takes to believe that it is: a miniblock, and in it the event that says so.
import { claim } from "k6/x/process";
import { hexToBase64, knownEvent, type ProvenEvent, readEvent, streamId } from "k6/x/towns";
import { JourneyError } from "../../../src/core/errors.ts";
import type { EventRef, StreamHead } from "../client/stream-node.ts";
import type { JoinedStream } from "../model/metrics.ts";
import type { SpaceClient } from "./context.ts";

/** Between two looks whether a miniblock has come, ms. */
const LOOK_MS = 500;
/** How long another client may take to fetch a miniblock for all, ms. */
const FETCH_MS = 5_000;

export class Joining {
  readonly #by: SpaceClient;
  readonly #joined = new Set<string>();

  constructor(by: SpaceClient) {
    this.#by = by;
  }

  /**
   * Joins a stream, and waits until a miniblock of it shows the membership; so too for what the node derived from it, which is the space for a channel.
   * @throws JourneyError of kind timeout when none does in time, of kind proof when it shows something else
   */
  async join(id: string, kind: JoinedStream): Promise<void> {
    if (this.#joined.has(id)) return;
    const {
      setupData: { space },
      node,
      account,
      run: { metrics },
    } = this.#by;
    const started = Date.now();
    const [head, spaceHead] = await Promise.all([node.head(id), node.head(space)]);
    const membership = { streamId: hexToBase64(id), op: "SO_JOIN" } as const;
    const { refs } = await this.#by.add(streamId("user", account), { userPayload: { userMembership: membership } });
    const shown = async (stream: string, { num }: StreamHead, as: JoinedStream) => {
      const ref = refs.find((one) => one.streamId === hexToBase64(stream));
      this.#joined.add(stream);
      if (ref === undefined) {
        metrics.joinedBefore.add(1, { stream: as });
      } else {
        const miniblock = await this.#shown(stream, ref, num + 1);
        metrics.joinLatency.add(Date.now() - started, { stream: as });
        await this.#assertMembership(stream, ref, miniblock);
      }
      metrics.joins.add(1, { stream: as });
    };
    const withSpace = id !== space && !this.#joined.has(space);
    await Promise.all([shown(id, head, kind), ...(withSpace ? [shown(space, spaceHead, "space")] : [])]);
  }

  /**
   * Waits for a miniblock that holds the membership: its header, which the node signed, lists the hashes of all that it holds. The events themselves, those of everybody
   * who joins at the same time, are left out of these answers.
   * @param ref what the node says is the membership
   * @param from number of the first miniblock that may hold it
   * @returns the number of the one that does
   */
  async #shown(id: string, ref: EventRef, from: number): Promise<number> {
    const { run, node, user, checked } = this.#by;
    const { JOIN_TIMEOUT } = run.values;
    const deadline = Date.now() + JOIN_TIMEOUT;
    for (let num = from; ; ) {
      const last = (await node.head(id)).num;
      while (num <= last) {
        const blocks = await node.miniblocks(id, num, last + 1, { payload: "*", content: "*" });
        for (const { header } of blocks) {
          if (checked(() => readEvent(header).includes(ref.hash))) return num;
          num++;
        }
        if (blocks.length === 0) break; // it names a head and does not give it: time will tell
      }
      if (Date.now() > deadline)
        throw new JourneyError(
          "timeout",
          `no miniblock of ${id} shows its membership within ${JOIN_TIMEOUT / 1_000} s`,
          { detail: "NO_MINIBLOCK" },
        );
      await user.pause(LOOK_MS);
    }
  }

  /** @throws JourneyError of kind proof when the event there is not this client's membership */
  async #assertMembership(id: string, ref: EventRef, num: number): Promise<void> {
    const event = await this.#eventAt(id, ref, num);
    const membership = event?.event.memberPayload?.membership;
    if (membership?.op === "SO_JOIN" && membership.userAddress === hexToBase64(this.#by.account.address)) return;
    throw new JourneyError("proof", `what the node calls its membership of ${id} is none`, { detail: "NOT_JOINED" });
  }

  /** The event there, which most clients of a process find fetched: everybody's membership is in the same few miniblocks. */
  async #eventAt(id: string, ref: EventRef, num: number): Promise<ProvenEvent | undefined> {
    const { node, user, checked } = this.#by;
    for (;;) {
      const known = knownEvent(ref);
      if (known !== undefined) return known;
      if (claim(`${id} ${num}`, Date.now() + FETCH_MS)) break;
      await user.pause(LOOK_MS);
    }
    const [block] = await node.miniblocks(id, num, num + 1, { payload: "channel_payload", content: "*" });
    let found: ProvenEvent | undefined;
    for (const envelope of block?.events ?? []) {
      const event = knownEvent(envelope) ?? checked(() => readEvent(envelope));
      if (envelope.hash === ref.hash) found = event;
    }
    return found;
  }
}

// What one client received, room by room and sender by sender, and what it should have. It judges only messages that were sent while it was certainly in the room: after its
// join was acknowledged and before it left.
import type { Stamp } from "./stamp.ts";

/** What a message turned out to be; `reordered` is delivered too, after one that was sent later. */
export type DeliveryOutcome = "delivered" | "reordered" | "duplicated" | "stray";

/** A time in a room; `to` is infinite while it lasts. */
interface Stay {
  readonly from: number;
  to: number;
}

interface Room {
  readonly stays: Stay[];
  /** By sender: the lowest sequence number that is accounted for, the highest one received, when that was sent, and how many there are in all. 0 where not known. */
  readonly first: Int32Array;
  readonly highest: Int32Array;
  readonly highestAt: Float64Array;
  readonly total: Int32Array;
  /** Judged messages that have not come yet, by `keyOf`, with the time they were sent at (NaN where nobody said). */
  readonly missing: Map<number, number>;
}

/** What never came. */
export interface Losses {
  readonly lost: number;
  /** Of these, how many were sent while the client's stream was broken. */
  readonly inGaps: number;
  /** Of these, how many were the client's own. */
  readonly own: number;
}

const MOST_MESSAGES = 2 ** 24;
const keyOf = (sender: number, sequence: number) => sender * MOST_MESSAGES + sequence;
const senderOf = (key: number) => Math.floor(key / MOST_MESSAGES);

export class Receiver {
  readonly #self: number;
  readonly #clients: number;
  readonly #rooms = new Map<string, Room>();
  /** Times without a stream. */
  readonly #gaps: Stay[] = [];

  /**
   * @param self the client's own index
   * @param clients how many there are; messages of others are nobody's
   */
  constructor(self: number, clients: number) {
    this.#self = self;
    this.#clients = clients;
  }

  #room(name: string): Room {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      room = {
        stays: [],
        first: new Int32Array(this.#clients),
        highest: new Int32Array(this.#clients),
        highestAt: new Float64Array(this.#clients),
        total: new Int32Array(this.#clients),
        missing: new Map(),
      };
      this.#rooms.set(name, room);
    }
    return room;
  }

  /** The join was acknowledged at `at`, ms. To join again without having left changes nothing. */
  joined(name: string, at: number): void {
    const { stays } = this.#room(name);
    if (stays.at(-1)?.to !== Number.POSITIVE_INFINITY) stays.push({ from: at, to: Number.POSITIVE_INFINITY });
  }

  left(name: string, at: number): void {
    const stay = this.#room(name).stays.at(-1);
    if (stay !== undefined) stay.to = Math.min(stay.to, at);
  }

  /** The stream was broken from `from` on, and whole again (the room joined anew) at `to`, ms. It was in its room all the same: what was sent meanwhile is lost. */
  gap(from: number, to: number): void {
    this.#gaps.push({ from, to });
  }

  /** How many judged messages have not come so far; some may still be on their way. */
  get missing(): number {
    let count = 0;
    for (const room of this.#rooms.values()) count += room.missing.size;
    return count;
  }

  /** Whether anything of `sender` ever came. */
  heard(sender: number): boolean {
    return [...this.#rooms.values()].some(({ highest }) => (highest[sender] ?? 0) > 0);
  }

  /** How many rooms it joined before `at` (ms) and has not left since, without having heard anything there of `sender`. */
  roomsWithout(sender: number, at: number): number {
    return [...this.#rooms.values()].filter((room) => {
      const stay = room.stays.at(-1);
      if (stay === undefined || stay.to !== Number.POSITIVE_INFINITY || stay.from >= at) return false;
      return !lasting(room, room.highestAt[sender] ?? 0);
    }).length;
  }

  received(name: string, stamp: Stamp): DeliveryOutcome {
    const { sender, sequence, sentAt } = stamp;
    if (sender >= this.#clients || sequence >= MOST_MESSAGES) return "stray";
    const room = this.#room(name);
    if (stamp.total > 0) room.total[sender] = stamp.total;
    const judged = stayAt(room, sentAt) !== undefined;
    const highest = room.highest[sender] ?? 0;
    if (sequence > highest) {
      this.#expect(room, stamp, highest);
      room.highest[sender] = sequence;
      room.highestAt[sender] = sentAt;
      return judged ? "delivered" : "stray";
    }
    if (room.missing.delete(keyOf(sender, sequence))) return "reordered";
    if (!judged) return "stray";
    // Older than anything that was accounted for: nobody knows whether it came before.
    return sequence < (room.first[sender] ?? 0) ? "reordered" : "duplicated";
  }

  /** Notes what should have come between a sender's highest message so far and `stamp`. */
  #expect(room: Room, { sender, sequence, sentAt, before }: Stamp, highest: number): void {
    const dated = Math.min(before.length, sequence - 1);
    const from = highest > 0 ? highest + 1 : sequence - dated;
    // Undated ones lie between two that are known: only when both are of one stay they certainly are too.
    const stay = stayAt(room, sentAt);
    const undated = highest > 0 && stay !== undefined && stay === stayAt(room, room.highestAt[sender] ?? 0);
    let first = sequence;
    for (let missed = sequence - 1; missed >= from; missed--) {
      const age = sequence - 1 - missed;
      if (age >= dated) {
        if (!undated) break;
        room.missing.set(keyOf(sender, missed), Number.NaN);
      } else {
        const at = before[age];
        if (at === undefined || stayAt(room, at) === undefined) continue;
        room.missing.set(keyOf(sender, missed), at);
        first = missed;
      }
    }
    if (highest === 0) room.first[sender] = first;
  }

  /**
   * What is lost, once everyone has been silent for long enough.
   * @param sent how many messages this client sent to each room while it was in it, which is known without any other's word
   */
  losses(sent: ReadonlyMap<string, number>): Losses {
    let lost = 0;
    let inGaps = 0;
    let own = 0;
    const count = (sender: number, at: number) => {
      lost++;
      if (sender === this.#self) own++;
      if (this.#gaps.some((gap) => (Number.isNaN(at) ? true : at >= gap.from && at <= gap.to))) inGaps++;
    };
    for (const [name, room] of this.#rooms) {
      for (const [key, at] of room.missing) count(senderOf(key), at);
      const { highest, highestAt, total } = room;
      for (let sender = 0; sender < this.#clients; sender++) {
        const seen = highest[sender] ?? 0;
        // Whoever is in the room to the end is owed all that follows, and at least the word of how many there are.
        const lastingly = seen > 0 && lasting(room, highestAt[sender] ?? 0);
        const owed = sender === this.#self ? (sent.get(name) ?? 0) : lastingly ? total[sender] || seen + 1 : 0;
        for (let n = seen; n < owed; n++) count(sender, Number.NaN);
      }
    }
    return { lost, inGaps, own };
  }
}

/** The stay in which a message was sent; one sent in the very millisecond of the join is not certainly in it. */
function stayAt(room: Room, at: number): Stay | undefined {
  for (let i = room.stays.length - 1; i >= 0; i--) {
    const stay = room.stays[i];
    if (stay !== undefined && at > stay.from) return at <= stay.to ? stay : undefined;
  }
  return undefined;
}

const lasting = (room: Room, at: number) => stayAt(room, at)?.to === Number.POSITIVE_INFINITY;

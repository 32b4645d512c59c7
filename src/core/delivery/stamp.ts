// What a message carries behind its text, so that whoever receives it can tell what is late, lost, doubled or out of order.
import { fnv1a } from "../fnv.ts";

export interface Stamp {
  /** The sender's index among all clients. */
  readonly sender: number;
  /** The room's index in the run's list: a push need not say which room it is from. */
  readonly room: number;
  /** Counts the sender's messages in this room, from 1. */
  readonly sequence: number;
  /** When it was handed to the sender's connection: ms since 1970 by the clock of the sender's process. */
  readonly sentAt: number;
  /** When the messages before it were sent, the latest first; undefined for one that was not acknowledged, which nobody need have received. */
  readonly before: readonly (number | undefined)[];
  /** How many the sender will have sent to this room in all, where it knows: its last ones say so. 0 before. */
  readonly total: number;
}

/** How many of a sender's earlier messages each message dates: who comes into a room late knows by it what it should have received since. */
const DATED = 4;

/** No secret is in it: it tells a text that was changed on its way, not one that a liar has stamped anew. */
const digestOf = (text: string): string => fnv1a(text).toString(36);

const MARK = " ~";
const UNKNOWN = "-";

/** `text` with its stamp behind it. */
export function stamped(text: string, { sender, room, sequence, sentAt, before, total }: Stamp): string {
  const ages = before.slice(0, DATED).map((at) => (at === undefined ? UNKNOWN : String(sentAt - at)));
  const message = `${text}${MARK}${sender} ${room} ${sequence} ${sentAt} ${total} ${ages.join(",")}`;
  return `${message} ${digestOf(message)}`;
}

const whole = (text: string | undefined): number =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : Number.NaN;

/** The text and the stamp of a message, and whether both are as they were sent; undefined when it is nobody's of ours. */
export function unstamped(message: string): { text: string; stamp: Stamp; intact: boolean } | undefined {
  const at = message.lastIndexOf(MARK);
  if (at < 0) return undefined;
  const fields = message.slice(at + MARK.length).split(" ");
  if (fields.length !== 7) return undefined;
  const [sender = 0, room = 0, sequence = 0, sentAt = 0, total = 0] = fields.slice(0, 5).map(whole);
  if (!(sender >= 0 && room >= 0 && sequence >= 1 && sentAt > 0 && (total === 0 || total >= sequence)))
    return undefined;
  const ages = fields[5] === "" ? [] : (fields[5] ?? "").split(",");
  const before = ages.map((age) => (age === UNKNOWN ? undefined : sentAt - whole(age)));
  if (before.some((age) => Number.isNaN(age))) return undefined;
  const intact = fields[6] === digestOf(message.slice(0, message.lastIndexOf(" ")));
  return { text: message.slice(0, at), stamp: { sender, room, sequence, sentAt, before, total }, intact };
}

/** Stamps one sender's messages in one room. */
export class Stamper {
  #sequence = 0;
  readonly #before: (number | undefined)[] = [];
  readonly #sender: number;
  readonly #room: number;

  constructor(sender: number, room: number) {
    this.#sender = sender;
    this.#room = room;
  }

  /** Messages stamped so far. */
  get count(): number {
    return this.#sequence;
  }

  /**
   * The next message's stamp.
   * @param more how many will follow, where that is known
   */
  next(sentAt: number, more?: number): Stamp {
    const sequence = ++this.#sequence;
    const total = more === undefined ? 0 : sequence + more;
    const stamp = { sender: this.#sender, room: this.#room, sequence, sentAt, before: [...this.#before], total };
    this.#before.unshift(sentAt);
    if (this.#before.length > DATED) this.#before.pop();
    return stamp;
  }

  /** The message just stamped was not acknowledged: whether it went out is not known. */
  unacknowledged(): void {
    this.#before[0] = undefined;
  }
}

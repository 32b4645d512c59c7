// When a client says something, and where: drawn before it begins, so that each message can say how many will follow.
import type { RandomStream } from "../../../src/core/random.ts";

/** One message that a client will send. */
export interface Utterance {
  /** Milliseconds after the client's chat begins. */
  readonly at: number;
  /** Index of the channel. */
  readonly channel: number;
  /** How many more the client will send to this channel. */
  readonly more: number;
}

/**
 * A client's messages: one at once, then pauses of a length uniform up to 2 s x clients / channels, so that all clients together say about one a second in each
 * channel. The original's pacing.
 * @param duration of the chat, ms; even with none the first message is sent
 */
export function planTalk(
  random: RandomStream,
  { duration, clients, channels }: { duration: number; clients: number; channels: number },
): Utterance[] {
  const longest = (2_000 * clients) / channels;
  const drawn: { at: number; channel: number }[] = [];
  for (let at = 0; drawn.length === 0 || at < duration; at += longest * random.uniform()) {
    drawn.push({ at, channel: random.integer(0, channels - 1) });
  }
  const left = new Array<number>(channels).fill(0);
  return drawn
    .reverse()
    .map((one) => {
      const more = left[one.channel] ?? 0;
      left[one.channel] = more + 1;
      return { ...one, more };
    })
    .reverse();
}

// What a chat client does next, and what it says. The shares and the texts are the original stress test's.
import type { RandomStream } from "../../../src/core/random.ts";

export type Action = "join" | "send" | "leave" | "stay";

/** Shares in percent of what a client in a room does; they sum to 100. */
export interface Weights {
  readonly send: number;
  readonly leave: number;
  readonly stay: number;
}

/** The next action: who is in no room joins one. */
export function nextAction(random: RandomStream, inRoom: boolean, weights: Weights): Action {
  if (!inRoom) return "join";
  const drawn = 100 * random.uniform();
  if (drawn < weights.send) return "send";
  return drawn < weights.send + weights.leave ? "leave" : "stay";
}

/**
 * Something to say.
 * @param sent messages the user has sent so far
 */
export function somethingToSay(random: RandomStream, user: string, sent: number): string {
  return random.pick([
    `Stress test message #${sent + 1}`,
    `Hello from ${user}!`,
    `Testing... ${random.integer(1, 1_000)}`,
    "How is everyone?",
    "This is a stress test",
    `Message count: ${sent}`,
  ]);
}

/** What a client's last messages in a room say: they only tell how many it sent. */
export const GOODBYE = "Goodbye";

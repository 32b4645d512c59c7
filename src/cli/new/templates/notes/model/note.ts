// What users write, and the judgement of what they read.
import type { RandomStream } from "../../../../../core/random.ts";

export interface Note {
  readonly id: string;
  readonly author: string;
  readonly text: string;
}

/** Texts of all lengths and scripts: what is cut off or garbled must be able to show. */
const texts = ["a", "Grüße, 世界 👋", "'; DROP TABLE notes; --", "<b>&amp;</b>", "x".repeat(4_000)];

/** A user's note: no other user of the run writes the same. */
export const noteOf = (number: number, random: RandomStream): Omit<Note, "id"> => ({
  author: `user-${number}`,
  text: `${number}: ${random.pick(texts)}`,
});

/** The first field in which two notes differ, in words; undefined where they are the same. */
export function difference(got: Note, wanted: Note): string | undefined {
  const field = (["id", "author", "text"] as const).find((name) => got[name] !== wanted[name]);
  return field === undefined
    ? undefined
    : `${field} is ${JSON.stringify(got[field])?.slice(0, 60)}, and ${JSON.stringify(wanted[field]).slice(0, 60)} was put`;
}

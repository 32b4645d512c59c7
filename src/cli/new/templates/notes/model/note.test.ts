import { describe, expect, it } from "vitest";
import { stream } from "../../../../../core/random.ts";
import { difference, noteOf } from "./note.ts";

const note = { id: "7", author: "user-7", text: "7: a" };

describe("a note", () => {
  it("is its user's alone", () => {
    const texts = Array.from({ length: 100 }, (_, number) => noteOf(number, stream(42, "user", number)).text);
    expect(new Set(texts).size).toBe(100);
  });

  it.each([
    [{ ...note, id: "8" }, 'id is "8", and "7" was put'],
    [{ ...note, author: "user-8" }, 'author is "user-8", and "user-7" was put'],
    [{ ...note, text: "7: A" }, 'text is "7: A", and "7: a" was put'],
    [{ ...note, text: undefined as unknown as string }, 'text is undefined, and "7: a" was put'],
  ])("that differs is told apart: %j", (got, words) => expect(difference(got, note)).toBe(words));

  it("that is the same is none", () => expect(difference({ ...note }, note)).toBeUndefined());
});

import { expect, it } from "vitest";
import { fnv1a } from "./fnv.ts";

// Vectors of the algorithm's own page, for ASCII texts.
it.each([
  ["", 0x811c9dc5],
  ["a", 0xe40c292c],
  ["foobar", 0xbf9cf968],
])("fnv1a(%j) is the published one", (text, hash) => expect(fnv1a(text)).toBe(hash));

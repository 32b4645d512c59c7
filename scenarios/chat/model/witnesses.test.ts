import { describe, expect, it } from "vitest";
import { Receiver } from "../../../src/core/delivery/receiver.ts";
import { Stamper } from "../../../src/core/delivery/stamp.ts";
import { unheardBy, witnessCount } from "./witnesses.ts";

const CLIENTS = 4;
const SILENT_FROM = 10_000;

/** Client `self` of four at two gates, in `rooms` since 1,000 ms, having heard what `heard` says: sender, room, ms. */
function unheard(self: number, rooms: readonly string[], heard: readonly (readonly [number, string, number])[]) {
  const receiver = new Receiver(self, CLIENTS);
  for (const room of rooms) receiver.joined(room, 1_000);
  for (const [sender, room, at] of heard) receiver.received(room, new Stamper(sender, 0).next(at));
  return unheardBy(receiver, { self, clients: CLIENTS, gates: 2, silentFrom: SILENT_FROM });
}

describe("witnesses", () => {
  it.each([
    [10, 2, 2],
    [10, 1, 1],
    [1, 2, 1],
  ])("of %i clients at %i gates are %i", (clients, gates, count) => {
    expect(witnessCount(clients, gates)).toBe(count);
  });

  it("are heard by a client in the room it is in, and by each other in all of them", () => {
    expect(unheard(2, ["a"], [])).toBe(2);
    expect(unheard(2, ["a"], [[0, "a", 12_000]])).toBe(1);
    expect(
      unheard(
        2,
        ["a"],
        [
          [0, "a", 12_000],
          [1, "a", 12_000],
        ],
      ),
    ).toBe(0);
    // It hears clients 2 and 3, but of the other witness nothing in the second room.
    const others = [
      [2, "a", 2_000],
      [3, "b", 2_000],
    ] as const;
    expect(unheard(0, ["a", "b"], [...others, [1, "a", 12_000]])).toBe(1);
    expect(unheard(0, ["a", "b"], [...others, [1, "a", 12_000], [1, "b", 12_000]])).toBe(0);
  });

  it("hear something of everyone, wherever", () => {
    expect(
      unheard(
        1,
        ["a"],
        [
          [0, "a", 12_000],
          [3, "a", 500],
        ],
      ),
    ).toBe(1);
  });

  it("need not be heard in a room that was left, or joined when they may have spoken", () => {
    const receiver = new Receiver(2, CLIENTS);
    receiver.joined("a", 1_000);
    receiver.left("a", 5_000);
    receiver.joined("b", SILENT_FROM);
    expect(unheardBy(receiver, { self: 2, clients: CLIENTS, gates: 2, silentFrom: SILENT_FROM })).toBe(0);
    expect(unheardBy(receiver, { self: 2, clients: CLIENTS, gates: 2, silentFrom: SILENT_FROM + 1 })).toBe(2);
  });

  it("do not count as heard by what they said before the client came", () => {
    expect(unheard(2, ["a"], [[0, "a", 500]])).toBe(2);
  });
});

import { describe, expect, it } from "vitest";
import { stream } from "../random.ts";
import { Receiver } from "./receiver.ts";
import { type Stamp, Stamper, stamped, unstamped } from "./stamp.ts";

/** Messages of one sender, one each 1,000 ms from `start` on; the last two say how many there are. */
function messages(sender: number, count: number, start = 1_000): Stamp[] {
  const stamper = new Stamper(sender, 0);
  return Array.from({ length: count }, (_, i) =>
    stamper.next(start + i * 1_000, i >= count - 2 ? count - 1 - i : undefined),
  );
}
const none = new Map<string, number>();

describe("a stamp", () => {
  it("survives its way through a text, whatever the text is", () => {
    const [, , , fourth] = messages(7, 4) as [Stamp, Stamp, Stamp, Stamp];
    for (const text of ["Hello from user_1!", "", " ~", "a ~1 2 3 0 b", "line\nbreak"]) {
      expect(unstamped(stamped(text, fourth))).toEqual({ text, stamp: fourth, intact: true });
    }
    expect(fourth).toEqual({ sender: 7, room: 0, sequence: 4, sentAt: 4_000, before: [3_000, 2_000, 1_000], total: 4 });
  });

  it("says which message before it was never acknowledged", () => {
    const stamper = new Stamper(0, 2);
    stamper.next(1_000);
    stamper.unacknowledged();
    expect(unstamped(stamped("x", stamper.next(2_000)))?.stamp.before).toEqual([undefined]);
  });

  it("knows a text that was changed on its way, by however little, and a stamp that was", () => {
    const [, second] = messages(7, 2) as [Stamp, Stamp];
    const message = stamped("pay 10 to bob", second);
    for (const lie of [
      message.replace("pay 10", "pay 11"),
      message.replace("pay 10 to bob", ""),
      message.replace(/^.*(?= ~)/, "something else"),
      message.replace("pay", "pаy"), // another alphabet
      message.replace(" ~7 ", " ~8 "),
      message.replace(/.$/, (last) => (last === "a" ? "b" : "a")),
    ])
      expect(unstamped(lie)).toMatchObject({ intact: false });
    expect(unstamped(message)).toMatchObject({ intact: true });
  });

  it.each([
    "",
    "hello",
    "hello ~",
    "hello ~1 2",
    "hello ~1 2 3 4 5 6 7 8",
    "hello ~a 0 1 1 0  x",
    "hello ~1 0 0 1 0  x",
    "x ~1 0 3 9 2  x",
    "x ~1 0 2 9 0 z x",
  ])("is nobody's in %j", (text) => expect(unstamped(text)).toBeUndefined());
});

describe("a receiver", () => {
  function inRoom(at = 0) {
    const receiver = new Receiver(1, 5);
    receiver.joined("General", at);
    return receiver;
  }

  it("lost nothing when everything came in order", () => {
    const receiver = inRoom();
    for (const stamp of messages(0, 20)) expect(receiver.received("General", stamp)).toBe("delivered");
    expect(receiver.losses(none)).toEqual({ lost: 0, inGaps: 0, own: 0 });
  });

  it("counts what is missing in the middle, in a row of any length, and at the end", () => {
    for (const missing of [[5], [2, 3, 4, 5, 6, 7, 8, 9], [19], [0], [17, 18], [16, 17, 19], [0, 3, 12, 19]]) {
      const receiver = inRoom();
      messages(0, 20).forEach((stamp, i) => {
        if (!missing.includes(i)) receiver.received("General", stamp);
      });
      expect(receiver.losses(none).lost).toBe(missing.length);
    }
  });

  it("tells a duplicate from a message that comes late", () => {
    const receiver = inRoom();
    const [first, second, third] = messages(0, 3) as [Stamp, Stamp, Stamp];
    expect([first, third, second, second, third].map((stamp) => receiver.received("General", stamp))).toEqual([
      "delivered",
      "delivered",
      "reordered",
      "duplicated",
      "duplicated",
    ]);
    expect(receiver.losses(none).lost).toBe(0);
  });

  it("judges only what was sent while it was certainly in the room", () => {
    const receiver = inRoom(2_500); // the first two were sent before
    const sent = messages(0, 12);
    receiver.received("General", sent[3] as Stamp); // 3,000 is missing: it was in the room
    receiver.left("General", 6_500);
    expect(receiver.received("General", sent[5] as Stamp)).toBe("delivered"); // sent before it left
    expect(receiver.received("General", sent[8] as Stamp)).toBe("stray"); // 7,000 and 8,000 never came: not judged
    receiver.joined("General", 9_500);
    expect(receiver.received("General", sent[11] as Stamp)).toBe("delivered"); // 10,000 and 11,000 are missing
    expect(receiver.losses(none).lost).toBe(1 + 1 + 2); // and 5,000
  });

  it("stays in a room that it joins again", () => {
    const receiver = inRoom();
    const sent = messages(0, 12);
    receiver.received("General", sent[0] as Stamp);
    receiver.joined("General", 6_500);
    for (const stamp of sent.slice(9)) receiver.received("General", stamp); // all eight between lie in one stay
    expect(receiver.losses(none).lost).toBe(8);
  });

  it("owes itself only what it said while it was there", () => {
    const receiver = inRoom();
    const own = messages(1, 5);
    for (const stamp of own.slice(0, 3)) receiver.received("General", stamp);
    receiver.left("General", 3_500);
    expect(receiver.losses(new Map([["General", 3]])).lost).toBe(0);
  });

  it("does not hold an unacknowledged message against anyone", () => {
    const receiver = inRoom();
    const stamper = new Stamper(0, 2);
    receiver.received("General", stamper.next(1_000));
    stamper.next(2_000);
    stamper.unacknowledged();
    receiver.received("General", stamper.next(3_000, 0));
    expect(receiver.losses(none).lost).toBe(0);
  });

  it("knows its own messages without anyone's word", () => {
    const receiver = inRoom();
    const own = messages(1, 5);
    receiver.received("General", own[0] as Stamp);
    receiver.received("General", own[2] as Stamp);
    expect(receiver.losses(new Map([["General", 5]]))).toEqual({ lost: 3, inGaps: 0, own: 3 });
  });

  it("counts what was sent while the stream was broken as lost, and says so", () => {
    const receiver = inRoom();
    const sent = messages(0, 10);
    receiver.received("General", sent[0] as Stamp);
    receiver.gap(1_500, 4_500);
    for (const stamp of sent.slice(4)) receiver.received("General", stamp);
    expect(receiver.losses(none)).toEqual({ lost: 3, inGaps: 3, own: 0 });
  });

  it("counts messages of strangers as strays", () => {
    expect(inRoom().received("General", messages(99, 1)[0] as Stamp)).toBe("stray");
  });

  it("agrees with what was really dropped, doubled and swapped, at random", () => {
    const random = stream(42, "receiver");
    for (let run = 0; run < 200; run++) {
      const receiver = inRoom();
      const truth = { lost: 0, duplicated: 0, reordered: 0 };
      const got = { duplicated: 0, reordered: 0 };
      const hand = (stamp: Stamp) => {
        const outcome = receiver.received("General", stamp);
        if (outcome === "duplicated" || outcome === "reordered") got[outcome]++;
      };
      for (const sender of [0, 2, 3]) {
        const sent = messages(sender, 30);
        for (let i = 0; i < sent.length; i++) {
          const stamp = sent[i] as Stamp;
          const next = sent[i + 1];
          const what = i < 28 ? random.uniform() : 1; // one of the last two always comes
          if (what < 0.05) truth.lost++;
          else if (what < 0.1) {
            hand(stamp);
            hand(stamp);
            truth.duplicated++;
          } else if (what < 0.15 && next) {
            hand(next);
            hand(stamp);
            truth.reordered++;
            i++;
          } else hand(stamp);
        }
      }
      expect({ lost: receiver.losses(none).lost, ...got }).toEqual(truth);
    }
  });
});

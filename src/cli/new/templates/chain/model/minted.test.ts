import { describe, expect, it } from "vitest";
import { amountOf, unproved } from "./minted.ts";

const asked = { owner: "0xAa00000000000000000000000000000000000001", amount: amountOf(7) };
const event = { eventName: "Minted", args: { owner: asked.owner.toLowerCase(), tokenId: 1n, amount: 1_007n } };

describe("a mint", () => {
  it("is proved by its one event", () => expect(unproved([event], asked)).toBeUndefined());

  it.each<[string, Parameters<typeof unproved>[0], string]>([
    ["no event", [], "0 tokens were minted"],
    ["another event", [{ ...event, eventName: "Burnt" }], "0 tokens were minted"],
    ["two events", [event, event], "2 tokens were minted"],
    ["somebody else's", [{ ...event, args: { ...event.args, owner: "0xdead" } }], "the token is 0xdead's"],
    ["another amount", [{ ...event, args: { ...event.args, amount: 1_008n } }], "its amount is 1008, not 1007"],
    ["no amount", [{ ...event, args: { owner: asked.owner } }], "its amount is undefined"],
  ])("is not proved by %s", (_, events, words) => expect(unproved(events, asked)).toContain(words));
});

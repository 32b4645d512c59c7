import { toEventSelector, toFunctionSelector } from "viem";
import { expect, it } from "vitest";
import { artifact } from "../../../src/sandbox/contracts.ts";

const items = [...artifact("Space").abi, ...artifact("TieredLogPricing").abi];
const selectors = new Set(items.flatMap((item) => (item.type === "function" ? [toFunctionSelector(item)] : [])));
const topics = Object.fromEntries(
  items.flatMap((item) => (item.type === "event" ? [[item.name, toEventSelector(item)]] : [])),
);
const errors = Object.fromEntries(
  items.flatMap((item) => (item.type === "error" ? [[item.name, toFunctionSelector(`function ${item.name}()`)]] : [])),
);

// Recorded from the real contracts.
it.each([
  ["joinSpace(address)", "0x8c625b06"],
  ["joinSpace(uint8,bytes)", "0x280a47c7"],
  ["joinSpaceWithReferral(address,(address,address,string))", "0x686f7684"],
  ["renewMembership(uint256)", "0x7c9669ac"],
  ["expiresAt(uint256)", "0x17c95709"],
  ["getMembershipPrice()", "0x1278076a"],
  ["getMembershipRenewalPrice(uint256)", "0x5803909f"],
  ["getProtocolFee()", "0xa5a41031"],
  ["getMembershipFreeAllocation()", "0x706b8e09"],
  ["getMembershipLimit()", "0x95d600c8"],
  ["getMembershipDuration()", "0x8120f0ba"],
  ["getMembershipCurrency()", "0x657e45e8"],
  ["getMembershipPricingModule()", "0xe847abdd"],
  ["getSpaceFactory()", "0x79dda585"],
  ["balanceOf(address)", "0x70a08231"],
  ["ownerOf(uint256)", "0x6352211e"],
  ["totalSupply()", "0x18160ddd"],
  ["tokensOfOwner(address)", "0x8462151c"],
  ["multicall(bytes[])", "0xac9650d8"],
  ["getPrice(uint256,uint256)", "0x5cf4ee91"],
  ["setPrice(uint256)", "0x91b7f5ed"],
])("%s has the real selector", (_, selector) => expect([...selectors]).toContain(selector));

it("events have the real topics", () =>
  expect(topics).toMatchObject({
    MembershipTokenIssued: "0x2f40b0474996b72a4251e00fb9170cdd960deea1dc749772cbbab61395b9b576",
    MembershipTokenRejected: "0x86fd446d5c04e892d58b448a924dcd9c3ece3a5e0d2960b8c35cd475a5595a1f",
    MembershipPaid: "0x8fed26ea05e17903891c5c2a70ac7ce2aeafbb48acf403b9defdb2c96ab2e5c3",
    SubscriptionUpdate: "0x2ec2be2c4b90c2cf13ecb6751a24daed6bb741ae5ed3f7371aabf9402f6d62e8",
  }));

it("errors have the real selectors", () =>
  expect(errors).toMatchObject({
    Membership__InsufficientPayment: "0xb1296a8a",
    Membership__MaxSupplyReached: "0x7efcdb49",
    Membership__InvalidAddress: "0x5fbd5717",
    Membership__InvalidPayment: "0x34a7a93d",
  }));

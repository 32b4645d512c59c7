import { encodeAbiParameters, getContractAddress, type Hex, parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownerAccount } from "../../../src/sandbox/accounts.ts";
import { sandboxSpace } from "../abi/addresses.ts";
import { deploySpace } from "./deploy.ts";
import {
  newAccount,
  payer,
  type SpaceContracts,
  spaceEvents,
  spaceOwner,
  startSpaceContracts,
} from "./testing/contracts.ts";

const platform = ownerAccount();
const stranger = privateKeyToAccount(`0x${"5a".repeat(32)}`);
const YEAR = 365n * 86_400n;

let contracts: SpaceContracts;
beforeAll(async () => {
  contracts = await startSpaceContracts();
}, 30_000);
afterAll(() => contracts?.chain.stop());

describe("the deployed space", () => {
  it("is where clients look for it, and deployed once", async () => {
    const from = spaceOwner.address;
    expect(sandboxSpace.fixedPricing).toBe(getContractAddress({ from, nonce: 0n }));
    expect(sandboxSpace.tieredPricing).toBe(getContractAddress({ from, nonce: 1n }));
    expect(sandboxSpace.factory).toBe(getContractAddress({ from, nonce: 2n }));
    expect(sandboxSpace.space).toBe(getContractAddress({ from: sandboxSpace.factory, nonce: 1n }));
    await deploySpace(contracts.chain);
    expect(Number(await contracts.chain.rpc("eth_getTransactionCount", [from, "latest"]))).toBe(4);
  });

  it("has its owner as the member with token 0, for ever, and its terms", async () => {
    const { read } = contracts.callsAt();
    expect(await read("space", "ownerOf", [0n])).toBe(spaceOwner.address);
    expect(await read("space", "tokensOfOwner", [spaceOwner.address])).toEqual([0n]);
    expect(await read("space", "expiresAt", [0n])).toBe(0n);
    expect(await read("space", "getMembershipFreeAllocation")).toBe(1_000n);
    expect(await read("space", "getMembershipDuration")).toBe(YEAR);
    expect(await read("space", "getMembershipLimit")).toBe(0n);
    expect(await read("space", "getSpaceFactory")).toBe(sandboxSpace.factory);
    expect(await read("space", "getMembershipPricingModule")).toBe(sandboxSpace.tieredPricing);
    expect(await read("space", "getMembershipCurrency")).toBe("0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE");
  });
});

describe("joining", () => {
  it("is free within the allocation: anybody pays for anybody, who may hold several tokens", async () => {
    const { write, read } = contracts.callsAt();
    const member = newAccount();
    const { logs, blockNumber } = await write(payer, "space", "joinSpace", [member.address]);
    const { timestamp } = await contracts.chain.rpc<{ timestamp: Hex }>("eth_getBlockByNumber", [
      `0x${blockNumber.toString(16)}`,
      false,
    ]);
    const expiration = BigInt(timestamp) + YEAR;
    const zero = `0x${"00".repeat(20)}`;
    expect(spaceEvents(logs)).toEqual([
      { eventName: "Transfer", args: { from: zero, to: member.address, tokenId: 1n } },
      { eventName: "SubscriptionUpdate", args: { tokenId: 1n, expiration } },
      { eventName: "MembershipTokenIssued", args: { recipient: member.address, tokenId: 1n } },
    ]);
    await write(payer, "space", "joinSpace", [member.address]);
    expect(await read("space", "tokensOfOwner", [member.address])).toEqual([1n, 2n]);
    expect(await read("space", "balanceOf", [member.address])).toBe(2n);
    expect(await read("space", "totalSupply")).toBe(3n);
    expect(await read("space", "expiresAt", [1n])).toBe(expiration);
  });

  it("costs price and fee: the fee is the platform's, the price the space's, the rest the receiver's", async () => {
    const price = parseEther("0.02");
    const space = await contracts.createSpace({ price });
    const due = price + price / 10n;
    expect(await space.read("space", "getMembershipPrice")).toBe(due);
    expect(await space.read("space", "getProtocolFee")).toBe(price / 10n);
    const member = newAccount();
    const join = ["space", "joinSpace", [member.address]] as const;
    expect(await space.revertOf(payer, ...join, due - 1n)).toMatchObject({ raw: "0xb1296a8a" });
    const before = await contracts.balanceOf(platform.address);
    const { logs } = await space.write(payer, ...join, due + 7n);
    expect(spaceEvents(logs).at(-1)).toMatchObject({
      eventName: "MembershipPaid",
      args: { price, protocolFee: price / 10n },
    });
    expect((await contracts.balanceOf(platform.address)) - before).toBe(price / 10n);
    expect(await space.read("space", "revenue")).toBe(price);
    expect(await contracts.balanceOf(member.address)).toBe(7n);
  });

  it("costs at least 0.0005 ETH on top of the price", async () => {
    const space = await contracts.createSpace({ price: parseEther("0.001") });
    expect(await space.read("space", "getMembershipPrice")).toBe(parseEther("0.0015"));
  });

  it("ends at the limit", async () => {
    const space = await contracts.createSpace({ maxSupply: 2n });
    const join = ["space", "joinSpace", [newAccount().address]] as const;
    await space.write(payer, ...join);
    expect(await space.revertOf(payer, ...join)).toMatchObject({ raw: "0x7efcdb49" });
    expect(await space.revertOf(spaceOwner, "space", "setMembershipLimit", [1n])).toMatchObject({
      name: "Membership__InvalidMaxSupply",
    });
    await space.write(spaceOwner, "space", "setMembershipLimit", [3n]);
    await space.write(payer, ...join);
    expect(await space.read("space", "totalSupply")).toBe(3n);
  });

  it("is refused to nobody's address", async () => {
    const zero = `0x${"00".repeat(20)}`;
    expect(await contracts.callsAt().revertOf(payer, "space", "joinSpace", [zero])).toMatchObject({
      raw: "0x5fbd5717",
    });
  });

  it("of a rejected account issues nothing and says so", async () => {
    const space = await contracts.createSpace();
    const member = newAccount();
    await space.write(spaceOwner, "space", "setRejected", [member.address, true]);
    const { logs, status } = await space.write(payer, "space", "joinSpace", [member.address], 5n);
    expect(status).toBe("success");
    expect(spaceEvents(logs)).toEqual([{ eventName: "MembershipTokenRejected", args: { recipient: member.address } }]);
    expect(await space.read("space", "totalSupply")).toBe(1n);
    expect(await contracts.balanceOf(member.address)).toBe(5n);
  });

  it("has its other two forms, and a referral by oneself is none", async () => {
    const space = await contracts.createSpace();
    const { address } = newAccount();
    await space.write(payer, "space", "joinSpace", [0, encodeAbiParameters([{ type: "address" }], [address])]);
    const referral = { partner: address, userReferral: stranger.address, referralCode: "" };
    await space.write(payer, "space", "joinSpaceWithReferral", [address, referral]);
    expect(await space.read("space", "tokensOfOwner", [address])).toEqual([1n, 2n]);
    const own = { ...referral, userReferral: address };
    expect(await space.revertOf(payer, "space", "joinSpaceWithReferral", [address, own])).toMatchObject({
      name: "Membership__InvalidAddress",
    });
  });
});

describe("renewing", () => {
  it("adds a duration to the end, at the first price or a lower one, and gives the rest back to the payer", async () => {
    const price = parseEther("0.02");
    const space = await contracts.createSpace({ price, duration: 100n });
    const member = newAccount();
    await space.write(payer, "space", "joinSpace", [member.address], parseEther("1"));
    const end = await space.read<bigint>("space", "expiresAt", [1n]);
    const due = price + price / 10n;
    await space.write(spaceOwner, "space", "setMembershipPrice", [price * 2n]);
    expect(await space.read("space", "getMembershipRenewalPrice", [1n])).toBe(due);
    const renew = ["space", "renewMembership", [1n]] as const;
    expect(await space.revertOf(payer, ...renew, due - 1n)).toMatchObject({ raw: "0x34a7a93d" });
    const held = await contracts.balanceOf(payer.address);
    const { gasUsed, effectiveGasPrice } = await space.write(payer, ...renew, due + parseEther("1"));
    expect(held - (await contracts.balanceOf(payer.address))).toBe(due + gasUsed * effectiveGasPrice);
    expect(await space.read("space", "expiresAt", [1n])).toBe(end + 100n);
    await space.write(spaceOwner, "space", "setMembershipPrice", [0n]);
    expect(await space.read("space", "getMembershipRenewalPrice", [1n])).toBe(0n);
    await space.write(payer, ...renew);
    expect(await space.read("space", "expiresAt", [1n])).toBe(end + 200n);
  });

  it("needs a token, and a duration that the platform allows", async () => {
    const space = await contracts.createSpace();
    expect(await space.revertOf(payer, "space", "renewMembership", [9n])).toMatchObject({ raw: "0x5fbd5717" });
    for (const duration of [0n, YEAR + 1n])
      expect(await space.revertOf(spaceOwner, "space", "setMembershipDuration", [duration])).toMatchObject({
        name: "Membership__InvalidDuration",
      });
  });
});

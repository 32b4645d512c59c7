import {
  encodeAbiParameters,
  encodeFunctionData,
  getContractAddress,
  type Hex,
  type LocalAccount,
  parseEther,
  parseEventLogs,
} from "viem";
import { mnemonicToAccount, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sandboxSpace, spaceAbi, spaceFactoryAbi } from "../../core/abi/space.ts";
import { sandboxAccount } from "../accounts.ts";
import { type Chain, SANDBOX_MNEMONIC, startChain } from "../chain.ts";
import { artifact } from "../contracts.ts";
import { callsOf } from "../testing/contracts.ts";
import { deploySpace } from "./deploy.ts";

const abis = { Space: artifact("Space").abi, Factory: artifact("SpaceFactory").abi };
const owner = sandboxAccount("spaceOwner");
const platform = sandboxAccount("owner");
const payer = mnemonicToAccount(SANDBOX_MNEMONIC);
const stranger = privateKeyToAccount(`0x${"5a".repeat(32)}`);
const YEAR = 365n * 86_400n;

let chain: Chain;
beforeAll(async () => {
  chain = await startChain({ port: 0, blockTime: 3600 });
  await deploySpace(chain);
}, 30_000);
afterAll(() => chain?.stop());

const callsAt = (space: Hex = sandboxSpace.space) =>
  callsOf(chain, {
    space: { address: space, abi: abis.Space },
    factory: { address: sandboxSpace.factory, abi: abis.Factory },
    fixed: { address: sandboxSpace.fixedPricing, abi: artifact("FixedPricing").abi },
    tiered: { address: sandboxSpace.tieredPricing, abi: artifact("TieredLogPricing").abi },
  });
const balanceOf = async (address: Hex) => BigInt(await chain.rpc<Hex>("eth_getBalance", [address, "latest"]));

let members = 0;
const newMember = (): LocalAccount => mnemonicToAccount(SANDBOX_MNEMONIC, { accountIndex: 5, addressIndex: members++ });

/** A space of its own, of the owner. */
async function createSpace(given: Record<string, unknown> = {}) {
  const info = {
    name: "Test",
    symbol: "TEST",
    price: 0n,
    maxSupply: 0n,
    duration: 0n,
    freeAllocation: 0n,
    pricingModule: sandboxSpace.fixedPricing,
    ...given,
  };
  const { logs } = await callsAt().write(owner, "factory", "createSpace", [info]);
  const [created] = parseEventLogs({ abi: spaceFactoryAbi, logs, eventName: "SpaceCreated" });
  if (!created) throw new Error("no SpaceCreated");
  return { address: created.args.space, ...callsAt(created.args.space) };
}

const eventsOf = (logs: Parameters<typeof parseEventLogs>[0]["logs"]) =>
  parseEventLogs({ abi: spaceAbi, logs }).map(({ eventName, args }) => ({ eventName, args }));

describe("the deployed space", () => {
  it("is where clients look for it, and deployed once", async () => {
    const from = owner.address;
    expect(sandboxSpace.fixedPricing).toBe(getContractAddress({ from, nonce: 0n }));
    expect(sandboxSpace.tieredPricing).toBe(getContractAddress({ from, nonce: 1n }));
    expect(sandboxSpace.factory).toBe(getContractAddress({ from, nonce: 2n }));
    expect(sandboxSpace.space).toBe(getContractAddress({ from: sandboxSpace.factory, nonce: 1n }));
    await deploySpace(chain);
    expect(Number(await chain.rpc("eth_getTransactionCount", [from, "latest"]))).toBe(4);
  });

  it("has its owner as the member with token 0, for ever, and its terms", async () => {
    const { read } = callsAt();
    expect(await read("space", "ownerOf", [0n])).toBe(owner.address);
    expect(await read("space", "tokensOfOwner", [owner.address])).toEqual([0n]);
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
    const { write, read } = callsAt();
    const member = newMember();
    const { logs, blockNumber } = await write(payer, "space", "joinSpace", [member.address]);
    const { timestamp } = await chain.rpc<{ timestamp: Hex }>("eth_getBlockByNumber", [
      `0x${blockNumber.toString(16)}`,
      false,
    ]);
    const expiration = BigInt(timestamp) + YEAR;
    const zero = `0x${"00".repeat(20)}`;
    expect(eventsOf(logs)).toEqual([
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
    const space = await createSpace({ price });
    const due = price + price / 10n;
    expect(await space.read("space", "getMembershipPrice")).toBe(due);
    expect(await space.read("space", "getProtocolFee")).toBe(price / 10n);
    const member = newMember();
    const join = ["space", "joinSpace", [member.address]] as const;
    expect(await space.revertOf(payer, ...join, due - 1n)).toMatchObject({ raw: "0xb1296a8a" });
    const before = await balanceOf(platform.address);
    const { logs } = await space.write(payer, ...join, due + 7n);
    expect(eventsOf(logs).at(-1)).toMatchObject({
      eventName: "MembershipPaid",
      args: { price, protocolFee: price / 10n },
    });
    expect((await balanceOf(platform.address)) - before).toBe(price / 10n);
    expect(await space.read("space", "revenue")).toBe(price);
    expect(await balanceOf(member.address)).toBe(7n);
  });

  it("costs at least 0.0005 ETH on top of the price", async () => {
    const space = await createSpace({ price: parseEther("0.001") });
    expect(await space.read("space", "getMembershipPrice")).toBe(parseEther("0.0015"));
  });

  it("ends at the limit", async () => {
    const space = await createSpace({ maxSupply: 2n });
    const join = ["space", "joinSpace", [newMember().address]] as const;
    await space.write(payer, ...join);
    expect(await space.revertOf(payer, ...join)).toMatchObject({ raw: "0x7efcdb49" });
    expect(await space.revertOf(owner, "space", "setMembershipLimit", [1n])).toMatchObject({
      name: "Membership__InvalidMaxSupply",
    });
    await space.write(owner, "space", "setMembershipLimit", [3n]);
    await space.write(payer, ...join);
    expect(await space.read("space", "totalSupply")).toBe(3n);
  });

  it("is refused to nobody's address", async () => {
    const zero = `0x${"00".repeat(20)}`;
    expect(await callsAt().revertOf(payer, "space", "joinSpace", [zero])).toMatchObject({ raw: "0x5fbd5717" });
  });

  it("of a rejected account issues nothing and says so", async () => {
    const space = await createSpace();
    const member = newMember();
    await space.write(owner, "space", "setRejected", [member.address, true]);
    const { logs, status } = await space.write(payer, "space", "joinSpace", [member.address], 5n);
    expect(status).toBe("success");
    expect(eventsOf(logs)).toEqual([{ eventName: "MembershipTokenRejected", args: { recipient: member.address } }]);
    expect(await space.read("space", "totalSupply")).toBe(1n);
    expect(await balanceOf(member.address)).toBe(5n);
  });

  it("has its other two forms, and a referral by oneself is none", async () => {
    const space = await createSpace();
    const { address } = newMember();
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
    const space = await createSpace({ price, duration: 100n });
    const member = newMember();
    await space.write(payer, "space", "joinSpace", [member.address], parseEther("1"));
    const end = await space.read<bigint>("space", "expiresAt", [1n]);
    const due = price + price / 10n;
    await space.write(owner, "space", "setMembershipPrice", [price * 2n]);
    expect(await space.read("space", "getMembershipRenewalPrice", [1n])).toBe(due);
    const renew = ["space", "renewMembership", [1n]] as const;
    expect(await space.revertOf(payer, ...renew, due - 1n)).toMatchObject({ raw: "0x34a7a93d" });
    const held = await balanceOf(payer.address);
    const { gasUsed, effectiveGasPrice } = await space.write(payer, ...renew, due + parseEther("1"));
    expect(held - (await balanceOf(payer.address))).toBe(due + gasUsed * effectiveGasPrice);
    expect(await space.read("space", "expiresAt", [1n])).toBe(end + 100n);
    await space.write(owner, "space", "setMembershipPrice", [0n]);
    expect(await space.read("space", "getMembershipRenewalPrice", [1n])).toBe(0n);
    await space.write(payer, ...renew);
    expect(await space.read("space", "expiresAt", [1n])).toBe(end + 200n);
  });

  it("needs a token, and a duration that the platform allows", async () => {
    const space = await createSpace();
    expect(await space.revertOf(payer, "space", "renewMembership", [9n])).toMatchObject({ raw: "0x5fbd5717" });
    for (const duration of [0n, YEAR + 1n])
      expect(await space.revertOf(owner, "space", "setMembershipDuration", [duration])).toMatchObject({
        name: "Membership__InvalidDuration",
      });
  });
});

describe("the price", () => {
  it.each([
    [0, 100],
    [1, 100],
    [10, 150],
    [40, 180],
    [100, 200],
    [101, 700],
    [500, 907],
    [1_000, 1_000],
    [1_001, 7_600],
    [10_000, 9_800],
    [10_001, 10_000],
  ])("of tiers after %i memberships is %i cents", async (minted, cents) => {
    const { read } = callsAt();
    expect(await read("tiered", "priceInCents", [BigInt(minted)])).toBe(BigInt(cents));
    const wei = (10n ** 18n / (await read<bigint>("tiered", "ethPriceCents"))) * BigInt(cents);
    expect(await read("tiered", "getPrice", [1_000n, BigInt(minted)])).toBe(wei);
  });

  it("of tiers follows that of ETH and nobody's wish; while memberships are free it is told all the same", async () => {
    const { write, read, revertOf } = callsAt();
    await write(payer, "tiered", "setEthPriceCents", [100_000n]);
    const price = 10n ** 15n; // a dollar
    expect(await read("tiered", "getPrice", [0n, 0n])).toBe(price);
    expect(await read<bigint>("space", "getMembershipPrice")).toBeGreaterThanOrEqual(price + parseEther("0.0005"));
    expect(await revertOf(owner, "space", "setMembershipPrice", [1n])).toMatchObject({ name: "Error" });
    expect(await revertOf(payer, "tiered", "setEthPriceCents", [0n])).toMatchObject({ name: "EthPriceIsZero" });
  });

  it("and the terms are the owner's to set", async () => {
    const space = await createSpace();
    for (const [name, args] of [
      ["setMembershipPrice", [1n]],
      ["setMembershipLimit", [1n]],
      ["setMembershipFreeAllocation", [1n]],
      ["setMembershipDuration", [1n]],
      ["setRejected", [stranger.address, true]],
    ] as const)
      expect(await space.revertOf(stranger, "space", name, args)).toMatchObject({ name: "Ownable__NotOwner" });
    expect(await space.revertOf(owner, "space", "setMembershipFreeAllocation", [1_001n])).toMatchObject({
      name: "Membership__InvalidFreeAllocation",
    });
    await space.write(owner, "space", "setMembershipPrice", [parseEther("0.1")]);
    await space.write(owner, "space", "setMembershipFreeAllocation", [2n]);
    await space.write(payer, "space", "joinSpace", [newMember().address]); // the second, and the last free one
    expect(await space.revertOf(payer, "space", "joinSpace", [newMember().address], parseEther("0.1"))).toMatchObject({
      name: "Membership__InsufficientPayment",
    });
  });
});

describe("a token", () => {
  it("is handed on by its holder only", async () => {
    const space = await createSpace();
    const [from, to] = [newMember(), newMember()];
    await space.fund(from);
    await space.write(payer, "space", "joinSpace", [from.address]);
    const hand = ["space", "transferFrom", [from.address, to.address, 1n]] as const;
    expect(await space.revertOf(stranger, ...hand)).toMatchObject({ name: "TransferCallerNotOwnerNorApproved" });
    await space.write(from, ...hand);
    expect(await space.read("space", "tokensOfOwner", [from.address])).toEqual([]);
    expect(await space.read("space", "tokensOfOwner", [to.address])).toEqual([1n]);
    expect(await space.revertOf(from, ...hand)).toMatchObject({ name: "TransferFromIncorrectOwner" });
    expect(await space.revertOf(from, "space", "ownerOf", [7n])).toMatchObject({
      name: "OwnerQueryForNonexistentToken",
    });
  });

  it("costs more gas to find the later it was issued", async () => {
    const space = await createSpace();
    const gasOf = async (account: Hex) => {
      const data = encodeFunctionData({ abi: spaceAbi, functionName: "tokensOfOwner", args: [account] });
      return Number(await chain.rpc<Hex>("eth_estimateGas", [{ to: space.address, data }]));
    };
    const last = newMember().address;
    for (let i = 0; i < 9; i++) await space.write(payer, "space", "joinSpace", [newMember().address]);
    await space.write(payer, "space", "joinSpace", [last]);
    expect((await gasOf(last)) - (await gasOf(owner.address))).toBeGreaterThan(9 * 2_100); // a cold slot for each token passed
  });

  it("is read with others in one call, all or none", async () => {
    const { read, revertOf } = callsAt();
    const of = (functionName: "totalSupply" | "owner") => encodeFunctionData({ abi: spaceAbi, functionName });
    const results = await read<Hex[]>("space", "multicall", [[of("totalSupply"), of("owner")]]);
    expect(BigInt(results[1] ?? "0x0")).toBe(BigInt(owner.address));
    const missing = encodeFunctionData({ abi: spaceAbi, functionName: "ownerOf", args: [999n] });
    expect(await revertOf(payer, "space", "multicall", [[of("owner"), missing]])).toMatchObject({
      name: "OwnerQueryForNonexistentToken",
    });
  });
});

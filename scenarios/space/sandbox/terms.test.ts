import { encodeFunctionData, type Hex, parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spaceAbi } from "../abi/generated.ts";
import { newAccount, payer, type SpaceContracts, spaceOwner, startSpaceContracts } from "./testing/contracts.ts";

const stranger = privateKeyToAccount(`0x${"5a".repeat(32)}`);

let contracts: SpaceContracts;
beforeAll(async () => {
  contracts = await startSpaceContracts();
}, 30_000);
afterAll(() => contracts?.chain.stop());

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
    const { read } = contracts.callsAt();
    expect(await read("tiered", "priceInCents", [BigInt(minted)])).toBe(BigInt(cents));
    const wei = (10n ** 18n / (await read<bigint>("tiered", "ethPriceCents"))) * BigInt(cents);
    expect(await read("tiered", "getPrice", [1_000n, BigInt(minted)])).toBe(wei);
  });

  it("of tiers follows that of ETH and nobody's wish; while memberships are free it is told all the same", async () => {
    const { write, read, revertOf } = contracts.callsAt();
    await write(payer, "tiered", "setEthPriceCents", [100_000n]);
    const price = 10n ** 15n; // a dollar
    expect(await read("tiered", "getPrice", [0n, 0n])).toBe(price);
    expect(await read<bigint>("space", "getMembershipPrice")).toBeGreaterThanOrEqual(price + parseEther("0.0005"));
    expect(await revertOf(spaceOwner, "space", "setMembershipPrice", [1n])).toMatchObject({ name: "Error" });
    expect(await revertOf(payer, "tiered", "setEthPriceCents", [0n])).toMatchObject({ name: "EthPriceIsZero" });
  });

  it("and the terms are the owner's to set", async () => {
    const space = await contracts.createSpace();
    for (const [name, args] of [
      ["setMembershipPrice", [1n]],
      ["setMembershipLimit", [1n]],
      ["setMembershipFreeAllocation", [1n]],
      ["setMembershipDuration", [1n]],
      ["setRejected", [stranger.address, true]],
    ] as const)
      expect(await space.revertOf(stranger, "space", name, args)).toMatchObject({ name: "Ownable__NotOwner" });
    expect(await space.revertOf(spaceOwner, "space", "setMembershipFreeAllocation", [1_001n])).toMatchObject({
      name: "Membership__InvalidFreeAllocation",
    });
    await space.write(spaceOwner, "space", "setMembershipPrice", [parseEther("0.1")]);
    await space.write(spaceOwner, "space", "setMembershipFreeAllocation", [2n]);
    await space.write(payer, "space", "joinSpace", [newAccount().address]); // the second, and the last free one
    expect(await space.revertOf(payer, "space", "joinSpace", [newAccount().address], parseEther("0.1"))).toMatchObject({
      name: "Membership__InsufficientPayment",
    });
  });
});

describe("a token", () => {
  it("is handed on by its holder only", async () => {
    const space = await contracts.createSpace();
    const [from, to] = [newAccount(), newAccount()];
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
    const space = await contracts.createSpace();
    const gasOf = async (account: Hex) => {
      const data = encodeFunctionData({ abi: spaceAbi, functionName: "tokensOfOwner", args: [account] });
      return Number(await contracts.chain.rpc<Hex>("eth_estimateGas", [{ to: space.address, data }]));
    };
    const last = newAccount().address;
    for (let i = 0; i < 9; i++) await space.write(payer, "space", "joinSpace", [newAccount().address]);
    await space.write(payer, "space", "joinSpace", [last]);
    expect((await gasOf(last)) - (await gasOf(spaceOwner.address))).toBeGreaterThan(9 * 2_100); // a cold slot for each token passed
  });

  it("is read with others in one call, all or none", async () => {
    const { read, revertOf } = contracts.callsAt();
    const of = (functionName: "totalSupply" | "owner") => encodeFunctionData({ abi: spaceAbi, functionName });
    const results = await read<Hex[]>("space", "multicall", [[of("totalSupply"), of("owner")]]);
    expect(BigInt(results[1] ?? "0x0")).toBe(BigInt(spaceOwner.address));
    const missing = encodeFunctionData({ abi: spaceAbi, functionName: "ownerOf", args: [999n] });
    expect(await revertOf(payer, "space", "multicall", [[of("owner"), missing]])).toMatchObject({
      name: "OwnerQueryForNonexistentToken",
    });
  });
});

import { encodeFunctionData, type Hex, keccak256, type LocalAccount, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canonicalMulticall, vanaMulticall } from "../../../src/core/abi/addresses.ts";
import { serversDomain, typedDataTypes } from "../abi/typed-data.ts";
import { appAccount, relayerAccount } from "./accounts.ts";
import { compiled, eventNames, newcomer, startTestContracts, type TestContracts } from "./testing/contracts.ts";

const relayer = relayerAccount();
const app = appAccount();

let contracts: TestContracts;
beforeAll(async () => {
  contracts = await startTestContracts();
}, 30_000);
afterAll(() => contracts?.chain.stop());

const account = (label: string) => privateKeyToAccount(keccak256(toHex(label)));

describe("DataPortabilityServers", () => {
  const domain = serversDomain(14800);
  const addServer = (user: LocalAccount, message: ReturnType<typeof input>) =>
    user.signTypedData({ domain, types: typedDataTypes.AddServer, primaryType: "AddServer", message });
  const input = (server: LocalAccount, nonce: bigint) => ({
    nonce,
    serverAddress: server.address,
    publicKey: server.publicKey,
    serverUrl: "http://server.test",
  });

  it("registers, trusts, untrusts and trusts again by signature", async () => {
    const { user, server } = newcomer();
    const add = input(server, 0n);
    const registered = await contracts.write(relayer, "servers", "addAndTrustServerWithSignature", [
      add,
      await addServer(user, add),
    ]);
    expect(eventNames(registered)).toEqual(["ServerRegistered", "ServerTrusted"]);
    const serverId = await contracts.read<bigint>("servers", "serverAddressToId", [server.address]);
    expect(await contracts.read("servers", "userServers", [user.address, serverId])).toMatchObject({
      id: serverId,
      owner: user.address,
      startBlock: registered.blockNumber,
      endBlock: 2n ** 256n - 1n,
    });

    const untrust = { nonce: 1n, serverId };
    const types = typedDataTypes.UntrustServer;
    const signature = await user.signTypedData({ domain, types, primaryType: "UntrustServer", message: untrust });
    const untrusted = await contracts.write(relayer, "servers", "untrustServerWithSignature", [untrust, signature]);
    expect(eventNames(untrusted)).toEqual(["ServerUntrusted"]);
    expect(await contracts.read("servers", "users", [user.address])).toEqual([2n, []]);

    const trust = { nonce: 2n, serverId };
    const again = await user.signTypedData({
      domain,
      types: typedDataTypes.TrustServer,
      primaryType: "TrustServer",
      message: trust,
    });
    expect(eventNames(await contracts.write(relayer, "servers", "trustServerWithSignature", [trust, again]))).toEqual([
      "ServerTrusted",
    ]);
    expect(await contracts.read("servers", "userServerIdsValues", [user.address])).toEqual([serverId]);
    expect(await contracts.read("servers", "userServerValues", [user.address])).toMatchObject([{ id: serverId }]);
  });

  it("refuses wrong nonces, doubles and other URLs", async () => {
    const { user, server } = newcomer();
    const early = input(server, 5n);
    expect(
      await contracts.revertOf(relayer, "servers", "addServerWithSignature", [early, await addServer(user, early)]),
    ).toMatchObject({ name: "InvalidNonce", args: [0n, 5n] });
    const first = input(server, 0n);
    await contracts.write(relayer, "servers", "addServerWithSignature", [first, await addServer(user, first)]);
    const twice = input(server, 1n);
    expect(
      await contracts.revertOf(relayer, "servers", "addServerWithSignature", [twice, await addServer(user, twice)]),
    ).toMatchObject({ name: "ServerAlreadyRegistered" });
    const moved = { ...twice, serverUrl: "http://elsewhere.test" };
    expect(
      await contracts.revertOf(relayer, "servers", "addAndTrustServerWithSignature", [
        moved,
        await addServer(user, moved),
      ]),
    ).toMatchObject({ name: "ServerUrlMismatch", args: ["http://server.test", "http://elsewhere.test"] });
  });

  it("keeps to the order of trust when users call it themselves", async () => {
    const { user, server } = newcomer();
    await contracts.fund(user);
    expect(await contracts.revertOf(user, "servers", "trustServer", [999n])).toMatchObject({ name: "ServerNotFound" });
    const add = input(server, 0n);
    await contracts.write(relayer, "servers", "addServerWithSignature", [add, await addServer(user, add)]);
    const id = await contracts.read<bigint>("servers", "serverAddressToId", [server.address]);
    expect(await contracts.revertOf(user, "servers", "untrustServer", [id])).toMatchObject({
      name: "ServerNotTrusted",
    });
    await contracts.write(user, "servers", "trustServer", [id]);
    expect(await contracts.revertOf(user, "servers", "trustServer", [id])).toMatchObject({
      name: "ServerAlreadyTrusted",
    });
    await contracts.write(user, "servers", "untrustServer", [id]);
    expect(await contracts.revertOf(user, "servers", "untrustServer", [id])).toMatchObject({
      name: "ServerAlreadyUntrusted",
    });
    expect(await contracts.revertOf(app, "servers", "updateServer", [id, "http://new.test"])).toMatchObject({
      name: "NotServerOwner",
      args: [user.address, app.address],
    });
    await contracts.write(user, "servers", "updateServer", [id, "http://new.test"]);
    expect(await contracts.read("servers", "serverByAddress", [server.address])).toMatchObject({
      url: "http://new.test",
    });
  });
});

describe("DataPortabilityGrantees", () => {
  it("registers whoever asks, once", async () => {
    const { address, publicKey } = account("grantee");
    const receipt = await contracts.write(relayer, "grantees", "registerGrantee", [address, address, publicKey]);
    expect(eventNames(receipt)).toEqual(["GranteeRegistered"]);
    const id = await contracts.read<bigint>("grantees", "granteeAddressToId", [address]);
    expect(await contracts.read("grantees", "granteeByAddress", [address])).toEqual(
      await contracts.read("grantees", "granteeInfo", [id]),
    );
    const refusal = (args: unknown[]) => contracts.revertOf(relayer, "grantees", "registerGrantee", args);
    expect(await refusal([address, address, publicKey])).toMatchObject({ name: "GranteeAlreadyRegistered" });
    expect(await refusal([address, account("another").address, ""])).toMatchObject({ name: "EmptyPublicKey" });
    expect(await refusal([address, `0x${"00".repeat(20)}`, publicKey])).toMatchObject({ name: "ZeroAddress" });
  });
});

describe("DataRegistry", () => {
  it("lets anybody add a file for anybody, but an address only once", async () => {
    const { address } = account("file owner");
    const add = ["https://files.test/registry", address, [{ account: app.address, key: "k" }], 0n];
    const receipt = await contracts.write(relayer, "registry", "addFileWithPermissionsAndSchema", add);
    expect(eventNames(receipt)).toEqual(["FileAdded", "FileAddedV2", "PermissionGranted"]);
    expect(await contracts.revertOf(relayer, "registry", "addFile", [add[0]])).toMatchObject({
      name: "FileUrlAlreadyUsed",
    });
  });

  it("lets only the owner share a file", async () => {
    await contracts.write(relayer, "registry", "addFile", ["https://files.test/own"]);
    const id = await contracts.read<bigint>("registry", "fileIdByUrl", ["https://files.test/own"]);
    const share = [id, app.address, "the key"];
    expect(await contracts.revertOf(app, "registry", "addFilePermission", share)).toMatchObject({
      name: "NotFileOwner",
      args: [],
    });
    await contracts.write(relayer, "registry", "addFilePermission", share);
    expect(await contracts.read("registry", "filePermissions", [id, app.address])).toBe("the key");
  });
});

describe("Multicall3", () => {
  const someone = account("payee").address;
  const call = (functionName: string, args: readonly unknown[] = []): Hex =>
    encodeFunctionData({ abi: compiled.multicall, functionName, args });
  const balanceOf = async (address: string) =>
    BigInt(await contracts.chain.rpc<Hex>("eth_getBalance", [address, "latest"]));
  const self = vanaMulticall;
  const failing: Hex = "0x12345678"; // no such function

  it("is at Vana's address and at everybody else's", async () => {
    const codeAt = (address: string) => contracts.chain.rpc<Hex>("eth_getCode", [address, "latest"]);
    expect(await codeAt(self)).toBe(await codeAt(canonicalMulticall));
    expect((await codeAt(self)).length).toBeGreaterThan(1000);
  });

  it("has the selectors that clients know", () => {
    expect([call("aggregate3", [[]]), call("aggregate3Value", [[]])].map((data) => data.slice(0, 10))).toEqual([
      "0x82ad56cb",
      "0x174dea71",
    ]);
    expect(
      [call("tryAggregate", [true, []]), call("getEthBalance", [someone])].map((data) => data.slice(0, 10)),
    ).toEqual(["0xbce38bd7", "0x4d2301cc"]);
  });

  it("answers each call on its own, and fails as a whole only when told to", async () => {
    const calls = (allowFailure: boolean) => [
      { target: self, allowFailure, callData: call("getChainId") },
      { target: self, allowFailure, callData: failing },
    ];
    expect(await contracts.read("multicall", "aggregate3", [calls(true)])).toEqual([
      { success: true, returnData: toHex(14800, { size: 32 }) },
      { success: false, returnData: "0x" },
    ]);
    expect(await contracts.revertOf(relayer, "multicall", "aggregate3", [calls(false)])).toMatchObject({
      name: "Error",
      args: ["Multicall3: call failed"],
    });
    const plain = calls(true).map(({ target, callData }) => ({ target, callData }));
    expect(await contracts.read("multicall", "tryAggregate", [false, plain])).toHaveLength(2);
    expect(await contracts.revertOf(relayer, "multicall", "tryAggregate", [true, plain])).toMatchObject({
      name: "Error",
      args: ["Multicall3: call failed"],
    });
  });

  it("pays many at once, exactly what was sent", async () => {
    const pay = (values: bigint[]) =>
      values.map((value, i) => ({ target: account(`payee ${i}`).address, allowFailure: false, value, callData: "0x" }));
    const wrong = { to: self, value: toHex(5n), from: relayer.address, data: call("aggregate3Value", [pay([1n, 2n])]) };
    await expect(contracts.chain.rpc("eth_call", [wrong, "latest"])).rejects.toThrow("Multicall3: value mismatch");

    const raw = await relayer.signTransaction({
      to: self,
      value: 3n,
      data: call("aggregate3Value", [pay([1n, 2n])]),
      gas: 500_000n,
      nonce: Number(await contracts.chain.rpc("eth_getTransactionCount", [relayer.address, "latest"])),
      chainId: 14800,
      maxFeePerGas: 10n ** 11n,
      maxPriorityFeePerGas: 1n,
      type: "eip1559",
    });
    await contracts.chain.rpc("eth_sendRawTransaction", [raw]);
    await contracts.chain.rpc("anvil_mine", ["0x1"]);
    expect([await balanceOf(account("payee 0").address), await balanceOf(account("payee 1").address)]).toEqual([
      1n,
      2n,
    ]);
    expect(await balanceOf(self)).toBe(0n);
    expect(await contracts.read("multicall", "getEthBalance", [account("payee 1").address])).toBe(2n);
  });
});

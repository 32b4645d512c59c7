import { type LocalAccount, toHex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addresses } from "../abi/addresses.ts";
import { permissionsDomain, typedDataTypes } from "../abi/typed-data.ts";
import { appAccount, relayerAccount } from "./accounts.ts";
import {
  eventNames,
  newcomer,
  type PortabilityMessage,
  permissionAdded,
  signPortability,
  startTestContracts,
  type TestContracts,
} from "./testing/contracts.ts";

const MAX = 2n ** 256n - 1n;
const relayer = relayerAccount();
const app = appAccount();

let contracts: TestContracts;
beforeAll(async () => {
  contracts = await startTestContracts();
}, 30_000);
afterAll(() => contracts?.chain.stop());

const submit = async (user: LocalAccount, message: PortabilityMessage) =>
  contracts.write(relayer, "permissions", "addServerFilesAndPermissions", [
    message,
    await signPortability(user, message),
  ]);
const refusal = async (user: LocalAccount, message: PortabilityMessage) =>
  contracts.revertOf(relayer, "permissions", "addServerFilesAndPermissions", [
    message,
    await signPortability(user, message),
  ]);
describe("addServerFilesAndPermissions", () => {
  it("does all of it for a new user, with the real events in the real order", async () => {
    const { user, server, message } = newcomer();
    const receipt = await submit(user, message);
    expect(receipt.status).toBe("success");
    expect(eventNames(receipt)).toEqual([
      "ServerRegistered",
      "ServerTrusted",
      "FileAdded",
      "FileAddedV2",
      "PermissionGranted",
      "PermissionAdded",
    ]);
    expect(receipt.logs.map((log) => log.address.toLowerCase())).toEqual(
      ["servers", "servers", "registry", "registry", "registry", "permissions"].map((key) =>
        addresses[key as keyof typeof addresses].toLowerCase(),
      ),
    );
    expect(receipt.logs.at(-1)?.topics[0]).toBe("0x2cff87230608e71ec991ee7212c0cc861c08b275ecc30716cdc7681cc0fdc288");

    const { permissionId, fileIds, ...who } = permissionAdded(receipt);
    expect(who).toMatchObject({ user: user.address, granteeId: 1n, grant: message.grant });
    const [fileId] = fileIds;
    expect(await contracts.read("permissions", "permissions", [permissionId])).toEqual({
      id: permissionId,
      grantor: user.address,
      nonce: 0n,
      granteeId: 1n,
      grant: message.grant,
      startBlock: receipt.blockNumber,
      endBlock: MAX,
      fileIds: [fileId],
    });
    expect(await contracts.read("registry", "files", [fileId])).toEqual({
      id: fileId,
      ownerAddress: user.address,
      url: message.fileUrls[0],
      schemaId: 0n,
      addedAtBlock: receipt.blockNumber,
    });
    expect(await contracts.read("registry", "fileIdByUrl", [message.fileUrls[0]])).toBe(fileId);
    expect(await contracts.read("registry", "filePermissions", [fileId, server.address])).toBe("ab".repeat(257));
    expect(await contracts.read("registry", "filePermissions", [fileId, relayer.address])).toBe("");
    const serverId = await contracts.read<bigint>("servers", "serverAddressToId", [server.address]);
    expect(await contracts.read("servers", "servers", [serverId])).toEqual({
      id: serverId,
      owner: user.address,
      serverAddress: server.address,
      publicKey: server.publicKey,
      url: message.serverUrl,
    });
    expect(await contracts.read("servers", "users", [user.address])).toEqual([0n, [serverId]]);
    expect(await contracts.read("permissions", "users", [user.address])).toEqual([1n, [permissionId]]);
    expect(await contracts.read("permissions", "filePermissionIds", [fileId])).toEqual([permissionId]);
    const { permissionIds } = await contracts.read<{ permissionIds: bigint[] }>("grantees", "grantees", [1n]);
    expect(permissionIds).toContain(permissionId);
  });

  it("takes a user again: the server is known, a known file only gets the key", async () => {
    const { user, message } = newcomer();
    const first = permissionAdded(await submit(user, message));
    const again = await submit(user, { ...message, nonce: 1n });
    expect(eventNames(again)).toEqual(["PermissionGranted", "PermissionAdded"]);
    expect(permissionAdded(again).fileIds).toEqual(first.fileIds);
    const next = await submit(user, { ...message, nonce: 2n, fileUrls: ["https://files.test/another"] });
    expect(eventNames(next)).toEqual(["FileAdded", "FileAddedV2", "PermissionGranted", "PermissionAdded"]);
    expect(await contracts.read("permissions", "userNonce", [user.address])).toBe(3n);
  });

  it("trusts for a second user the server that a first one registered", async () => {
    const { user, message } = newcomer();
    await submit(user, message);
    const other = newcomer();
    const receipt = await submit(other.user, {
      ...other.message,
      serverAddress: message.serverAddress,
      serverPublicKey: message.serverPublicKey,
    });
    expect(eventNames(receipt)[0]).toBe("ServerTrusted");
  });

  it("accepts several files and files shared with nobody", async () => {
    const { user, message } = newcomer();
    const fileUrls = ["https://files.test/several/1", "https://files.test/several/2"];
    const keys = message.filePermissions[0] ?? [];
    const receipt = await submit(user, { ...message, fileUrls, schemaIds: [0n, 0n], filePermissions: [[], keys] });
    expect(permissionAdded(receipt).fileIds).toHaveLength(2);
  });

  it("says which nonce it expects", async () => {
    const { user, message } = newcomer();
    expect(await refusal(user, { ...message, nonce: 3n })).toMatchObject({
      name: "InvalidNonce",
      args: [0n, 3n],
      raw: `0x06427aeb${"0".repeat(64)}${"0".repeat(63)}3`,
    });
    await submit(user, message);
    expect(await refusal(user, message)).toMatchObject({ name: "InvalidNonce", args: [1n, 0n] });
  });

  it("refuses a used nonce on the chain too, and keeps nothing of the call", async () => {
    const { user, message } = newcomer();
    const receipt = await submit(user, { ...message, nonce: 1n });
    expect(receipt).toMatchObject({ status: "reverted", logs: [] });
    expect(await contracts.read("registry", "fileIdByUrl", [message.fileUrls[0]])).toBe(0n);
  });

  it.each<[string, Partial<PortabilityMessage>, string, unknown[]]>([
    ["an empty grant", { grant: "" }, "EmptyGrant", []],
    ["grantee 0", { granteeId: 0n }, "GranteeNotFound", []],
    ["a grantee that is not there", { granteeId: 99n }, "GranteeNotFound", []],
    ["too many schema ids", { schemaIds: [0n, 0n] }, "InvalidSchemaIdsLength", [1n, 2n]],
    ["no keys for a file", { filePermissions: [] }, "InvalidPermissionsLength", [1n, 0n]],
    ["an empty URL", { fileUrls: [""] }, "InvalidUrl", []],
    ["a schema", { schemaIds: [5n] }, "InvalidSchemaId", [5n]],
    ["a server without a key", { serverPublicKey: "" }, "EmptyPublicKey", []],
    ["a server without a URL", { serverUrl: "" }, "EmptyUrl", []],
  ])("refuses %s", async (_, change, name, args) => {
    const { user, message } = newcomer();
    expect(await refusal(user, { ...message, ...change })).toMatchObject({ name, args });
  });

  it("refuses to share somebody else's file", async () => {
    const owner = newcomer();
    await submit(owner.user, owner.message);
    const thief = newcomer();
    expect(await refusal(thief.user, { ...thief.message, fileUrls: owner.message.fileUrls })).toMatchObject({
      name: "NotFileOwner",
      args: [owner.user.address, thief.user.address],
    });
  });

  it("refuses what is no signature", async () => {
    const { message } = newcomer();
    const call = (signature: string) =>
      contracts.revertOf(relayer, "permissions", "addServerFilesAndPermissions", [message, signature]);
    expect(await call(`0x${"11".repeat(64)}`)).toMatchObject({ name: "ECDSAInvalidSignatureLength", args: [64n] });
    expect(await call(`0x${"11".repeat(64)}05`)).toMatchObject({ name: "ECDSAInvalidSignature", raw: "0xf645eedf" });
    expect(await call(`0x${"11".repeat(32)}${"ff".repeat(32)}1b`)).toMatchObject({ name: "ECDSAInvalidSignatureS" });
  });

  it("books a wrong signature with nonce 0 to a stranger, as the real contract does", async () => {
    const { user, message } = newcomer();
    const signature = await signPortability(user, { ...message, granteeId: 2n });
    const receipt = await contracts.write(relayer, "permissions", "addServerFilesAndPermissions", [message, signature]);
    expect(receipt.status).toBe("success");
    expect(permissionAdded(receipt).user).not.toBe(user.address);
    expect(await contracts.read("permissions", "userNonce", [user.address])).toBe(0n);
  });

  it("checks the chain and the contract that a signature is for", async () => {
    const { user, message } = newcomer();
    const types = typedDataTypes.ServerFilesAndPermission;
    for (const domain of [permissionsDomain(1), permissionsDomain(14800, addresses.servers)]) {
      const signature = await user.signTypedData({ domain, types, primaryType: "ServerFilesAndPermission", message });
      const receipt = await contracts.write(relayer, "permissions", "addServerFilesAndPermissions", [
        { ...message, fileUrls: [`${message.fileUrls[0]}${domain.chainId}`] },
        signature,
      ]);
      expect(permissionAdded(receipt).user).not.toBe(user.address);
    }
    expect(await contracts.read("permissions", "eip712Domain")).toMatchObject([
      "0x0f",
      "VanaDataPortabilityPermissions",
      "1",
      14800n,
      addresses.permissions,
      toHex(0, { size: 32 }),
      [],
    ]);
  });
});

describe("addPermission", () => {
  const types = typedDataTypes.Permission;
  const domain = permissionsDomain(14800);
  const primaryType = "Permission" as const;

  it("grants on files the signer owns, and on nobody else's", async () => {
    const { user, message } = newcomer();
    const { fileIds } = permissionAdded(await submit(user, message));
    const input = { nonce: 1n, granteeId: 1n, grant: "https://files.test/second-grant", fileIds };
    const signature = await user.signTypedData({ domain, types, primaryType, message: input });
    const receipt = await contracts.write(relayer, "permissions", "addPermission", [input, signature]);
    expect(eventNames(receipt)).toEqual(["PermissionAdded"]);
    expect(permissionAdded(receipt)).toMatchObject({ user: user.address, fileIds });

    const thief = newcomer().user;
    const stolen = { ...input, nonce: 0n };
    const theft = await thief.signTypedData({ domain, types, primaryType, message: stolen });
    expect(await contracts.revertOf(relayer, "permissions", "addPermission", [stolen, theft])).toMatchObject({
      name: "NotFileOwner",
      args: [user.address, thief.address],
    });
  });
});

describe("revoking", () => {
  it("ends a permission once, and only for its grantor", async () => {
    const { user, message } = newcomer();
    const { permissionId } = permissionAdded(await submit(user, message));
    expect(await contracts.revertOf(app, "permissions", "revokePermission", [permissionId])).toMatchObject({
      name: "NotPermissionGrantor",
      args: [user.address, app.address],
    });
    await contracts.fund(user);
    const receipt = await contracts.write(user, "permissions", "revokePermission", [permissionId]);
    expect(eventNames(receipt)).toEqual(["PermissionRevoked"]);
    const { endBlock } = await contracts.read<{ endBlock: bigint }>("permissions", "permissions", [permissionId]);
    expect(endBlock).toBe(receipt.blockNumber);
    const { permissionIds } = await contracts.read<{ permissionIds: bigint[] }>("grantees", "grantees", [1n]);
    expect(permissionIds).not.toContain(permissionId);
    expect(await contracts.revertOf(user, "permissions", "revokePermission", [permissionId])).toMatchObject({
      name: "InactivePermission",
    });
  });

  it("works by signature", async () => {
    const { user, message } = newcomer();
    const { permissionId } = permissionAdded(await submit(user, message));
    const input = { nonce: 1n, permissionId };
    const signature = await user.signTypedData({
      domain: permissionsDomain(14800),
      types: typedDataTypes.RevokePermission,
      primaryType: "RevokePermission",
      message: input,
    });
    const receipt = await contracts.write(relayer, "permissions", "revokePermissionWithSignature", [input, signature]);
    expect(eventNames(receipt)).toEqual(["PermissionRevoked"]);
  });
});

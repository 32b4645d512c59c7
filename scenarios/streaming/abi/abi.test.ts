import { getAbiItem, getAddress, hashTypedData, toEventSelector, toFunctionSelector } from "viem";
import { describe, expect, it } from "vitest";
import { canonicalMulticall, vanaMulticall } from "../../../src/core/abi/addresses.ts";
import { multicallAbi } from "../../../src/core/abi/generated.ts";
import { addresses } from "./addresses.ts";
import { granteesAbi, permissionsAbi, registryAbi, serversAbi } from "./generated.ts";
import { permissionsDomain, typedDataTypes } from "./typed-data.ts";

describe("addresses", () => {
  it.each(Object.entries({ ...addresses, vanaMulticall, canonicalMulticall }))("%s is checksummed", (_, address) => {
    expect(getAddress(address)).toBe(address);
  });
});

describe("selectors and topics", () => {
  it("are those of the real contracts", () => {
    const selector = (
      name: "addServerFilesAndPermissions" | "addPermission" | "userNonce" | "permissions" | "revokePermission",
    ) => toFunctionSelector(getAbiItem({ abi: permissionsAbi, name }));
    expect(selector("addServerFilesAndPermissions")).toBe("0x270ef19a");
    expect(selector("addPermission")).toBe("0x21f3d73e");
    expect(selector("userNonce")).toBe("0x2e04b8e7");
    expect(selector("permissions")).toBe("0x58886dba");
    expect(selector("revokePermission")).toBe("0xf55e822d");
    expect(toFunctionSelector(getAbiItem({ abi: multicallAbi, name: "aggregate3" }))).toBe("0x82ad56cb");
    expect(toFunctionSelector(getAbiItem({ abi: multicallAbi, name: "aggregate3Value" }))).toBe("0x174dea71");
    const topics = [
      toEventSelector(getAbiItem({ abi: permissionsAbi, name: "PermissionAdded" })),
      toEventSelector(getAbiItem({ abi: permissionsAbi, name: "PermissionRevoked" })),
      toEventSelector(getAbiItem({ abi: serversAbi, name: "ServerRegistered" })),
      toEventSelector(getAbiItem({ abi: serversAbi, name: "ServerTrusted" })),
      toEventSelector(getAbiItem({ abi: registryAbi, name: "FileAdded" })),
      toEventSelector(getAbiItem({ abi: registryAbi, name: "FileAddedV2" })),
      toEventSelector(getAbiItem({ abi: registryAbi, name: "PermissionGranted" })),
      toEventSelector(getAbiItem({ abi: granteesAbi, name: "GranteeRegistered" })),
    ];
    expect(topics).toEqual([
      "0x2cff87230608e71ec991ee7212c0cc861c08b275ecc30716cdc7681cc0fdc288",
      "0xc8a9a6a181cb55eed6156d6dd78a38f724344c00428a256435c007f2bcf35114",
      "0xe5e42fb20f0e680172f6a278ac2230bbf6107e91c64d66d6ae98f9e49c3dc715",
      "0x87c4ec2c999f8f02975055f9b959c97108d5a6ab8742d9e2c8a94e9f46fda0ef",
      "0x2980b13036c0d9df6b71ea9e9c09536efd24d7dd1868e29aa730f0c3fbd1a0dc",
      "0x4700587a90f43e584ef58af08d40dd9622ca3ee15baa07dc9d58ecf43b598324",
      "0x6e0403ef2b13328247bf9260ad8dd9c18fb5a18b95ea25de817ca991da05929b",
      "0x71e52c6f4049fe22c5428eeaa0409df0cd7c897f716a9a0fa8b95851f8d608a2",
    ]);
  });

  it("of errors are those that Solidity derives from the real declarations", () => {
    const error = (name: string) => {
      const item = permissionsAbi.find((candidate) => candidate.type === "error" && candidate.name === name);
      if (item?.type !== "error") throw new Error(`no error ${name}`);
      return toFunctionSelector(`function ${name}(${item.inputs.map((input) => input.type).join(",")})`);
    };
    expect({
      InvalidNonce: error("InvalidNonce"),
      InvalidSchemaIdsLength: error("InvalidSchemaIdsLength"),
      InvalidPermissionsLength: error("InvalidPermissionsLength"),
      EmptyGrant: error("EmptyGrant"),
      GranteeNotFound: error("GranteeNotFound"),
      NotFileOwner: error("NotFileOwner"),
      ECDSAInvalidSignature: error("ECDSAInvalidSignature"),
      InvalidSignature: error("InvalidSignature"),
    }).toEqual({
      InvalidNonce: "0x06427aeb",
      InvalidSchemaIdsLength: "0x864a1e22",
      InvalidPermissionsLength: "0xcc9edfb2",
      EmptyGrant: "0xb5b6936d",
      GranteeNotFound: "0x9df69edf",
      NotFileOwner: "0x21748543",
      ECDSAInvalidSignature: "0xf645eedf",
      InvalidSignature: "0x8baa579f",
    });
  });
});

describe("typed data", () => {
  it("digests to the vector recorded from the real SDK", () => {
    const account = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    const digest = hashTypedData({
      domain: permissionsDomain(14800),
      types: typedDataTypes.ServerFilesAndPermission,
      primaryType: "ServerFilesAndPermission",
      message: {
        nonce: 0n,
        granteeId: 1n,
        grant: "https://example.test/grant.json",
        fileUrls: ["https://example.test/file.json"],
        schemaIds: [0n],
        serverAddress: account,
        serverUrl: "https://example.test",
        serverPublicKey: `0x04${"11".repeat(64)}`,
        filePermissions: [[{ account, key: "deadbeef" }]],
      },
    });
    expect(digest).toBe("0x3627761f0117bce9ec770b81852b951c68779b190bf32b689b4aa57ffaeb7ec9");
  });
});

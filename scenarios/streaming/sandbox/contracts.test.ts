import { keccak256, type LocalAccount, toFunctionSelector, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownerAccount } from "../../../src/sandbox/accounts.ts";
import { artifact } from "../../../src/sandbox/contracts.ts";
import { addresses } from "../abi/addresses.ts";
import { appAccount, relayerAccount } from "./accounts.ts";
import { deployContracts, setPermissionsFault } from "./contracts.ts";
import {
  newcomer,
  type PortabilityMessage,
  permissionAdded,
  portabilityMessage,
  signPortability,
  startTestContracts,
  type TestContracts,
} from "./testing/contracts.ts";

const owner = ownerAccount();
const relayer = relayerAccount();
const app = appAccount();
const stranger = privateKeyToAccount(keccak256(toHex("stranger")));

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

describe("deployContracts", () => {
  it("registers the app as grantee 1", async () => {
    expect(await contracts.read("grantees", "grantees", [1n])).toEqual({
      owner: app.address,
      granteeAddress: app.address,
      publicKey: app.publicKey,
      permissionIds: [],
    });
    expect(app.publicKey).toMatch(/^0x04[0-9a-f]{128}$/);
    expect(await contracts.read("grantees", "granteesCount")).toBe(1n);
  });

  it("changes nothing when called again", async () => {
    const block = await contracts.chain.rpc("eth_blockNumber");
    await deployContracts(contracts.chain);
    expect(await contracts.chain.rpc("eth_blockNumber")).toBe(block);
    expect(await contracts.read("grantees", "granteesCount")).toBe(1n);
  });

  it("uses code that fits on a real chain (EIP-170)", () => {
    for (const name of [
      "DataPortabilityPermissions",
      "DataPortabilityServers",
      "DataRegistry",
      "Multicall3",
    ] as const) {
      expect(artifact(name).deployedBytecode.length / 2 - 1).toBeLessThanOrEqual(24_576);
    }
  });

  it("leaves nothing to initialise", async () => {
    const someone = stranger.address;
    for (const key of ["servers", "grantees", "registry"] as const) {
      expect(await contracts.revertOf(stranger, key, "initialize", [someone, someone])).toMatchObject({
        name: "InvalidInitialization",
      });
    }
    const five = [someone, someone, someone, someone, someone];
    expect(await contracts.revertOf(stranger, "permissions", "initialize", five)).toMatchObject({
      name: "InvalidInitialization",
    });
  });
});

describe("roles", () => {
  const manager = keccak256(toHex("PERMISSION_MANAGER_ROLE"));
  const portability = keccak256(toHex("DATA_PORTABILITY_ROLE"));
  const { address } = stranger;
  const server = { serverAddress: address, publicKey: "0x04", serverUrl: "http://server.test" };

  it.each([
    ["servers", manager],
    ["grantees", manager],
    ["registry", portability],
  ] as const)("Permissions has its role on %s", async (key, role) => {
    expect(await contracts.read(key, "hasRole", [role, addresses.permissions])).toBe(true);
    expect(await contracts.read(key, "hasRole", [role, address])).toBe(false);
  });

  it.each([
    ["servers", "addAndTrustServerByManager", [address, server], manager],
    ["servers", "trustServerByManager", [address, 1n], manager],
    ["grantees", "addPermissionToGrantee", [1n, 1n], manager],
    ["grantees", "removePermissionFromGrantee", [1n, 1n], manager],
    ["registry", "addFilePermissionsAndSchema", [1n, [], 0n], portability],
    ["registry", "grantRole", [portability, address], toHex(0, { size: 32 })],
    ["permissions", "revokeRole", [toHex(0, { size: 32 }), owner.address], toHex(0, { size: 32 })],
  ] as const)("%s.%s is refused to strangers", async (key, functionName, args, role) => {
    expect(await contracts.revertOf(stranger, key, functionName, args)).toMatchObject({
      name: "AccessControlUnauthorizedAccount",
      args: [address, role],
    });
  });

  it("are given and taken by the owner", async () => {
    await contracts.write(owner, "registry", "grantRole", [portability, address]);
    expect(await contracts.read("registry", "hasRole", [portability, address])).toBe(true);
    await contracts.write(owner, "registry", "revokeRole", [portability, address]);
    expect(await contracts.read("registry", "hasRole", [portability, address])).toBe(false);
  });
});

describe("the fault", () => {
  it("books everything to somebody else while it is on, and keeps what was there", async () => {
    const before = newcomer();
    const kept = permissionAdded(await submit(before.user, before.message));
    await setPermissionsFault(contracts.chain, "wrong-grantor", true);
    const victim = newcomer();
    const receipt = await submit(victim.user, victim.message);
    expect(receipt.status).toBe("success");
    const wrong = permissionAdded(receipt);
    expect(wrong.user).not.toBe(victim.user.address);
    expect(await contracts.read("permissions", "permissions", [wrong.permissionId])).toMatchObject({
      grantor: wrong.user,
    });

    await setPermissionsFault(contracts.chain, "wrong-grantor", false);
    const after = newcomer();
    const right = permissionAdded(await submit(after.user, after.message));
    expect(right.user).toBe(after.user.address);
    expect(right.permissionId).toBe(wrong.permissionId + 1n);
    expect(await contracts.read("permissions", "permissions", [kept.permissionId])).toMatchObject({
      grantor: before.user.address,
    });
  });

  it("books a second permission to a stranger, and the one that was asked for", async () => {
    await setPermissionsFault(contracts.chain, "second-permission", true);
    const { user, message } = newcomer();
    const receipt = await submit(user, message);
    expect(receipt.status).toBe("success");
    const { permissionId } = permissionAdded(receipt); // the first
    const grantorOf = async (id: bigint) =>
      ((await contracts.read("permissions", "permissions", [id])) as { grantor: string }).grantor;
    expect(await grantorOf(permissionId)).not.toBe(user.address);
    expect(await grantorOf(permissionId + 1n)).toBe(user.address);
    await setPermissionsFault(contracts.chain, "second-permission", false);
  });
});

// Gas of the real contracts (facts of the protocol): what a user's transaction costs decides how many fit into a block.
describe("gas", () => {
  it.each([
    { urls: 93, first: 1_509_000, again: 1_160_400 },
    { urls: 549, first: 2_184_000, again: 1_835_000 },
  ])("is that of the real contracts within 15 % for URLs of $urls characters", async ({ urls, first, again }) => {
    const warm = newcomer();
    await submit(warm.user, warm.message); // the very first user also pays for counters that were 0
    const { user, server } = newcomer();
    const message = portabilityMessage(server, `gas-${urls}`, urls);
    const gasOfFirst = Number((await submit(user, message)).gasUsed);
    const next = { ...portabilityMessage(server, `gas-${urls}-again`, urls), nonce: 1n };
    const gasOfNext = Number((await submit(user, next)).gasUsed);
    expect(gasOfFirst / first).toBeGreaterThan(0.85);
    expect(gasOfFirst / first).toBeLessThan(1.15);
    expect(gasOfNext / again).toBeGreaterThan(0.85);
    expect(gasOfNext / again).toBeLessThan(1.15);
  });

  it("of growing lists: a grantee's answer has 32 bytes more for each permission", async () => {
    const sizeOf = async () => {
      const data = `${toFunctionSelector("grantees(uint256)")}${toHex(1, { size: 32 }).slice(2)}`;
      const answer = await contracts.chain.rpc<string>("eth_call", [{ to: addresses.grantees, data }, "latest"]);
      return answer.length / 2 - 1;
    };
    const { permissionIds } = await contracts.read<{ permissionIds: bigint[] }>("grantees", "grantees", [1n]);
    expect(await sizeOf()).toBe(384 + 32 * permissionIds.length);
    const { user, message } = newcomer();
    await submit(user, message);
    expect(await sizeOf()).toBe(384 + 32 * (permissionIds.length + 1));
  });
});

// What a space asks of its members: memberships that end, that cost something, and that it refuses to give.
import { type Address, createWalletClient, http, parseAbi, publicActions } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { contractOf } from "../../scenarios/space/model/ids.ts";
import { spaceOwnerAccount } from "../../scenarios/space/sandbox/accounts.ts";
import { SANDBOX_MNEMONIC } from "../../src/core/settings/common.ts";
import { resultsOf, said, space, startSpace } from "./space-support.ts";
import { cleanUp, named, type SandboxProcess } from "./support.ts";

const abi = parseAbi([
  "function setMembershipDuration(uint64 duration)",
  "function setMembershipFreeAllocation(uint256 allocation)",
  "function setRejected(address account, bool rejected)",
  "function totalSupply() view returns (uint256)",
]);

let sandbox: SandboxProcess;
beforeAll(async () => {
  sandbox = await startSpace();
});
afterAll(async () => {
  await sandbox.stop();
  cleanUp();
});

const JOIN_ONLY = { PROFILE: "large", CLIENTS: "4" };
const owner = () => {
  const wallet = createWalletClient({
    account: spaceOwnerAccount(),
    transport: http(sandbox.environment.RPC_URL),
  });
  return wallet.extend(publicActions);
};
type Change = "setMembershipDuration" | "setMembershipFreeAllocation" | "setRejected";
async function change(functionName: Change, args: readonly unknown[]): Promise<void> {
  const client = owner();
  const address = contractOf(sandbox.environment.SPACE_ID ?? "");
  const hash = await client.writeContract({ address, abi, functionName, args: args as never, chain: null });
  expect((await client.waitForTransactionReceipt({ hash })).status).toBe("success");
}

test("memberships that have expired are renewed, not minted again", async () => {
  await change("setMembershipDuration", [12n]);
  const first = await space(sandbox, { ...JOIN_ONLY, WALLET_OFFSET: "40000" });
  expect(first.code).toBe(0);
  await change("setMembershipDuration", [86_400n]);
  const time = async () => (await owner().getBlock()).timestamp;
  const joined = await time();
  // By the chain's own clock.
  await vi.waitUntil(async () => (await time()) > joined + 12n, { timeout: 60_000, interval: 250 });
  const second = await space(sandbox, { ...JOIN_ONLY, WALLET_OFFSET: "40000" });
  expect(second.code).toBe(0);
  expect([said(second, "minted"), said(second, "renewed"), said(second, "members before")]).toEqual([0, 4, 0]);
});

test("what is not free is paid to the wei: nothing is left with the members", async () => {
  const client = owner();
  const address = contractOf(sandbox.environment.SPACE_ID ?? "");
  const supply = await client.readContract({ address, abi, functionName: "totalSupply" });
  await change("setMembershipFreeAllocation", [supply + 1n]);
  const before = await client.getBalance({ address });
  const run = await space(sandbox, JOIN_ONLY);
  expect(run.code).toBe(0);
  expect(said(run, "minted")).toBe(3);
  // Two of three at a dollar and some cents each, which goes to the space; the platform's fee comes on top.
  const earned = (await client.getBalance({ address })) - before;
  expect(earned).toBeGreaterThan(2n * 400_000_000_000_000n);
  expect(earned).toBeLessThan(2n * 700_000_000_000_000n);
  const users = resultsOf(run).filter(({ metadata }) => metadata.clientIndex > 0);
  const balances = await Promise.all(users.map(({ userId }) => client.getBalance({ address: userId as Address })));
  expect(balances).toEqual([0n, 0n, 0n]);
  await change("setMembershipFreeAllocation", [1_000n]);
});

test("a wallet that the space rejects stops the signal, and is named", async () => {
  const wallet = mnemonicToAccount(SANDBOX_MNEMONIC, { addressIndex: 50_002 });
  await change("setRejected", [wallet.address, true]);
  const run = await space(sandbox, { ...JOIN_ONLY, WALLET_OFFSET: "50000", ANNOUNCE_TIMEOUT: "4s" });
  expect(run.code).toBe(99);
  expect(run.output).toContain("1 of 3 memberships came to nothing; that of client 2: the space rejected it");
  expect(named(run.verdict.errors)).toEqual([
    "proof REJECTED at mint",
    "timeout NO_MEMBERSHIP at membership",
    "timeout NO_SIGNAL at wait",
  ]);
});

// Wrong targets and settings: one clear message each, and nothing is minted.
import { createWalletClient, http, publicActions } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { spaceAbi } from "../../scenarios/space/abi/generated.ts";
import { contractOf } from "../../scenarios/space/model/ids.ts";
import { spaceOwnerAccount } from "../../scenarios/space/sandbox/accounts.ts";
import { ownersOf, space, startSpace } from "./space-support.ts";
import { cleanUp, errorLines, type SandboxProcess } from "./support.ts";

let sandbox: SandboxProcess;
beforeAll(async () => {
  sandbox = await startSpace();
});
afterAll(async () => {
  await sandbox.stop();
  cleanUp();
});

const NOBODY = "legal winner thank year wave sausage worth useful legal winner thank yellow";
const elsewhere = `10${"12".repeat(20)}${"0".repeat(22)}`;

test.each([
  ["no chain", { RPC_URL: "http://127.0.0.1:9" }, /space cannot start: .*127\.0\.0\.1:9.*refused/],
  [
    "no node",
    { NODE_URL: "127.0.0.1:9" },
    /no stream node answers at NODE_URL=127\.0\.0\.1:9 .*onrush sandbox --for space/,
  ],
  [
    "a space without code",
    { SPACE_ID: elsewhere, CHANNEL_IDS: elsewhere.replace("10", "20") },
    /there is no contract at 0x1212.*, which SPACE_ID=101212.* names: is RPC_URL the right chain\?/,
  ],
  [
    "a root without funds",
    { MNEMONIC: NOBODY },
    /has 0 ETH and needs 0\.\d+ ETH for 6 memberships .*: 0\.\d+ ETH are missing; nothing was minted/,
  ],
])("%s", async (_, settings, message) => {
  const owners = await ownersOf(sandbox);
  const run = await space(sandbox, settings);
  expect(run.code).toBe(108);
  expect(errorLines(run)).toHaveLength(1);
  expect(run.stderr).toMatch(message);
  expect(await ownersOf(sandbox)).toEqual(owners);
});

test("more clients than the space's limit", async () => {
  const { RPC_URL, SPACE_ID = "" } = sandbox.environment;
  const wallet = createWalletClient({ account: spaceOwnerAccount(), transport: http(RPC_URL) }).extend(publicActions);
  const contract = { address: contractOf(SPACE_ID), abi: spaceAbi } as const;
  const limit = async (members: bigint) => {
    const hash = await wallet.writeContract({
      ...contract,
      functionName: "setMembershipLimit",
      args: [members],
      chain: null,
    });
    await wallet.waitForTransactionReceipt({ hash });
  };
  const owners = await ownersOf(sandbox);
  await limit(BigInt(owners.length + 2));
  const run = await space(sandbox, { CLIENTS: "9" });
  await limit(1_000_000n);
  expect(run.code).toBe(108);
  expect(run.stderr).toMatch(
    /the space takes \d+ members and has \d+: there is no room for \d more, only for 2; .*nothing was minted/,
  );
  expect(await ownersOf(sandbox)).toEqual(owners);
});

test.each([
  ["INSTANCES without a SESSION_ID", { INSTANCES: "2" }, /SESSION_ID= +is needed with INSTANCES/],
  ["channels of another space", { SPACE_ID: elsewhere }, /CHANNEL_IDS=\S+ +names channels of another space/],
  ["more channels than there are", { CHANNELS: "4" }, /CHANNELS=4 +is more than CHANNEL_IDS names, which is 3/],
  ["an id that is none", { SPACE_ID: "0x12" }, /SPACE_ID=0x12 +must be a space's id/],
])("%s", async (_, settings, message) => {
  const run = await space(sandbox, settings);
  expect(run.code).toBe(107);
  expect(run.stderr).toMatch(message);
});

// setup() pays what is short, once, whoever asks how often.
import { createPublicClient, http } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SANDBOX_MNEMONIC } from "../../src/core/settings/common.ts";
import { bundle, cleanUp, runK6, type SandboxProcess, startSandbox } from "./support.ts";

const WALLETS = 1_000;
const AMOUNT = 50_000_000_000_000_000n;

let sandbox: SandboxProcess;
let script: string;
beforeAll(async () => {
  sandbox = await startSandbox("--gas-limit", "30000000");
  script = await bundle("test/k6/setup-only.ts");
});
afterAll(async () => {
  await sandbox.stop();
  cleanUp();
});

const setup = (offset: number) =>
  runK6({
    script,
    environment: {
      ...sandbox.environment,
      PROFILE: "streaming",
      USERS: String(WALLETS),
      POOL_SIZE: String(WALLETS),
      WALLET_OFFSET: String(offset),
    },
  });

/** Balances of the run's wallets, read by another library than the one that paid them. */
async function balances(offset: number): Promise<bigint[]> {
  const client = createPublicClient({ transport: http(sandbox.environment.RPC_URL, { batch: { batchSize: 200 } }) });
  const addresses = Array.from(
    { length: WALLETS },
    (_, k) => mnemonicToAccount(SANDBOX_MNEMONIC, { addressIndex: offset + k }).address,
  );
  return Promise.all(addresses.map((address) => client.getBalance({ address })));
}

test("1,000 wallets are funded in at most 3 blocks, and a second setup() pays nothing", async () => {
  const first = await setup(10_000);
  expect(first.code).toBe(0);
  const [, transactions, blocks] = /in (\d+) transactions? over (\d+) blocks?/.exec(first.output) ?? [];
  expect(Number(transactions)).toBe(3);
  expect(Number(blocks)).toBeLessThanOrEqual(3);
  expect(new Set(await balances(10_000))).toEqual(new Set([AMOUNT]));

  const second = await setup(10_000);
  expect(second.code).toBe(0);
  expect(second.output).toMatch(/1,000 accounts have enough already/);
  expect(new Set(await balances(10_000))).toEqual(new Set([AMOUNT]));
});

test("two setups at once both succeed, and no wallet is paid twice", async () => {
  const runs = await Promise.all([setup(20_000), setup(20_000)]);
  expect(runs.map((run) => run.code)).toEqual([0, 0]);
  expect(new Set(await balances(20_000))).toEqual(new Set([AMOUNT]));
});

// transfer-funds on chains of several kinds: everything arrives, to the wei.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { zeroAddress } from "viem";
import { afterAll, afterEach, expect, test } from "vitest";
import type { Chain } from "../../../src/sandbox/chain.ts";
import { cleanUp, runOnrush, temporaryFolder } from "../support.ts";
import {
  addressesOf,
  anyPhrase,
  balances,
  give,
  type MoveReport,
  nonces,
  sum,
  testChain,
  transfer,
} from "./support.ts";

const ETHER = 10n ** 18n;

let chain: Chain;
afterEach(() => chain.stop());
afterAll(cleanUp);

/** Transfers `count` wallets with amounts of their own and checks the sums against the chain. Returns what was left in each old wallet. */
async function moveAll(count: number, args: readonly string[] = []): Promise<{ report: MoveReport; dust: bigint[] }> {
  const [from, to] = [anyPhrase(), anyPhrase(24)];
  const [old, fresh] = [addressesOf(from, 0, count), addressesOf(to, 0, count)];
  await give(chain, old, (i) => ETHER + BigInt(i));
  const before = sum(await balances(chain, old));
  const { code, stderr, report } = await transfer({
    url: chain.url,
    from,
    to,
    cwd: temporaryFolder(),
    args: ["--end", String(count), ...args],
  });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(report).toMatchObject({ successful: count, skipped: 0, failed: 0 });
  const [left, arrived] = [await balances(chain, old), await balances(chain, fresh)];
  expect(sum(left) + sum(arrived) + BigInt(report.fees)).toBe(before);
  expect(sum(arrived)).toBe(BigInt(report.moved));
  expect(new Set(await nonces(chain, old))).toEqual(new Set([1]));
  // Wallet i went to wallet i: the amounts differ by their index.
  expect(arrived.map((amount) => amount - (arrived[0] ?? 0n))).toEqual(arrived.map((_, i) => BigInt(i)));
  console.log(`${count} wallets in ${report.ms} ms, dust ${left[0]} wei each`);
  return { report, dust: left };
}

test("40 wallets, and 1,000, on a chain with EIP-1559 and Multicall3", async () => {
  chain = await testChain();
  await moveAll(40);
  const { dust } = await moveAll(1_000);
  // What the buffer leaves: a tenth of 21,000 gas at the node's tip of 1 gwei and a base fee of some wei.
  for (const left of dust) expect(left).toBeLessThan(2_200_000_000_000n);
});

test("a chain without EIP-1559 gets legacy transactions, and keeps the buffer as dust", async () => {
  chain = await testChain({ args: ["--hardfork", "berlin"], multicall: false });
  const price = BigInt(await chain.rpc<string>("eth_gasPrice"));
  const { report, dust } = await moveAll(40);
  expect(BigInt(report.fees)).toBe(40n * 21_000n * price);
  expect(new Set(dust)).toEqual(new Set([2_100n * price]));
});

test("nothing is left of a legacy chain's wallets when nothing is to be kept", async () => {
  chain = await testChain({ args: ["--hardfork", "berlin"] });
  const { dust } = await moveAll(5, ["--gas-buffer", "0"]);
  expect(new Set(dust)).toEqual(new Set([0n]));
});

test("a chain without Multicall3 is asked for each balance", async () => {
  chain = await testChain({ multicall: false });
  await moveAll(40);
});

test("what an OP-stack chain takes for publishing a transaction is kept back, with the buffer", async () => {
  chain = await testChain({ args: ["--network", "optimism"] });
  const [from, to] = [anyPhrase(), anyPhrase()];
  const [old, fresh] = [addressesOf(from, 0, 5), addressesOf(to, 0, 5)];
  await give(chain, old, () => ETHER);
  const dryRun = async () => {
    const { stderr, report } = await transfer({ url: chain.url, from, to, args: ["--end", "5", "--dry-run"] });
    expect(stderr).toBe("dry run: nothing was sent\n");
    return report;
  };
  const before = await dryRun();
  // The chain takes 160 gwei for each of the 1,600 units that a plain transfer counts as: its L1 fee's base and scalar, and an oracle that says so.
  const fee = 160n * 10n ** 9n * 1_600n;
  const word = (value: bigint) => `0x${value.toString(16).padStart(64, "0")}`;
  const l1Block = "0x4200000000000000000000000000000000000015";
  await chain.rpc("anvil_setStorageAt", [l1Block, word(1n), word(160n * 10n ** 9n)]);
  await chain.rpc("anvil_setStorageAt", [l1Block, word(3n), word(1_000_000n << 96n)]);
  // anvil, unlike a real node, has callers of eth_call pay that fee too.
  await give(chain, [zeroAddress], () => ETHER);
  // PUSH32 fee, MSTORE at 0, RETURN 32 bytes.
  const oracle = `0x7f${word(fee).slice(2)}60005260206000f3`;
  await chain.rpc("anvil_setCode", ["0x420000000000000000000000000000000000000F", oracle]);
  const after = await dryRun();
  const feeAtMost = ({ wallets }: MoveReport) => BigInt(wallets[0]?.feeAtMost ?? 0);
  expect(feeAtMost(after) - feeAtMost(before)).toBe((fee * 11n) / 10n);

  const { code, report } = await transfer({ url: chain.url, from, to, cwd: temporaryFolder(), args: ["--end", "5"] });
  expect([code, report.successful]).toEqual([0, 5]);
  expect(sum(await balances(chain, fresh))).toBe(BigInt(report.moved));
  // anvil takes the fee, but leaves it out of its receipts, and so of the sum of fees.
  const gone = 5n * ETHER - sum(await balances(chain, old)) - BigInt(report.moved) - BigInt(report.fees);
  expect(gone).toBe(5n * fee);
});

test("a dry run shows what would be sent, and sends nothing", async () => {
  chain = await testChain();
  const [from, to] = [anyPhrase(), anyPhrase()];
  const [old, fresh] = [addressesOf(from, 0, 3), addressesOf(to, 0, 3)];
  await give(chain, old, () => ETHER);
  const cwd = temporaryFolder();
  const { code, report } = await transfer({ url: chain.url, from, to, cwd, args: ["--end", "3", "--dry-run"] });
  expect(code).toBe(0);
  expect(report.wallets.map(({ amount, feeAtMost }) => BigInt(amount ?? 0) + BigInt(feeAtMost ?? 0))).toEqual([
    ETHER,
    ETHER,
    ETHER,
  ]);
  expect(await balances(chain, fresh)).toEqual([0n, 0n, 0n]);
  expect(await nonces(chain, old)).toEqual([0, 0, 0]);
  expect(statSync(join(cwd, "results"), { throwIfNoEntry: false })).toBeUndefined();
});

test("dust is skipped, a failing wallet stops no other, and the next run moves what is left", async () => {
  chain = await testChain();
  const [from, to] = [anyPhrase(), anyPhrase()];
  const [old, fresh] = [addressesOf(from, 0, 4), addressesOf(to, 0, 4)];
  await give(chain, old, (i) => (i === 1 ? 1_000n : ETHER));
  // Wallet 2's receiver refuses money: its code reverts.
  await chain.rpc("anvil_setCode", [fresh[2] ?? "", "0x5f5ffd"]);
  const cwd = temporaryFolder();
  const first = await transfer({ url: chain.url, from, to, cwd, args: ["--end", "4"] });
  expect(first.code).toBe(1);
  expect(first.report).toMatchObject({ successful: 2, skipped: 1, failed: 1 });
  expect(first.report.wallets[2]).toMatchObject({ state: "failed", reason: expect.stringContaining("reverted") });
  expect(first.stderr).toContain("run the same command again");

  await chain.rpc("anvil_setCode", [fresh[2] ?? "", "0x"]);
  const second = await transfer({ url: chain.url, from, to, cwd, args: ["--end", "4"] });
  expect(second.code).toBe(0);
  // The sums are of the whole move: what the first run moved, and what the failed transfer cost.
  expect(second.report).toMatchObject({ successful: 3, skipped: 1, failed: 0 });
  const all = [...(await balances(chain, old)), ...(await balances(chain, fresh))];
  expect(sum(all) + BigInt(second.report.fees)).toBe(3n * ETHER + 1_000n);
  expect(sum(await balances(chain, fresh))).toBe(BigInt(second.report.moved));
  expect(await nonces(chain, old)).toEqual([1, 0, 2, 1]);
});

test("the journal and the output hold no phrase, key or signature", async () => {
  chain = await testChain();
  const [from, to] = [anyPhrase(), anyPhrase()];
  await give(chain, addressesOf(from, 0, 2), () => ETHER);
  const journal = join(temporaryFolder(), "journal.jsonl");
  const flags = ["--old-seed", from, "--new-seed", to, "--rpc-url", chain.url, "--end", "2", "--delay", "1s"];
  const run = await runOnrush(["transfer-funds", "transfer", ...flags, "--journal", journal]);
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/2 wallets moved, 0 skipped \(less than a transfer costs\), 0 failed/);
  expect(run.stderr).toMatch(/warning: .*--old-seed.*\n.*warning: .*--new-seed/);
  expect(run.stderr).toContain("starting in 1s");
  const text = run.stdout + run.stderr + readFileSync(journal, "utf8");
  for (const phrase of [from, to]) expect(text).not.toContain(phrase.split(" ").slice(0, 3).join(" "));
  expect(text).not.toMatch(/0x[0-9a-f]{128}/);
  expect(statSync(journal).mode & 0o777).toBe(0o600);
  const lines = readFileSync(journal, "utf8").trim().split("\n");
  expect(lines.map((line) => JSON.parse(line).event)).toEqual(["begin", "send", "send", "receipt", "receipt", "end"]);
});

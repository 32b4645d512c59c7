// prepare and reclaim: a run's wallets are funded once, with setup()'s plan, and everything comes back.
import { afterAll, beforeAll, expect, test } from "vitest";
import { SANDBOX_MNEMONIC } from "../../../src/core/settings/common.ts";
import type { Chain } from "../../../src/sandbox/chain.ts";
import { cleanUp, runOnrush, temporaryFolder } from "../support.ts";
import { addressesOf, anyPhrase, balances, give, nonces, sum, testChain } from "./support.ts";

const ETHER = 10n ** 18n;

let chain: Chain;
beforeAll(async () => {
  chain = await testChain({ blockTime: 1, gasLimit: 30_000_000 });
});
afterAll(async () => {
  await chain.stop();
  cleanUp();
});

function command(name: string, phrase: string, args: readonly string[], where = chain) {
  return runOnrush([name, "--yes", ...args], {
    cwd: temporaryFolder(),
    environment: {
      RPC_URL: where.url,
      CHAIN_ID: String(where.chainId),
      MNEMONIC: phrase,
      MULTICALL_ADDRESS: MULTICALL,
    },
  });
}

/** Where the test chains have it. */
const MULTICALL = "0xcA11bde05977b3631167028862bE2a173976CA11";

test("1,000 wallets in 3 transactions, once; and all of it back", async () => {
  const phrase = anyPhrase();
  const [funder = ""] = addressesOf(phrase, 0, 1);
  const wallets = addressesOf(phrase, 100, 1_100);
  await give(chain, [funder], () => 1_000n * ETHER);
  const paid = await command("prepare", phrase, ["--count", "1000", "--amount", "0.1"]);
  expect(paid.code, paid.stderr).toBe(0);
  expect(paid.stdout).toMatch(/^1,000 wallets paid 100 ETH in 3 transactions over [123] blocks?, /);
  console.log(paid.stdout.trim());
  expect(new Set(await balances(chain, wallets))).toEqual(new Set([ETHER / 10n]));

  const again = await command("prepare", phrase, ["--count", "1000", "--amount", "0.1"]);
  expect(again.stdout).toBe("1,000 wallets have enough already\n");
  expect(await nonces(chain, [funder])).toEqual([3]);

  const before = sum([...(await balances(chain, wallets)), ...(await balances(chain, [funder]))]);
  const back = await command("reclaim", phrase, ["--start", "100", "--end", "1100", "--workers", "5", "--json"]);
  expect(back.code, back.stderr).toBe(0);
  const report = JSON.parse(back.stdout);
  expect(report).toMatchObject({ successful: 1_000, skipped: 5, failed: 0 });
  console.log(`1,000 wallets reclaimed in ${report.ms} ms`);
  const after = [...(await balances(chain, wallets)), ...(await balances(chain, [funder]))];
  expect(sum(after) + BigInt(report.fees)).toBe(before);
});

test("a profile's users, its offset and its amount are the run's", async () => {
  const phrase = anyPhrase();
  const [funder = ""] = addressesOf(phrase, 0, 1);
  await give(chain, [funder], () => 100n * ETHER);
  const { code, stdout } = await command("prepare", phrase, ["--profile", "load-pattern"]);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^50 wallets paid 2\.5 ETH in 1 transaction over 1 block/)]);
  expect(new Set(await balances(chain, addressesOf(phrase, 100, 150)))).toEqual(new Set([ETHER / 20n]));
  expect(await balances(chain, addressesOf(phrase, 150, 151))).toEqual([0n]);
});

test("workers' accounts are reclaimed too, to where --to says", async () => {
  const [phrase, elsewhere] = [anyPhrase(), anyPhrase()];
  const [to = ""] = addressesOf(elsewhere, 7, 8);
  await give(chain, addressesOf(phrase, 0, 4, 1), () => ETHER);
  const { code, stdout } = await command("reclaim", phrase, ["--profile", "demo", "--to", to]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/\n4 wallets moved, 181 skipped/);
  const [arrived = 0n] = await balances(chain, [to]);
  expect(arrived).toBeGreaterThan((ETHER * 399n) / 100n);
});

test("without Multicall3 each wallet is paid by itself", async () => {
  const plain = await testChain({ multicall: false });
  const { code, stdout } = await command("prepare", SANDBOX_MNEMONIC, ["--count", "120", "--amount", "0.1"], plain);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^120 wallets paid 12 ETH in 120 transactions/)]);
  expect(new Set(await balances(plain, addressesOf(SANDBOX_MNEMONIC, 100, 220)))).toEqual(new Set([ETHER / 10n]));
  await plain.stop();
});

test("on a chain without EIP-1559 it pays and reclaims with gas prices", async () => {
  const legacy = await testChain({ args: ["--hardfork", "berlin"], multicall: false });
  const paid = await command("prepare", SANDBOX_MNEMONIC, ["--count", "10", "--amount", "0.1"], legacy);
  expect([paid.code, paid.stdout]).toEqual([0, expect.stringMatching(/^10 wallets paid 1 ETH in 10 transactions/)]);
  const back = await command(
    "reclaim",
    SANDBOX_MNEMONIC,
    ["--start", "100", "--end", "110", "--gas-buffer", "0"],
    legacy,
  );
  expect([back.code, back.stdout]).toEqual([0, expect.stringMatching(/\n10 wallets moved/)]);
  expect(sum(await balances(legacy, addressesOf(SANDBOX_MNEMONIC, 100, 110)))).toBe(0n);
  await legacy.stop();
});

test("two at once pay once", async () => {
  const phrase = anyPhrase();
  const wallets = addressesOf(phrase, 100, 400);
  await give(chain, addressesOf(phrase, 0, 1), () => 1_000n * ETHER);
  const both = await Promise.all([1, 2].map(() => command("prepare", phrase, ["--count", "300", "--amount", "1"])));
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(new Set(await balances(chain, wallets))).toEqual(new Set([ETHER]));
});

test("what is missing is said before anything is spent, as is a wrong chain", async () => {
  const phrase = anyPhrase();
  const [funder = ""] = addressesOf(phrase, 0, 1);
  await give(chain, [funder], () => ETHER);
  const poor = await command("prepare", phrase, ["--count", "10", "--amount", "1"]);
  expect(poor.code).toBe(1);
  expect(poor.stderr).toMatch(
    new RegExp(`^error: ${funder} has 1 ETH and needs 10\\.\\d+ ETH to fund the wallets: 9\\.\\d+ ETH are missing`),
  );
  const wrong = await command("prepare", phrase, ["--count", "10", "--chain-id", "84532"]);
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringContaining("chain 31337 (local development), but CHAIN_ID says 84532"),
  ]);
  const typo = await command("reclaim", phrase, ["--to", "0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266"]);
  expect([typo.code, typo.stderr]).toEqual([2, expect.stringContaining("right checksum")]);
  expect(await nonces(chain, [funder])).toEqual([0]);
});

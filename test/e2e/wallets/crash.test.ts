// A transfer that is killed at any point and started again sends nothing twice, forgets nothing, and knows its sums.
import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stream } from "../../../src/core/random.ts";
import { unfinishedIn } from "../../../src/core/wallets/journal.ts";
import type { Chain } from "../../../src/sandbox/chain.ts";
import { cleanUp, temporaryFolder } from "../support.ts";
import { addressesOf, anyPhrase, balances, give, nonces, sum, testChain, transfer } from "./support.ts";

const ETHER = 10n ** 18n;
const WALLETS = 200;
const KILLS = 20;

let chain: Chain;
beforeAll(async () => {
  chain = await testChain({ blockTime: 0.3 });
});
afterAll(async () => {
  await chain.stop();
  cleanUp();
});

const linesIn = (journal: string) => (existsSync(journal) ? readFileSync(journal, "utf8").split("\n").length - 1 : 0);

/** How far the sends were that a kill left without a receipt in the journal. */
async function leftBy(journal: string) {
  const open = [...(unfinishedIn(readFileSync(journal, "utf8"))?.open.values() ?? [])].flat();
  const known = await Promise.all(open.map(({ hash }) => chain.rpc("eth_getTransactionByHash", [hash])));
  const reached = known.filter((transaction) => transaction !== null).length;
  return { reached, unsent: open.length - reached };
}

/** Kills a process once its journal has so many lines, and some milliseconds later still: what a line announces happens just after it. */
async function killAt(child: ChildProcess, journal: string, lines: number, later: number): Promise<void> {
  while (child.exitCode === null && linesIn(journal) < lines) await sleep(1);
  await sleep(later);
  child.kill("SIGKILL");
}

test(`${WALLETS} wallets, killed at ${KILLS} random points`, async () => {
  const random = stream(7, "kills");
  const killed: { lines: number; reached: number; unsent: number }[] = [];
  for (let round = 0; round < KILLS; round++) {
    const [from, to] = [anyPhrase(), anyPhrase()];
    const [old, fresh] = [addressesOf(from, 0, WALLETS), addressesOf(to, 0, WALLETS)];
    await give(chain, old, (i) => ETHER + BigInt(i));
    const before = sum(await balances(chain, old));
    const journal = join(temporaryFolder(), "journal.jsonl");
    // Few at once, so that sends and receipts of the whole transfer are spread over the journal.
    const args = ["--end", String(WALLETS), "--journal", journal, "--concurrency", "60"];
    // One line at the beginning, two for each wallet.
    const lines = random.integer(0, 2 * WALLETS);
    const first = await transfer({
      url: chain.url,
      from,
      to,
      args,
      started: (child) => void killAt(child, journal, lines, 200 * random.uniform() ** 3),
    });
    if (first.code === null) killed.push({ lines: linesIn(journal), ...(await leftBy(journal)) });

    const second = await transfer({ url: chain.url, from, to, args });
    expect(second.code, second.stderr).toBe(0);
    const [left, arrived] = [await balances(chain, old), await balances(chain, fresh)];
    expect(new Set(await nonces(chain, old)), `round ${round}`).toEqual(new Set([1]));
    expect(arrived.every((amount) => amount > 0n)).toBe(true);
    // A kill that came too late left a finished transfer, and the second run nothing to do.
    const { report } = first.code === 0 ? first : second;
    expect(report).toMatchObject({ successful: WALLETS, skipped: 0, failed: 0 });
    expect(BigInt(report.moved)).toBe(sum(arrived));
    expect(sum(left) + sum(arrived) + BigInt(report.fees)).toBe(before);
  }
  const total = (of: "reached" | "unsent") => killed.reduce((all, one) => all + one[of], 0);
  console.log(
    `${killed.length} kills, after ${killed.map(({ lines }) => lines).join(" ")} of ${2 * WALLETS + 2} journal lines; ${total("unsent")} sends were written and had not reached the node, ${total("reached")} had, without a receipt in the journal`,
  );
  // The points are worth something only when most of them were in the middle, on both sides of a send.
  expect(killed.length).toBeGreaterThanOrEqual(KILLS - 3);
  expect(total("unsent")).toBeGreaterThan(0);
  expect(total("reached")).toBeGreaterThan(0);
}, 300_000);

test("Ctrl+C waits for what is under way, and the same command goes on", async () => {
  const [from, to] = [anyPhrase(), anyPhrase()];
  const old = addressesOf(from, 0, 100);
  await give(chain, old, () => ETHER);
  const journal = join(temporaryFolder(), "journal.jsonl");
  const args = ["--end", "100", "--journal", journal, "--concurrency", "10"];
  const stopped = await transfer({
    url: chain.url,
    from,
    to,
    args,
    started: async (child) => {
      while (linesIn(journal) < 15) await sleep(5);
      child.kill("SIGINT");
    },
  });
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toContain("stopping: waiting for what is under way");
  const { successful } = stopped.report;
  expect(successful).toBeGreaterThan(0);
  expect(successful).toBeLessThan(100);
  expect((await nonces(chain, old)).filter((nonce) => nonce === 1)).toHaveLength(successful);

  const rest = await transfer({ url: chain.url, from, to, args });
  expect(rest.code).toBe(0);
  expect(rest.report).toMatchObject({ successful: 100, failed: 0 });
  expect(new Set(await nonces(chain, old))).toEqual(new Set([1]));
});

test("a transaction that waits for a block is found again, not sent beside", async () => {
  const slow = await testChain({ blockTime: 3_600 });
  const [from, to] = [anyPhrase(), anyPhrase()];
  const old = addressesOf(from, 0, 3);
  await give(slow, old, () => ETHER);
  const journal = join(temporaryFolder(), "journal.jsonl");
  const args = ["--end", "3", "--journal", journal, "--timeout", "1s"];
  const first = await transfer({ url: slow.url, from, to, args });
  expect(first.code).toBe(1);
  expect(first.report.wallets[0]).toMatchObject({
    state: "failed",
    reason: expect.stringContaining("in no block after 1 s"),
  });

  // Another journal knows nothing of it, and so leaves it alone.
  const elsewhere = await transfer({ url: slow.url, from, to, cwd: temporaryFolder(), args: ["--end", "3"] });
  expect(elsewhere.code).toBe(1);
  expect(elsewhere.report).toMatchObject({ successful: 0, failed: 3 });
  expect(elsewhere.report.wallets[0]?.reason).toContain("a transaction that this command did not send is pending");

  // The chain's fees go up meanwhile: the next block has no room for what waits, which has to be replaced by something dearer with the same nonce.
  await slow.rpc("anvil_setNextBlockBaseFeePerGas", ["0x2540be400"]);
  await slow.rpc("anvil_mine", ["0x1"]);
  expect(await nonces(slow, old)).toEqual([0, 0, 0]);
  const second = await transfer({
    url: slow.url,
    from,
    to,
    args: [...args, "--timeout", "20s"],
    started: async (child) => {
      // Blocks until it has what it waits for: the dearer transactions are in the first one after they came.
      while (child.exitCode === null) {
        await slow.rpc("anvil_mine", ["0x1"]);
        await sleep(250);
      }
    },
  });
  expect(second.code, second.stderr).toBe(0);
  expect(second.report).toMatchObject({ successful: 3, failed: 0 });
  expect(await nonces(slow, old)).toEqual([1, 1, 1]);
  const all = [...(await balances(slow, old)), ...(await balances(slow, addressesOf(to, 0, 3)))];
  expect(sum(all) + BigInt(second.report.fees)).toBe(3n * ETHER);
  await slow.stop();
});

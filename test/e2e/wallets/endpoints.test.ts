// transfer-funds through endpoints that misbehave, and wrong input: everything ends right, or nothing begins.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Chain } from "../../../src/sandbox/chain.ts";
import { cleanUp, runOnrush, temporaryFolder } from "../support.ts";
import {
  addressesOf,
  anyPhrase,
  badEndpoint,
  balances,
  give,
  type Misbehaviour,
  nonces,
  sum,
  testChain,
  transfer,
} from "./support.ts";

const ETHER = 10n ** 18n;
const WALLETS = 40;

let chain: Chain;
beforeAll(async () => {
  chain = await testChain();
});
afterAll(async () => {
  await chain.stop();
  cleanUp();
});

/** Moves 40 wallets through a bad endpoint and checks that all of it arrived, once. */
async function moveThrough(misbehaviour: Misbehaviour, args: readonly string[] = []) {
  const [from, to] = [anyPhrase(), anyPhrase()];
  const [old, fresh] = [addressesOf(from, 0, WALLETS), addressesOf(to, 0, WALLETS)];
  await give(chain, old, () => ETHER);
  const proxy = await badEndpoint(chain, misbehaviour);
  try {
    const journal = join(temporaryFolder(), "journal.jsonl");
    const ended = await transfer({ url: proxy.url, from, to, args: ["--journal", journal, ...args] });
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.report).toMatchObject({ successful: WALLETS, skipped: 0, failed: 0 });
    const [left, arrived] = [await balances(chain, old), await balances(chain, fresh)];
    expect(sum(left) + sum(arrived) + BigInt(ended.report.fees)).toBe(BigInt(WALLETS) * ETHER);
    expect(new Set(await nonces(chain, old))).toEqual(new Set([1]));
    return { ...ended, misbehaved: proxy.misbehaved() };
  } finally {
    await proxy.stop();
  }
}

test("an endpoint that answers 429 to every third request is asked again, more slowly", async () => {
  // Few calls in one request, so that there are many of them.
  const { stderr, misbehaved } = await moveThrough((n) => (n % 3 === 0 ? "throttle" : "pass"), ["--batch-size", "5"]);
  expect(misbehaved).toBeGreaterThan(10);
  expect(stderr).toBe("the endpoint throttles: going more slowly (a smaller --batch-size may help)\n");
});

test("an answer that is lost after the node accepted the transaction does not make a second one", async () => {
  const lost = new Set<string>();
  // The first answer to each batch of transactions is lost; asked again, the node says that it knows them.
  const { misbehaved } = await moveThrough(
    (_, body) => {
      if (!body.includes("eth_sendRawTransaction") || lost.has(body)) return "pass";
      lost.add(body);
      return "lose the answer";
    },
    ["--batch-size", "7"],
  );
  expect(misbehaved).toBeGreaterThan(3);
});

test("an answer that is lost for longer than a block is found by the transaction's hash", async () => {
  let lost = 0;
  const { misbehaved } = await moveThrough((_, body) =>
    // For about two seconds, while blocks are mined.
    body.includes("eth_sendRawTransaction") && ++lost <= 4 ? "lose the answer" : "pass",
  );
  expect(misbehaved).toBe(4);
});

test("an endpoint that takes no batches is asked call by call", async () => {
  const { misbehaved } = await moveThrough((_, body) => (body.startsWith("[") ? "refuse batches" : "pass"));
  expect(misbehaved).toBeGreaterThan(0);
});

describe("wrong input ends with exit 2 and one message, and nothing is sent", () => {
  const [from, to] = [anyPhrase(), anyPhrase()];
  const good = { OLD_MNEMONIC: from, NEW_MNEMONIC: to };

  const cases: [string, { args?: string[]; environment?: Record<string, string>; says: RegExp }][] = [
    [
      "too few words",
      {
        environment: { OLD_MNEMONIC: from.split(" ").slice(1).join(" ") },
        says: /OLD_MNEMONIC must be a phrase of 12, .* this has 11/,
      },
    ],
    [
      "a word that is none",
      {
        environment: { NEW_MNEMONIC: [...Array(4).fill("abandon"), "abandn", ...Array(7).fill("about")].join(" ") },
        says: /NEW_MNEMONIC has a word that is not in the BIP-39 list: word 5, "abandn"; did you mean abandon\?/,
      },
    ],
    [
      "a wrong checksum",
      { environment: { NEW_MNEMONIC: Array(12).fill("abandon").join(" ") }, says: /NEW_MNEMONIC has a wrong checksum/ },
    ],
    [
      "no phrase",
      {
        environment: { NEW_MNEMONIC: "" },
        says: /which new phrase\? set NEW_MNEMONIC, or name a file with --new-seed-file/,
      },
    ],
    [
      "a file that is not there",
      { args: ["--old-seed-file", "/nowhere"], says: /--old-seed-file \/nowhere cannot be read/ },
    ],
    [
      "the same phrase twice",
      { environment: { NEW_MNEMONIC: ` ${from} ` }, says: /old and the new phrase are the same/ },
    ],
    ["start = end", { args: ["--start", "5", "--end", "5"], says: /--start 5 must be less than --end 5/ }],
    ["start > end", { args: ["--start", "50"], says: /--start 50 must be less than --end 40/ }],
    ["a negative index", { args: ["--start", "-1"], says: /--start -1 must be a whole number from 0/ }],
    ["a fraction of a wallet", { args: ["--end", "1.5"], says: /--end 1.5 must be a whole number/ }],
    ["no percentage", { args: ["--gas-buffer", "much"], says: /--gas-buffer much must be a percentage/ }],
    ["a bare number of seconds", { args: ["--delay", "5"], says: /--delay 5 must be a duration with its unit/ }],
    ["no address", { args: ["--rpc-url", "sepolia"], says: /--rpc-url sepolia must be an http or https address/ }],
    [
      "an endpoint that is not there",
      {
        args: ["--rpc-url", "http://127.0.0.1:9"],
        says: /127\.0\.0\.1:9 does not answer .*: check --rpc-url or RPC_URL/,
      },
    ],
    ["an unknown flag", { args: ["--gas-bufer", "1"], says: /unknown option '--gas-bufer'/ }],
  ];
  test.each(cases)("%s", async (_, { args = [], environment = {}, says }) => {
    const old = addressesOf(from, 0, 40);
    const { code, stdout, stderr } = await runOnrush(["transfer-funds", "transfer", "--yes", ...args], {
      cwd: temporaryFolder(),
      environment: { RPC_URL: chain.url, ...good, ...environment },
    });
    expect(stderr).toMatch(says);
    expect(stderr.trim().split("\n").length).toBeLessThanOrEqual(2);
    expect([code, stdout]).toEqual([2, ""]);
    expect(await nonces(chain, old)).toEqual(Array(40).fill(0));
  });
});

test("a chain that is no known test network needs to be allowed", async () => {
  const main = await testChain({ chainId: 8_453 });
  const [from, to] = [anyPhrase(), anyPhrase()];
  await give(main, addressesOf(from, 0, 1), () => ETHER);
  const cwd = temporaryFolder();
  const args = ["--end", "1"];
  const refused = await transfer({ url: main.url, from, to, cwd, args });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toBe(
    "error: chain 8453 is not a known test network, so its coins may be worth money: add --allow-chain 8453 if you mean it. Nothing was sent\n",
  );
  expect(await nonces(main, addressesOf(from, 0, 1))).toEqual([0]);
  const allowed = await transfer({ url: main.url, from, to, cwd, args: [...args, "--allow-chain", "8453"] });
  expect(allowed.report).toMatchObject({ successful: 1 });
  await main.stop();
});

test("an address that is no node's is said to be none", async () => {
  const server = createServer((_, response) => response.end("<html>hello</html>")).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { code, stderr } = await transfer({ url, from: anyPhrase(), to: anyPhrase() });
  server.close();
  expect(code).toBe(2);
  expect(stderr).toMatch(/answers HTTP 200 without JSON-RPC: is it the right address\?/);
});

import { type Hex, keccak256 } from "viem";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { stream } from "../core/random.ts";
import { funderAccount, sandboxAccount } from "./accounts.ts";
import { type Chain, startChain } from "./chain.ts";
import { createBook } from "./counters.ts";
import { createNonceQueue, gasFor, type NonceQueue, TooLargeError } from "./nonce-queue.ts";
import { RpcError } from "./rpc.ts";

const account = funderAccount();
const to = sandboxAccount(0).address;
let chain: Chain;
let queue: NonceQueue;
let book = createBook();

beforeAll(async () => {
  chain = await startChain({ port: 0, blockTime: 60 });
}, 30_000);
afterEach(() => queue?.close());
afterAll(() => chain?.stop());

type Rpc = Chain["rpc"];
type Submission = (raw: Hex) => Promise<Hex>;

/** A queue on the real chain, over a line that `between` may spoil. */
function queueOver(between: (raw: Hex, submit: Submission) => Promise<Hex>): NonceQueue {
  book = createBook();
  const submit: Submission = (raw) => chain.rpc<Hex>("eth_sendRawTransaction", [raw]);
  const rpc = ((method: string, params: readonly unknown[] = []) =>
    method === "eth_sendRawTransaction" ? between(params[0] as Hex, submit) : chain.rpc(method, params)) as Rpc;
  queue = createNonceQueue({ account, chainId: 14800, rpc, count: book.count, error: book.error });
  return queue;
}

const nonceOf = async (tag: string) => Number(await chain.rpc<Hex>("eth_getTransactionCount", [account.address, tag]));
const mined = async (hash: Hex) =>
  (await chain.rpc<{ status: Hex } | null>("eth_getTransactionReceipt", [hash]))?.status === "0x1";

/** Submits n transactions at once and mines; resolves with the hashes of those accepted. */
async function submitAll(n: number): Promise<Hex[]> {
  const results = await Promise.allSettled(
    Array.from({ length: n }, (_, i) => queue.submit({ to, data: `0x${i.toString(16).padStart(8, "0")}` })),
  );
  return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}

describe("a nonce queue", () => {
  it("loses no nonce and sends none twice when requests and answers get lost", async () => {
    const random = stream(7, "line");
    queueOver(async (raw, submit) => {
      const luck = random.uniform();
      if (luck < 0.2) throw new TypeError("request lost");
      const hash = await submit(raw);
      if (luck < 0.4) throw new TypeError("answer lost");
      return hash;
    });
    const before = await nonceOf("latest");
    const hashes = await submitAll(60);
    await chain.rpc("anvil_mine", ["0x1"]);
    expect(new Set(hashes).size).toBe(60);
    for (const hash of hashes) expect(await mined(hash)).toBe(true);
    expect(await nonceOf("latest")).toBe(before + 60);
    expect(book.counters()["chain.retries"]).toBeGreaterThan(10);
  });

  it("knows its own transaction when it was mined before its answer came", async () => {
    let lost = false;
    queueOver(async (raw, submit) => {
      const hash = await submit(raw);
      if (!lost) {
        lost = true;
        await chain.rpc("anvil_mine", ["0x1"]);
        throw new TypeError("answer lost");
      }
      return hash;
    });
    const before = await nonceOf("latest");
    const hash = await queue.submit({ to, data: "0x" });
    expect(await mined(hash)).toBe(true);
    expect(await nonceOf("pending")).toBe(before + 1);
  });

  it("fills the gap of a refused transaction that later ones wait for", async () => {
    let first: Hex | undefined;
    queueOver(async (raw, submit) => {
      first ??= raw;
      if (keccak256(raw) === keccak256(first))
        throw new RpcError("eth_sendRawTransaction", { code: -32000, message: "refused by the test" });
      return submit(raw);
    });
    const before = await nonceOf("latest");
    const hashes = await submitAll(5);
    expect(hashes).toHaveLength(4);
    await vi.waitUntil(async () => (await nonceOf("pending")) === before + 5, { timeout: 10_000 });
    await chain.rpc("anvil_mine", ["0x1"]);
    for (const hash of hashes) expect(await mined(hash)).toBe(true);
    expect(await nonceOf("latest")).toBe(before + 5);
    expect(book.counters()).toMatchObject({ "nonces.filled": 1, "transactions.submitted": 4 });
  });

  it("gives up when it is closed", async () => {
    queueOver(() => Promise.reject(new TypeError("no line")));
    const submission = queue.submit({ to, data: "0x" });
    queue.close();
    await expect(submission).rejects.toThrow("closed");
  });

  it("asks for gas by the size of the calldata, and refuses more than a transaction may hold", () => {
    expect(gasFor("0x")).toBe(600_000n);
    expect(gasFor(`0x${"00".repeat(2_820)}`)).toBeGreaterThan((2_252_500n * 11n) / 10n);
    expect(() => gasFor(`0x${"00".repeat(20_000)}`)).toThrow(TooLargeError);
  });
});

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { build } from "esbuild";
import { toHex } from "viem";
import { afterEach, describe, expect, it, vi } from "vitest";
import { funderAccount } from "./accounts.ts";
import { type Chain, type ChainOptions, DEFAULT_GAS_LIMIT, startChain } from "./chain.ts";
import { PortTakenError } from "./service.ts";

const running: Chain[] = [];
async function start(options: Partial<ChainOptions> = {}): Promise<Chain> {
  const chain = await startChain({ port: 0, blockTime: 3600, ...options });
  running.push(chain);
  return chain;
}
afterEach(async () => {
  for (const chain of running.splice(0)) await chain.stop();
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** One JSON-RPC batch. @throws when the node refuses any of its calls */
async function batch(chain: Chain, method: string, params: readonly unknown[][]): Promise<void> {
  const body = JSON.stringify(params.map((each, id) => ({ jsonrpc: "2.0", id, method, params: each })));
  const response = await fetch(chain.url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const refused = ((await response.json()) as { error?: unknown }[]).find(({ error }) => error !== undefined);
  if (refused) throw new Error(JSON.stringify(refused));
}

const funder = funderAccount();

describe("a chain", () => {
  it("is the sandbox's, with a rich funder and a gas limit that is not the ceiling", async () => {
    const chain = await start();
    expect(await chain.rpc("eth_chainId")).toBe(toHex(14800));
    expect(await chain.rpc("eth_getBalance", [funder.address, "latest"])).toBe(toHex(10n ** 24n));
    const { gasLimit } = await chain.rpc<{ gasLimit: string }>("eth_getBlockByNumber", ["latest", false]);
    expect([Number(gasLimit), chain.gasLimit]).toEqual([DEFAULT_GAS_LIMIT, DEFAULT_GAS_LIMIT]);
    expect(execFileSync("ps", ["-o", "comm=", "-p", String(chain.pid)], { encoding: "utf8" })).toMatch(/anvil/);
  });

  it("mines by itself, at its pace", async () => {
    const chain = await start({ blockTime: 1, gasLimit: 30_000_000, chainId: 31337 });
    // Seconds. What a clock beside it would say depends on how busy the machine is.
    expect(await chain.rpc("anvil_getIntervalMining")).toBe(1);
    await vi.waitUntil(async () => Number(await chain.rpc("eth_blockNumber")) >= 2, { timeout: 20_000 });
    const block = await chain.rpc<{ gasLimit: string }>("eth_getBlockByNumber", [toHex(2), false]);
    expect(Number(block.gasLimit)).toBe(30_000_000);
  });

  it("takes thousands of waiting transactions, and mines them in the order of their nonces", async () => {
    const chain = await start({ gasLimit: 1_000_000_000 });
    const [senders, each] = [300, 8];
    const froms = Array.from({ length: senders }, (_, i) => toHex(0x10000 + i, { size: 20 }));
    const nonces = Array.from({ length: each }, (_, i) => toHex(each - 1 - i)); // the last one first
    await chain.rpc("anvil_autoImpersonateAccount", [true]);
    await batch(
      chain,
      "anvil_setBalance",
      froms.map((from) => [from, toHex(10n ** 18n)]),
    );
    await batch(
      chain,
      "eth_sendTransaction",
      froms.flatMap((from) => nonces.map((nonce) => [{ from, to: from, value: "0x1", gas: toHex(21_000), nonce }])),
    );
    expect(await chain.rpc("txpool_status")).toEqual({ pending: toHex(senders * each), queued: "0x0" });
    await chain.rpc("anvil_mine", ["0x1"]);
    const { transactions } = await chain.rpc<{ transactions: string[] }>("eth_getBlockByNumber", ["latest", false]);
    expect(transactions).toHaveLength(senders * each);
  });

  it("keeps real chains' cap of gas per transaction (EIP-7825)", async () => {
    const chain = await start();
    const send = async (gas: bigint, nonce: number) => {
      const fees = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n };
      const to = funder.address;
      return chain.rpc("eth_sendRawTransaction", [
        await funder.signTransaction({ to, gas, nonce, chainId: 14800, type: "eip1559", ...fees }),
      ]);
    };
    await send(16_777_216n, 0);
    await expect(send(16_777_217n, 1)).rejects.toThrow(/tx_gas_limit_cap/);
  });
});

describe("its end", () => {
  it("comes with stop(), twice or in a pause", async () => {
    const chain = await start();
    chain.pause();
    await chain.stop();
    expect(isAlive(chain.pid)).toBe(false);
    await chain.stop();
  });

  it("is told when nobody asked for it", async () => {
    const chain = await start();
    process.kill(chain.pid, "SIGKILL");
    await expect(chain.failed).rejects.toThrow("anvil ended by itself");
    await chain.stop();
  });

  it("is not a failure when it was asked for", async () => {
    const chain = await start();
    await chain.stop();
    await chain.stop(); // what its end tells has been told by now
    expect(inspect(chain.failed)).toContain("<pending>");
  });

  it.each(["SIGKILL", "SIGTERM"] as const)("comes with the end of its owner by %s, even in a pause", async (signal) => {
    const { owner, pid, cleanUp } = await startOwner();
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, "SIGSTOP");
    owner.kill(signal);
    await vi.waitUntil(() => !isAlive(pid), { timeout: 20_000 });
    cleanUp();
  });
});

describe("what cannot start", () => {
  it("names the port that is in use", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const attempt = startChain({ port });
    await expect(attempt).rejects.toThrow(PortTakenError);
    await expect(attempt).rejects.toThrow(new RegExp(`port ${port}.*chain.*--ports auto`));
    server.close();
  });

  it("says what anvil says", async () => {
    await expect(startChain({ port: 0, mnemonic: "no phrase at all" })).rejects.toThrow(/anvil ended by itself: .+/s);
  });
});

/** A process of its own that starts a chain and then does nothing. */
async function startOwner(): Promise<{ owner: ChildProcess; pid: number; cleanUp: () => void }> {
  // Inside the tree, so that the bundle finds its packages.
  const dist = fileURLToPath(new URL("../../dist", import.meta.url));
  mkdirSync(dist, { recursive: true });
  const folder = mkdtempSync(`${dist}/chain-test-`);
  const chain = JSON.stringify(fileURLToPath(new URL("./chain.ts", import.meta.url)));
  await build({
    stdin: {
      contents: `import { startChain } from ${chain}; console.log((await startChain({ port: 0 })).pid);`,
      resolveDir: folder,
    },
    outfile: `${folder}/owner.mjs`,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
  });
  const owner = spawn(process.execPath, [`${folder}/owner.mjs`], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface(owner.stdout), "line")) as [string];
  return { owner, pid: Number(line), cleanUp: () => rmSync(folder, { recursive: true }) };
}

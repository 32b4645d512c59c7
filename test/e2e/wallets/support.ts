// Chains, endpoints and balances for the tests of the wallet commands. What they check is read from the chain itself, not from what the commands say.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { bytesToHex } from "viem";
import { english, generateMnemonic, mnemonicToAccount, privateKeyToAccount } from "viem/accounts";
import { canonicalMulticall } from "../../../src/core/abi/addresses.ts";
import { type Chain, type ChainOptions, startChain } from "../../../src/sandbox/chain.ts";
import { artifact } from "../../../src/sandbox/contracts.ts";
import { type CommandOptions, type Ended, runOnrush } from "../support.ts";

/** A test network of its own; its money comes from anvil_setBalance. */
export async function testChain(options: Partial<ChainOptions> & { multicall?: boolean } = {}): Promise<Chain> {
  const { multicall = true, ...rest } = options;
  const chain = await startChain({ port: 0, chainId: 31_337, blockTime: 0.5, ...rest });
  if (multicall) await chain.rpc("anvil_setCode", [canonicalMulticall, artifact("Multicall3").deployedBytecode]);
  return chain;
}

/** A phrase that nobody has ever seen. */
export const anyPhrase = (words: 12 | 24 = 12) => generateMnemonic(english, words === 12 ? 128 : 256);

/** Addresses start .. end - 1 of a phrase, by viem's own derivation. */
export function addressesOf(phrase: string, start: number, end: number, accountIndex = 0): `0x${string}`[] {
  // The branch once: each mnemonicToAccount hashes the phrase anew, which takes 10 ms.
  const branch = mnemonicToAccount(phrase, { path: `m/44'/60'/${accountIndex}'/0` }).getHdKey();
  return Array.from({ length: end - start }, (_, i) => {
    const { privateKey } = branch.deriveChild(start + i);
    return privateKeyToAccount(bytesToHex(privateKey ?? new Uint8Array())).address;
  });
}

export async function give(chain: Chain, addresses: readonly string[], wei: (i: number) => bigint): Promise<void> {
  await Promise.all(
    addresses.map((address, i) => chain.rpc("anvil_setBalance", [address, `0x${wei(i).toString(16)}`])),
  );
}

export function balances(chain: Chain, addresses: readonly string[]): Promise<bigint[]> {
  return Promise.all(
    addresses.map(async (address) => BigInt(await chain.rpc<string>("eth_getBalance", [address, "latest"]))),
  );
}

export function nonces(chain: Chain, addresses: readonly string[]): Promise<number[]> {
  return Promise.all(
    addresses.map(async (address) => Number(await chain.rpc("eth_getTransactionCount", [address, "latest"]))),
  );
}

export const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

/** What `--json` prints, with amounts as they are in it: text. */
export interface MoveReport {
  readonly successful: number;
  readonly skipped: number;
  readonly failed: number;
  readonly moved: string;
  readonly fees: string;
  readonly ms: number;
  readonly wallets: readonly { wallet: string; state: string; feeAtMost?: string; amount?: string; reason?: string }[];
}

export interface Transfer extends Omit<CommandOptions, "environment"> {
  readonly url: string;
  readonly from: string;
  readonly to: string;
  readonly args?: readonly string[];
}

/** Runs `transfer-funds transfer --json` without its delay, phrases in the environment. */
export async function transfer({
  url,
  from,
  to,
  args = [],
  ...options
}: Transfer): Promise<Ended & { report: MoveReport }> {
  const ended = await runOnrush(["transfer-funds", "transfer", "--yes", "--json", ...args], {
    ...options,
    environment: { RPC_URL: url, OLD_MNEMONIC: from, NEW_MNEMONIC: to },
  });
  return { ...ended, report: ended.stdout === "" ? (undefined as never) : JSON.parse(ended.stdout) };
}

/** What a bad endpoint does with the n-th request (from 1). */
export type Misbehaviour = (n: number, body: string) => "pass" | "throttle" | "lose the answer" | "refuse batches";

export interface Proxy {
  readonly url: string;
  /** Requests that it did not simply pass on. */
  readonly misbehaved: () => number;
  stop(): Promise<void>;
}

/** An endpoint in front of a chain's that misbehaves. */
export async function badEndpoint(chain: Chain, misbehaviour: Misbehaviour): Promise<Proxy> {
  let seen = 0;
  let misbehaved = 0;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part;
    const what = misbehaviour(++seen, body);
    if (what !== "pass") misbehaved++;
    if (what === "throttle") return response.writeHead(429).end();
    if (what === "refuse batches")
      return response
        .writeHead(200, { "content-type": "application/json" })
        .end(
          JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: -32600, message: "batches are not supported" } }),
        );
    const answer = await fetch(chain.url, { method: "POST", headers: { "content-type": "application/json" }, body });
    const text = await answer.text();
    if (what === "lose the answer") return response.destroy();
    response.writeHead(200, { "content-type": "application/json" }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    misbehaved: () => misbehaved,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

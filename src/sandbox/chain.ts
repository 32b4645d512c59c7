// The sandbox's chain: anvil, as a process of its own that cannot outlive the sandbox.
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { SANDBOX_MNEMONIC } from "../core/settings/common.ts";
import { availablePort } from "./available-port.ts";
import { rpc } from "./rpc.ts";
import { PortTakenError } from "./service.ts";
import { startSupervised } from "./supervised.ts";

export const SANDBOX_CHAIN_ID = 14800;

/**
 * Gas a block may hold unless told otherwise. At 1 s blocks it lets 40 data-portability users arrive each second, so the chain is not
 * what a run on one machine measures. `gasLimit: 30_000_000` is the ceiling of many a real chain.
 */
export const DEFAULT_GAS_LIMIT = 100_000_000;

/** Ether on each of the first ten accounts of the phrase; the first one is the funder. */
const BALANCE_ETHER = 1_000_000;

/**
 * Where an idle chain's base fee ends up anyway (EIP-1559 cannot go lower). Blocks that stay full raise it by an eighth each: from here
 * that is harmless for three minutes of a test that looks for the chain's ceiling, from anvil's 1 gwei it is not for one.
 */
const BASE_FEE_WEI = 7;

/**
 * States of past blocks kept, for reads at a block that the head has just left. Each is a whole copy: with 64 of them anvil held 2 GB after
 * 3,000 data-portability users, with 3 it holds 0.25 GB. Keeping none on disk either also means that nothing is left behind when it is killed.
 */
const KEPT_STATES = 3;

const START_TIMEOUT_MS = 15_000;

export interface ChainOptions {
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  port: number;
  chainId?: number;
  /** Seconds between blocks. */
  blockTime?: number;
  /** Gas a block may hold. */
  gasLimit?: number;
  mnemonic?: string;
  /** More of anvil's own arguments, such as another hardfork. */
  args?: readonly string[];
}

export interface Chain {
  readonly url: string;
  readonly port: number;
  /** anvil's own process id. */
  readonly pid: number;
  readonly chainId: number;
  readonly blockTime: number;
  readonly gasLimit: number;
  /** Rejects when anvil ends without having been told to. Never resolves. */
  readonly failed: Promise<never>;
  rpc<T>(method: string, params?: readonly unknown[]): Promise<T>;
  /** Freezes anvil: it accepts connections and answers nothing (SIGSTOP). */
  pause(): void;
  /** Lets it go on; it mines what has been waiting. */
  resume(): void;
  /** Ends anvil, paused or not, and resolves when the process is gone. May be called twice. */
  stop(): Promise<void>;
}

/** Kills anvil when the pipe ends: what it holds is of no use to anybody. */
const GUARD = `
"$@" </dev/null &
echo $!
exec >&-
while read -r _; do :; done
kill -KILL $! 2>/dev/null
wait $!
`;

/**
 * Starts anvil and waits until it answers.
 * @throws PortTakenError when the port is in use; Error with anvil's own words when it does not start.
 */
export async function startChain(options: ChainOptions): Promise<Chain> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startAt(await availablePort(options.port, "chain"), options);
    } catch (error) {
      // A free port may be somebody else's by the time anvil binds it.
      if (!(error instanceof PortTakenError && options.port === 0 && attempt < 3)) throw error;
    }
  }
}

async function startAt(port: number, options: ChainOptions): Promise<Chain> {
  const { chainId = SANDBOX_CHAIN_ID, blockTime = 1, gasLimit = DEFAULT_GAS_LIMIT } = options;
  const url = `http://127.0.0.1:${port}`;
  const args = [
    ...["--host", "127.0.0.1", "--port", String(port), "--quiet", "--no-request-size-limit"],
    ...["--chain-id", String(chainId), "--block-time", String(blockTime), "--gas-limit", String(gasLimit)],
    ...["--mnemonic", options.mnemonic ?? SANDBOX_MNEMONIC, "--balance", String(BALANCE_ETHER)],
    ...["--base-fee", String(BASE_FEE_WEI), "--prune-history", String(KEPT_STATES)],
    "--enable-tx-gas-limit", // 2^24 gas a transaction (EIP-7825), as chains have it today: batches that pass here pass there
    ...(options.args ?? []),
  ];
  const anvil = await startSupervised(GUARD, "onrush-anvil", [anvilPath(), ...args]);
  const { pid } = anvil;

  let stopping = false;
  const stop = async () => {
    stopping = true;
    await anvil.release();
  };
  const failed = anvil.ended.then(() => {
    if (stopping) return new Promise<never>(() => {});
    const said = anvil.said();
    if (said.includes("in use")) throw new PortTakenError(port, "chain"); // taken since we looked
    throw new Error(`anvil ended by itself${said && `: ${said.trim()}`}`);
  });
  failed.catch(() => {}); // whoever wants to know waits for it

  try {
    await Promise.race([untilReady(url), failed]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    port,
    pid,
    chainId,
    blockTime,
    gasLimit,
    failed,
    rpc: (method, params) => rpc(url, method, params),
    pause: () => void process.kill(pid, "SIGSTOP"),
    resume: () => void process.kill(pid, "SIGCONT"),
    stop,
  };
}

/** The native program of this platform's package, not the Node launcher: its pid must be anvil's own. */
function anvilPath(): string {
  const launcher = createRequire(import.meta.url).resolve("@foundry-rs/anvil/package.json");
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const name = `@foundry-rs/anvil-${process.platform}-${arch}`;
  try {
    return createRequire(launcher).resolve(`${name}/bin/anvil`);
  } catch {
    throw new Error(
      `the sandbox's chain needs anvil, and ${name} is not installed: run npm install (with optional packages)`,
    );
  }
}

async function untilReady(url: string): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      await rpc(url, "eth_chainId");
      return;
    } catch (error) {
      if (performance.now() > deadline) throw new Error(`anvil does not answer: ${(error as Error).message}`);
      await sleep(25);
    }
  }
}

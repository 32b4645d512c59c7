// The chain among the services: its facts as counters, and its faults.
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { funderAccount } from "./accounts.ts";
import type { Chain } from "./chain.ts";
import { createFaults, type Fault, LONGEST_TIMER } from "./faults.ts";
import type { Controls } from "./service.ts";

/** What a system adds to the chain's controls. */
export interface ChainExtension {
  /** What the chain says of the system, among the chain's counters. */
  facts?(): Promise<Record<string, number>>;
  /** Faults by name: what is done when one is switched on and off. The chain answers while it is done. */
  readonly faults?: Readonly<Record<string, (on: boolean) => Promise<void>>>;
}

/** Milliseconds for the chain to say what happened on it. */
const FACTS_TIMEOUT = 3_000;

/** Milliseconds to wait for the chain's threads to stand still. */
const STOP_TIMEOUT = 2_000;

/** The block and what the funder has sent. */
async function generalFacts({ rpc }: Chain): Promise<Record<string, number>> {
  const [block, nonce] = await Promise.all([
    rpc<string>("eth_blockNumber"),
    rpc<string>("eth_getTransactionCount", [funderAccount().address, "latest"]),
  ]);
  return { block: Number(block), "funder.nonce": Number(nonce) };
}

/** Controls of a chain that may be started later than it is extended. */
export function chainControls() {
  const extensions: ChainExtension[] = [];
  return {
    extend: (extension: ChainExtension) => void extensions.push(extension),
    of: (chain: Chain): Controls => controlsOf(chain, extensions),
  };
}

/** Its own fault `pause` stops anvil (SIGSTOP) until it is cleared or its time is over. */
function controlsOf(chain: Chain, extensions: readonly ChainExtension[]): Controls {
  const switches = () => extensions.flatMap(({ faults = {} }) => Object.entries(faults));
  const flags = () => ({ pause: {}, ...Object.fromEntries(switches().map(([name]) => [name, {}])) });
  const faults = createFaults("chain", flags, { general: false });
  const facts = async () =>
    Object.assign({}, ...(await Promise.all([generalFacts(chain), ...extensions.map((each) => each.facts?.())])));
  const timers = new Map<number, NodeJS.Timeout>();
  const switchedOn = new Set<string>();
  let paused = false;
  let pauses = 0;

  /** Makes the chain what the faults that are on say; one change after another. */
  let applying: Promise<void> = Promise.resolve();
  const apply = () => {
    applying = applying.catch(() => {}).then(change);
    return applying;
  };
  async function change(): Promise<void> {
    const on = new Set(faults.list().map(({ fault }) => fault));
    for (const [name, change] of switches()) {
      if (on.has(name) === switchedOn.has(name)) continue;
      if (paused) {
        chain.resume(); // a stopped anvil takes no order
        paused = false;
      }
      await change(on.has(name));
      if (on.has(name)) switchedOn.add(name);
      else switchedOn.delete(name);
    }
    if (on.has("pause") !== paused) {
      paused = on.has("pause");
      if (paused) {
        pauses++;
        chain.pause();
        await untilStopped(chain.pid);
      } else chain.resume();
    }
  }

  return {
    name: "chain",
    url: chain.url,
    async counters() {
      // A paused chain says nothing; what is known without it is told all the same.
      const said = paused ? undefined : await Promise.race([facts().catch(() => undefined), after(FACTS_TIMEOUT)]);
      return { "block.seconds": chain.blockTime, "block.gas": chain.gasLimit, pauses, paused: paused ? 1 : 0, ...said };
    },
    errors: () => [],
    reset() {
      pauses = 0;
    },
    faults: faults.list,
    async setFault(input) {
      const fault: Fault = faults.set(input);
      await apply();
      if (fault.for !== undefined && fault.for <= LONGEST_TIMER) {
        timers.set(
          fault.id,
          setTimeout(() => void apply(), fault.for + 1),
        );
      }
      return fault;
    },
    async clearFaults(id) {
      const cleared = faults.clear(id);
      await apply();
      return cleared;
    },
    async close() {
      for (const timer of timers.values()) clearTimeout(timer);
      await chain.stop();
    },
  };
}

/**
 * Waits until all threads of a process that was sent SIGSTOP stand still. The signal only stops them once one of them has been given a processor to take it;
 * on a busy machine the others go on answering until then. Where there is no /proc, nothing is waited for.
 */
async function untilStopped(pid: number): Promise<void> {
  const deadline = performance.now() + STOP_TIMEOUT;
  while (performance.now() < deadline) {
    try {
      const threads = await readdir(`/proc/${pid}/task`);
      const states = await Promise.all(threads.map((id) => readFile(`/proc/${pid}/task/${id}/stat`, "utf8")));
      if (states.every((stat) => /^T/.test(stat.slice(stat.lastIndexOf(")") + 2)))) return;
    } catch {
      return; // no /proc, or a thread that has just ended: as good as stopped
    }
    await sleep(5);
  }
}

const after = (ms: number) => new Promise<undefined>((resolve) => setTimeout(resolve, ms, undefined).unref());

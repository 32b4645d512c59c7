// The chain among the services: its facts as counters, and its two faults.
import type { Chain } from "./chain.ts";
import { setPermissionsFault } from "./contracts.ts";
import { createFaults, type Fault } from "./faults.ts";
import type { Controls } from "./service.ts";

/**
 * `pause` stops anvil (SIGSTOP) until it is cleared or its time is over; `wrong-grantor` makes the Permissions contract book every permission to somebody
 * else.
 */
const flags = { pause: {}, "wrong-grantor": {} };

/** Milliseconds for a chain that may be paused to say what block it is at. */
const FACTS_TIMEOUT = 1_000;

/** Longest delay of a Node timer; a fault that lasts longer lasts for ever. */
const LONGEST_TIMER = 2 ** 31 - 1;

export function chainControls(chain: Chain): Controls {
  const faults = createFaults("chain", flags, { general: false });
  const timers = new Map<number, NodeJS.Timeout>();
  let paused = false;
  let wrongGrantor = false;
  let pauses = 0;

  /** Makes the chain what the faults that are on say. */
  async function apply(): Promise<void> {
    const on = new Set(faults.list().map(({ fault }) => fault));
    if (on.has("wrong-grantor") !== wrongGrantor) {
      if (paused) {
        chain.resume(); // a stopped anvil takes no order
        paused = false;
      }
      wrongGrantor = on.has("wrong-grantor");
      await setPermissionsFault(chain, wrongGrantor);
    }
    if (on.has("pause") !== paused) {
      paused = on.has("pause");
      if (paused) {
        pauses++;
        chain.pause();
      } else chain.resume();
    }
  }

  return {
    name: "chain",
    url: chain.url,
    async counters() {
      const block = paused
        ? undefined
        : await Promise.race([chain.rpc<string>("eth_blockNumber").catch(() => undefined), after(FACTS_TIMEOUT)]);
      return {
        pid: chain.pid,
        chain_id: chain.chainId,
        gas_limit: chain.gasLimit,
        block_time: chain.blockTime,
        pauses,
        paused: paused ? 1 : 0,
        ...(typeof block === "string" ? { block: Number(block) } : {}),
      };
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

const after = (ms: number) => new Promise<undefined>((resolve) => setTimeout(resolve, ms, undefined).unref());

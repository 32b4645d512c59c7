// The chain among the services: its facts as counters, and its two faults.
import type { Chain } from "./chain.ts";
import { chainFacts } from "./chain-facts.ts";
import { setPermissionsFault } from "./contracts.ts";
import { createFaults, type Fault } from "./faults.ts";
import type { Controls } from "./service.ts";

/**
 * `pause` stops anvil (SIGSTOP) until it is cleared or its time is over; `wrong-grantor` makes the Permissions contract book every permission to somebody
 * else.
 */
const flags = { pause: {}, "wrong-grantor": {} };

/** Milliseconds for the chain to say what happened on it. */
const FACTS_TIMEOUT = 3_000;

/** Longest delay of a Node timer; a fault that lasts longer lasts for ever. */
const LONGEST_TIMER = 2 ** 31 - 1;

export function chainControls(chain: Chain): Controls {
  const faults = createFaults("chain", flags, { general: false });
  const facts = chainFacts(chain);
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

const after = (ms: number) => new Promise<undefined>((resolve) => setTimeout(resolve, ms, undefined).unref());

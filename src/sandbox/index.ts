// The embedded target: every system that a scenario can load, on loopback ports, real parts only.
import { setTimeout as sleep } from "node:timers/promises";
import { type Environment, parseTable } from "../core/settings/table.ts";
import { createAdmin } from "./admin.ts";
import { type Chain, startChain } from "./chain.ts";
import { chainControls } from "./chain-controls.ts";
import { setFault } from "./fault-targets.ts";
import { parseFault } from "./faults.ts";
import type { Controls } from "./service.ts";
import { awaitAll, type Ground, type System, sharedPorts, type Target } from "./system.ts";

export interface SandboxOptions {
  /** The systems to start, by the scenario that loads them. */
  targets: Readonly<Record<string, Target>>;
  /** Texts of the systems' own settings. */
  settings?: Environment;
  /** `auto` takes free ports. */
  ports?: "default" | "auto";
  /** Seconds between blocks. */
  blockTime?: number;
  /** Gas a block may hold. */
  gasLimit?: number;
  /** Faults that are on from the start, as the command line writes them: service:fault[,key=value...]. */
  faults?: readonly string[];
  /** Waits for as long as a part may take to end. */
  wait?: (ms: number) => Promise<unknown>;
}

export interface Sandbox {
  /** Settings that point a scenario at it. */
  readonly environment: Record<string, string>;
  readonly adminUrl: string;
  /** Where a system needs one. */
  readonly chain: Chain | undefined;
  /** In the order they were started. */
  readonly services: readonly Controls[];
  /** Rejects when a part ends that was not told to. Never resolves. */
  readonly failed: Promise<never>;
  counters(): Promise<Record<string, Record<string, number>>>;
  /** Switches a fault on: `{service, fault, ...}`. @throws FaultError */
  setFault(fault: { service: string; fault: string; [field: string]: unknown }): Promise<void>;
  clearFaults(): Promise<void>;
  /** Ends everything it started; safe to call twice. */
  stop(): Promise<void>;
}

/** Longest that one part may take to end before the sandbox ends without it. */
const STOP_TIMEOUT = 5_000;

/** Where every service of these systems listens unless told otherwise. */
export const portsOf = (targets: readonly Target[]): Record<string, number> =>
  Object.assign(
    { ...sharedPorts },
    ...targets.flatMap(({ services }) => Object.entries(services).map(([name, { port }]) => ({ [name]: port }))),
  );

/**
 * Starts the systems asked for.
 * @throws PortTakenError, FaultError, or what a part says; everything that had been started is ended by then
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { ports = "default", faults = [], settings = {}, wait = patience } = options;
  const targets = Object.values(options.targets);
  const parsedFaults = faults.map(parseFault);
  const registered: Controls[] = [];
  const defaults = portsOf(targets);
  const onChain = chainControls();
  let chain: Promise<Chain> | undefined;
  const ground: Ground = {
    portOf: (name) => (ports === "auto" ? 0 : (defaults[name] ?? 0)),
    started(service) {
      registered.push(service);
      return service;
    },
    extendChain: onChain.extend,
    chain() {
      chain ??= startChain({
        port: ground.portOf("chain"),
        ...(options.blockTime === undefined ? {} : { blockTime: options.blockTime }),
        ...(options.gasLimit === undefined ? {} : { gasLimit: options.gasLimit }),
      }).then((started) => {
        ground.started(onChain.of(started));
        return started;
      });
      return chain;
    },
  };

  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= endAll(registered, wait);
    return stopping;
  };

  try {
    const starting = targets.map((target) => target.start(ground, parseTable(target.settings, settings).values));
    const running: readonly System[] = await awaitAll(...starting);
    const theChain = await chain;

    const environment: Record<string, string> = Object.assign({}, ...running.map((system) => system.environment));
    const services = [...registered];
    const processes = Object.assign(
      { sandbox: process.pid },
      theChain === undefined ? {} : { chain: theChain.pid },
      ...running.map((system) => system.processes ?? {}),
    );
    const admin = createAdmin({
      port: ground.portOf("admin"),
      services,
      processes,
      environment: () => environment,
    });
    await admin.listen();
    ground.started(admin);
    environment.ADMIN_URL = admin.url;

    for (const fault of parsedFaults) await setFault(services, fault);

    const failed = Promise.race([theChain, ...running].flatMap((part) => (part?.failed ? [part.failed] : [])));
    failed.catch(() => {}); // whoever wants to know waits for it
    return {
      environment,
      adminUrl: admin.url,
      chain: theChain,
      services,
      failed,
      counters: async () =>
        Object.fromEntries(
          await Promise.all(services.map(async (each) => [each.name, await each.counters()] as const)),
        ),
      setFault: async (fault) => void (await setFault(services, fault)),
      clearFaults: async () => void (await Promise.all(services.map((each) => each.clearFaults()))),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Keeps no process from ending. */
const patience = (ms: number) => sleep(ms, undefined, { ref: false });

/** Ends the newest first, each within its time. */
async function endAll(services: readonly Controls[], wait: (ms: number) => Promise<unknown>): Promise<void> {
  for (const service of [...services].reverse()) {
    await Promise.race([service.close().catch(() => {}), wait(STOP_TIMEOUT)]);
  }
}

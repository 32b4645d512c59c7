// The embedded target: every system that a scenario can load, on loopback ports, real parts only.
import { setTimeout as sleep } from "node:timers/promises";
import { createAdmin } from "./admin.ts";
import { type Chain, startChain } from "./chain.ts";
import { chainControls } from "./chain-controls.ts";
import { startChat } from "../../scenarios/chat/sandbox/index.ts";
import { setFault } from "./fault-targets.ts";
import { parseFault } from "./faults.ts";
import { startLedgerSystem } from "../../scenarios/ledger/sandbox/system.ts";
import { type PortabilityOptions, startPortability } from "../../scenarios/streaming/sandbox/index.ts";
import type { Controls } from "./service.ts";
import type { SpaceOptions } from "../../scenarios/space/sandbox/index.ts";
import { defaultPorts, type Ground, type System, together } from "./system.ts";

/** Scenario -> what starts the system it loads. */
const systems = {
  streaming: startPortability,
  chat: startChat,
  ledger: startLedgerSystem,
  // Read when it is wanted: its messages are made from a .proto file, without which the command's other uses must start too.
  space: async (ground, options) => (await import("../../scenarios/space/sandbox/index.ts")).startSpace(ground, options),
} satisfies Record<string, (ground: Ground, options: SandboxOptions) => Promise<System>>;

export type SystemName = keyof typeof systems;
export const systemNames = Object.keys(systems) as SystemName[];

export interface SandboxOptions extends PortabilityOptions, SpaceOptions {
  /** The scenarios whose systems are started; all of them by default. */
  systems?: readonly SystemName[];
  /** `auto` takes free ports. */
  ports?: "default" | "auto";
  /** Seconds between blocks. */
  blockTime?: number;
  /** Gas a block may hold. */
  gasLimit?: number;
  /** Faults that are on from the start, as the command line writes them: service:fault[,key=value...]. */
  faults?: readonly string[];
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

/**
 * Starts the systems asked for.
 * @throws PortTakenError, FaultError, or what a part says; everything that had been started is ended by then
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { ports = "default", faults = [] } = options;
  const parsedFaults = faults.map(parseFault);
  const registered: Controls[] = [];
  let chain: Promise<Chain> | undefined;
  const ground: Ground = {
    portOf: (name) => (ports === "auto" ? 0 : defaultPorts[name]),
    started(service) {
      registered.push(service);
      return service;
    },
    chain() {
      chain ??= startChain({
        port: ground.portOf("chain"),
        ...(options.blockTime === undefined ? {} : { blockTime: options.blockTime }),
        ...(options.gasLimit === undefined ? {} : { gasLimit: options.gasLimit }),
      }).then((started) => {
        ground.started(chainControls(started));
        return started;
      });
      return chain;
    },
  };

  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= endAll(registered);
    return stopping;
  };

  try {
    const starting = (options.systems ?? systemNames).map((name) => systems[name](ground, options));
    const running: readonly System[] = await together(...starting);
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

/** Ends the newest first, each within its time. */
async function endAll(services: readonly Controls[]): Promise<void> {
  for (const service of [...services].reverse()) {
    await Promise.race([service.close().catch(() => {}), sleep(STOP_TIMEOUT, undefined, { ref: false })]);
  }
}

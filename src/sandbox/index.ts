// The embedded target: everything a data-portability user meets, on loopback ports, real parts only.
import { setTimeout as sleep } from "node:timers/promises";
import { sandboxAccount } from "./accounts.ts";
import { createAdmin } from "./admin.ts";
import { createApp } from "./app.ts";
import { type Chain, SANDBOX_CHAIN_ID, SANDBOX_MNEMONIC, startChain } from "./chain.ts";
import { chainControls } from "./chain-controls.ts";
import { deployContracts } from "./contracts.ts";
import { setFault } from "./fault-targets.ts";
import { parseFault } from "./faults.ts";
import type { RelayAnswer } from "./relayer.ts";
import type { Controls } from "./service.ts";
import { startPersonalServer } from "./start-personal-server.ts";
import { createStorage, SANDBOX_BUCKET } from "./storage.ts";

/** Where the services listen unless told otherwise: what the settings of scenarios default to. */
export const defaultPorts = { chain: 14800, storage: 14801, app: 14802, personal: 14803, admin: 14809 } as const;

export interface SandboxOptions {
  /** `auto` takes free ports. */
  ports?: "default" | "auto";
  /** Seconds between blocks. */
  blockTime?: number;
  /** Gas a block may hold. */
  gasLimit?: number;
  /** Milliseconds an inference takes; two sevenths of it are spent in `starting`. */
  latency?: number;
  relayAnswer?: RelayAnswer;
  /** The real personal server's default rate limits. */
  realLimits?: boolean;
  /** Faults that are on from the start, as the command line writes them: service:fault[,key=value...]. */
  faults?: readonly string[];
}

export interface Sandbox {
  /** Settings that point a scenario at it. */
  readonly environment: Record<string, string>;
  readonly adminUrl: string;
  readonly chain: Chain;
  /** In the order they were started, the chain first. */
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

const DEFAULT_LATENCY = 700;
/** Longest that one part may take to end before the sandbox ends without it. */
const STOP_TIMEOUT = 5_000;

/**
 * Starts all parts.
 * @throws PortTakenError, FaultError, or what a part says; everything that had been started is ended by then
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const {
    ports = "default",
    latency = DEFAULT_LATENCY,
    relayAnswer = "submitted",
    realLimits = false,
    faults = [],
  } = options;
  const parsedFaults = faults.map(parseFault);
  const portOf = (name: keyof typeof defaultPorts) => (ports === "auto" ? 0 : defaultPorts[name]);
  const started: Controls[] = [];
  const startedAs = <T extends Controls>(service: T): T => {
    started.push(service);
    return service;
  };

  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= endAll(started);
    return stopping;
  };

  try {
    const [chain, storage] = await both(
      startChain({
        port: portOf("chain"),
        ...(options.blockTime === undefined ? {} : { blockTime: options.blockTime }),
        ...(options.gasLimit === undefined ? {} : { gasLimit: options.gasLimit }),
      }).then((chain) => {
        startedAs(chainControls(chain));
        return chain;
      }),
      createStorage({ port: portOf("storage") }).then(async (storage) => {
        await storage.listen();
        return startedAs(storage);
      }),
    );
    const start = Math.round((latency * 2) / 7);
    const [personal] = await both(
      startPersonalServer({
        port: portOf("personal"),
        rpcUrl: chain.url,
        mnemonic: SANDBOX_MNEMONIC,
        latency: { start, process: latency - start },
        realLimits,
      }).then(startedAs),
      deployContracts(chain),
    );
    const app = createApp({
      port: portOf("app"),
      rpcUrl: chain.url,
      chainId: chain.chainId,
      personalServerUrl: personal.url,
      app: sandboxAccount("app"),
      relayer: sandboxAccount("relayer"),
      relayAnswer,
    });
    await app.listen();
    startedAs(app);

    const environment: Record<string, string> = {
      RPC_URL: chain.url,
      CHAIN_ID: String(SANDBOX_CHAIN_ID),
      STORAGE_URL: storage.url,
      STORAGE_BUCKET: SANDBOX_BUCKET,
      APP_URL: app.url,
      PERSONAL_SERVER_URL: personal.url,
    };
    const services = [...started];
    const processes = {
      sandbox: process.pid,
      chain: chain.pid,
      ...(personal.pid === undefined ? {} : { personal: personal.pid }),
    };
    const admin = createAdmin({ port: portOf("admin"), services, processes, environment: () => environment });
    await admin.listen();
    startedAs(admin);
    environment.ADMIN_URL = admin.url;

    for (const fault of parsedFaults) await setFault(services, fault);

    const failed = Promise.race([chain.failed, ...(personal.failed ? [personal.failed] : [])]);
    failed.catch(() => {}); // whoever wants to know waits for it
    return {
      environment,
      adminUrl: admin.url,
      chain,
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

/** Like Promise.all, but settles only when both have: what starts after the other one failed must be known to be ended. */
async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

/** Ends the newest first, each within its time. */
async function endAll(services: readonly Controls[]): Promise<void> {
  for (const service of [...services].reverse()) {
    await Promise.race([service.close().catch(() => {}), sleep(STOP_TIMEOUT, undefined, { ref: false })]);
  }
}

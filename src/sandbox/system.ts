// A system of the sandbox: the parts that one scenario loads. Each is started on common ground and knows nothing of the others.
import type { Chain } from "./chain.ts";
import type { Controls } from "./service.ts";

/** Where the services listen unless told otherwise: what the settings of scenarios default to. */
export const defaultPorts = {
  chain: 14800,
  storage: 14801,
  app: 14802,
  personal: 14803,
  gate1: 14804,
  gate2: 14805,
  ledger: 14806,
  postgres: 14807,
  node: 14808,
  admin: 14809,
} as const;

export type PortName = keyof typeof defaultPorts;

/** What all systems stand on. */
export interface Ground {
  /** The port a service shall listen on; 0 for a free one. */
  portOf(name: PortName): number;
  /** The chain, which systems share; started by the first that asks. */
  chain(): Promise<Chain>;
  /** Registers what has just been started, so that it is ended however the start of the rest goes. Call it before anything else can fail. */
  started<T extends Controls>(service: T): T;
}

/** A system that runs. Its services are those it registered with `started`. */
export interface System {
  /** Settings that point a scenario at it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Process ids, by what runs in them. */
  readonly processes?: Readonly<Record<string, number>>;
  /** Rejects when a part ends that was not told to. Never resolves. */
  readonly failed?: Promise<never>;
}

/** Like Promise.all, but settles only when all have: what starts after another one failed must be known to be ended. */
export async function together<T extends readonly unknown[]>(
  ...parts: { readonly [K in keyof T]: Promise<T[K]> }
): Promise<T> {
  await Promise.allSettled(parts);
  return (await Promise.all(parts)) as unknown as T;
}

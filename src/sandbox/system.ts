// A system of the sandbox: the parts that one scenario loads. Each is started on common ground and knows nothing of the others.
import type { Table, ValuesOf } from "../core/settings/table.ts";
import type { Chain } from "./chain.ts";
import type { ChainExtension } from "./chain-controls.ts";
import type { Controls } from "./service.ts";

/** Where what the systems share listens unless told otherwise. Ports from 14800 on; each system names its own. */
export const sharedPorts = { chain: 14800, admin: 14809 } as const;

/** What all systems stand on. */
export interface Ground {
  /** The port a service shall listen on; 0 for a free one. */
  portOf(service: string): number;
  /** The chain, which systems share; started by the first that asks. */
  chain(): Promise<Chain>;
  /** Adds a system's own facts and faults to the chain's. */
  extendChain(extension: ChainExtension): void;
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

/** A system as data: what scenarios/<name>/sandbox/index.ts exports as `target`. What starts it is best imported when it is started. */
export interface Target<T extends Table = Table> {
  /** Its services by name: where each listens unless told otherwise, and what it is, in a few words. */
  readonly services: Readonly<Record<string, { readonly port: number; readonly about: string }>>;
  /** Flags of `onrush sandbox` that only this system has: LATENCY is --latency. */
  readonly settings: T;
  start(ground: Ground, values: ValuesOf<T>): Promise<System>;
}

/** Like Promise.all, but settles only when all have: what starts after another one failed must be known to be ended. */
export async function awaitAll<T extends readonly unknown[]>(
  ...parts: { readonly [K in keyof T]: Promise<T[K]> }
): Promise<T> {
  await Promise.allSettled(parts);
  return (await Promise.all(parts)) as unknown as T;
}

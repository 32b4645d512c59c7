// What all clients of a run share: its settings, its metrics, and what setup() found.
import { type Account, mnemonicToAccount } from "k6/x/ethereum";
import type { Payload } from "k6/x/towns";
import { phraseOf } from "../../../src/k6/chain.ts";
import { createMetrics } from "../../../src/k6/metrics.ts";
import type { Run } from "../../../src/k6/run.ts";
import type { User } from "../../../src/k6/user.ts";
import type { EventRef, NodeMaker, StreamNode, SyncCookie } from "../client/stream-node.ts";
import { spaceMetrics } from "../model/metrics.ts";
import { type ClientWallets, type WalletPath, walletOf } from "../model/wallets.ts";
import type { spaceTable } from "../settings.ts";

/** What a run of this scenario needs beside its settings. */
export interface Space extends Run<ReturnType<typeof spaceTable>> {
  /** Makes this VU's connections; passed on, so that what setup() needs has no copy of them. */
  readonly node: NodeMaker;
  readonly metrics: SpaceMetrics;
}

/** One client: who it is, and what it has to do with the node. */
export interface SpaceClient {
  readonly run: Space;
  readonly user: User;
  readonly setupData: SetupData;
  readonly account: Account;
  readonly node: StreamNode;
  /** Adds an event to a stream; resolves with what the node derived from it. @throws JourneyError */
  add(id: string, payload: Payload): Promise<{ refs: readonly EventRef[] }>;
  /** What `read` makes of an event; undefined, and counted, where the event does not hold. */
  checked<T>(read: () => T): T | undefined;
}

/** What setup() found and made; small, since every VU gets a copy. */
export interface SetupData {
  readonly session: string;
  /** Index of this k6 process. */
  readonly container: number;
  readonly space: string;
  readonly announce: string;
  readonly channels: readonly string[];
  /** Where each of these streams was before the clients, by its id. */
  readonly cookies: Readonly<Record<string, SyncCookie>>;
  /** What of this session was announced before this process came. */
  readonly hello?: string;
  readonly signalAt?: number;
}

/** The streams of a run. */
export type SpaceStreams = Pick<SetupData, "space" | "announce" | "channels">;

/** The k6 metrics of a space. Init code only. */
export const createSpaceMetrics = () => createMetrics(spaceMetrics);

export type SpaceMetrics = ReturnType<typeof createSpaceMetrics>;

/** How many clients there are in all, the root among them. */
export function clientsOf({ load: { arrivals } }: Space): number {
  return arrivals.kind === "clients" ? arrivals.clients : 0;
}

/** Which wallets the clients have. */
export function clientWalletsOf(run: Space, session: string): ClientWallets {
  const { RANDOM_CLIENTS, WALLET_OFFSET } = run.values;
  return { session, clients: clientsOf(run) - RANDOM_CLIENTS, random: RANDOM_CLIENTS, offset: WALLET_OFFSET };
}

export const accountAt = ({ values }: Space, path: WalletPath): Account =>
  mnemonicToAccount(phraseOf(values), { ...path });

export const accountOf = (run: Space, session: string, number: number): Account =>
  accountAt(run, walletOf(number, clientWalletsOf(run, session)));

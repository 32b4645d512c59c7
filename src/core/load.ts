// What a load is: a profile as data, the settings that can change it, and what both come to.
import type { Arrivals } from "./arrivals/types.ts";
import type { Environment } from "./settings/table.ts";

/** The settings that only rounds have. */
export interface RoundSettings {
  readonly WALLETS?: number | undefined;
  readonly OPERATIONS?: number | undefined;
  readonly WORKERS?: number | undefined;
  readonly FAST?: boolean | undefined;
}

export interface Profile {
  /** What it is for, in a few words. */
  readonly about: string;
  /** The exported function that each arrival runs; "user" by default. */
  readonly exec?: "user" | "preflight";
  readonly arrivals: Arrivals;
  /** Stop after this many users. */
  readonly users?: number;
  /** Users under way at once: k6's preAllocatedVUs = maxVUs. Clients and users in turn have theirs in `arrivals`. */
  readonly concurrency?: number;
  /** Funded wallets kept waiting; none where users pay nothing. */
  readonly pool?: number;
  readonly fundingWorkers?: number;
  /** Consecutive failures that abort the run; 0 never. */
  readonly breaker?: number;
  /** Settings that belong to it; what is set by hand wins. */
  readonly presets?: Environment;
}

export type Profiles = Readonly<Record<string, Profile>>;

/** The settings that can change a profile. */
export interface LoadSettings extends RoundSettings {
  readonly ARRIVALS?: "poisson" | "constant" | undefined;
  readonly RATE?: number | undefined;
  readonly DURATION?: number | undefined;
  readonly USERS?: number | undefined;
  readonly CLIENTS?: number | undefined;
  readonly RANDOM_CLIENTS?: number | undefined;
  readonly CONCURRENCY?: number | undefined;
  readonly POOL_SIZE?: number | undefined;
  readonly FUNDING_WORKERS?: number | undefined;
  readonly BATCH_SIZE?: number | undefined;
  readonly DELAY?: readonly [number, number] | undefined;
  readonly BREAKER?: number | undefined;
}

/** A profile with its settings applied. */
export interface Load {
  readonly exec: "user" | "preflight";
  readonly arrivals: Arrivals;
  readonly users: number | undefined;
  readonly concurrency: number;
  readonly pool: number;
  readonly fundingWorkers: number;
  readonly breaker: number;
}

export type Refuse = (name: keyof LoadSettings, hint: string) => void;

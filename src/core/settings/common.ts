// Rows that scenarios share, in groups, and the one view of their values that the shared parts have.
import { vanaMulticall } from "../abi/addresses.ts";
import { optional, secret, setting, type ValuesOf } from "./table.ts";
import { address, chainIds, choice, duration, ether, flag, integer, mnemonic, positive, text, url } from "./types.ts";

/** The public test phrase every development node knows. Never fund it on a real network. */
export const SANDBOX_MNEMONIC = "test test test test test test test test test test test junk";

const runSettings = () => ({
  SEED: setting(
    integer("seed", 0, 2 ** 31 - 1),
    42,
    "of arrivals, personas and pauses; the same seed gives the same run",
  ),
  INSTANCES: setting(
    integer("instances", 1, 1_000),
    1,
    "k6 processes that share this run by --execution-segment; gates are divided by it",
  ),
});

export const loadSettings = () => ({
  ARRIVALS: optional(choice("poisson", "constant"), "how users arrive: a seeded Poisson process, or evenly spaced"),
  RATE: optional(positive("users per second"), "users arriving per second (at the peak, where the profile has one)"),
  DURATION: optional(duration, "how long users arrive"),
  USERS: optional(integer("users"), "stop after this many users"),
  CONCURRENCY: optional(
    integer("users at once", 1, 20_000),
    "users that can be under way at once; an arrival that finds none free is dropped, counted and gated",
  ),
  ...runSettings(),
});

/** The load of a scenario whose users are clients: there from start to end. */
export const clientSettings = () => ({
  CLIENTS: optional(integer("clients", 1, 20_000), "clients, all there from start to end"),
  DURATION: optional(duration, "how long each client works"),
  ...runSettings(),
});

export const reportSettings = () => ({
  THRESHOLDS: optional(text("the path of a JSON file"), "a file of gates to use instead of the bundled ones"),
  REPORT_DIR: optional(text("an existing folder"), "where summary.json and junit.xml go"),
  VERBOSE: setting(flag, false, "print a line for each user"),
});

/** What every run has, whether its scenario has rows for all of it or not. */
export interface CommonSettings
  extends ValuesOf<ReturnType<typeof runSettings>>,
    Partial<ValuesOf<ReturnType<typeof reportSettings>>> {
  readonly VERBOSE: boolean;
  /** Milliseconds after which a user has failed. */
  readonly USER_TIMEOUT: number;
  readonly RETRY_FOR: number;
  readonly HTTP_TIMEOUT: number;
}

/** A chain, which k6/x/ethereum is a client of. */
export const chainSettings = () => ({
  RPC_URL: setting(url, "http://127.0.0.1:14800", "the chain's JSON-RPC endpoint"),
  CHAIN_ID: setting(integer("chain id"), 14_800, "the chain that RPC_URL must be"),
  ALLOW_CHAIN: optional(chainIds, "chains to allow beside the known test networks"),
  MULTICALL_ADDRESS: setting(address, vanaMulticall, "Multicall3 contract"),
  RPC_TIMEOUT: setting(duration, "3s", "of one JSON-RPC request"),
  RETRY_FOR: setting(
    duration,
    "30s",
    "how long one call is retried while its failure may pass (429, 5xx, connection, time-out); 0s never",
  ),
});

export type ChainSettings = ValuesOf<ReturnType<typeof chainSettings>>;

/** Users' wallets, derived from one phrase. */
export const walletSettings = () => ({
  MNEMONIC: secret(
    mnemonic,
    SANDBOX_MNEMONIC,
    "BIP-39 phrase of the funder (index 0), the workers and the users' wallets",
  ),
  MNEMONIC_FILE: optional(text("a path"), "file that holds the phrase; wins over MNEMONIC"),
  WALLET_OFFSET: setting(integer("index", 10, 2 ** 30), 100, "address index of the first user's wallet"),
});

/** Wallets that are paid before and while users run, and swept afterwards. */
export const fundingSettings = () => ({
  ...walletSettings(),
  FUND_AMOUNT: setting(ether, "0.05", "ether that each user's wallet is topped up to"),
  POOL_SIZE: optional(integer("wallets"), "funded wallets kept waiting"),
  FUNDING_WORKERS: optional(
    integer("workers", 1, 1_000),
    "funding workers of each k6 process, each with an account of its own",
  ),
  FUNDING_BATCH: setting(integer("wallets", 1, 1_000), 50, "wallets that one funding transaction pays at most"),
  WALLET_TIMEOUT: setting(duration, "30s", "how long a user waits for a funded wallet"),
  SWEEP: setting(flag, true, "send what is left in the wallets back to the funder at the end"),
});

/** What funding has to know, of whichever scenario. */
export type FundingSettings = ChainSettings & ValuesOf<ReturnType<typeof fundingSettings>>;

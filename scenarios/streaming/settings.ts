// Everything the streaming scenario can be told. Defaults point at the sandbox's fixed loopback ports.
import { chainSettings, fundingSettings, loadSettings, reportSettings } from "../../src/core/settings/common.ts";
import { optional, optionalSecret, setting, type ValuesOf } from "../../src/core/settings/table.ts";
import {
  address,
  choice,
  duration,
  integer,
  oneOfNames,
  pause,
  privateKey,
  text,
  url,
} from "../../src/core/settings/types.ts";
import { addresses } from "./abi/addresses.ts";
import { profiles } from "./profiles.ts";

/** Presets of settings by TARGET; what is set by hand wins. */
export const targets = {
  sandbox: {},
  moksha: {
    RPC_URL: "https://rpc.moksha.vana.org",
    CHAIN_ID: "14800",
    PERSONAL_SERVER_URL: "https://test.server.vana.com",
    STORAGE_URL: "https://storage.googleapis.com",
    FUND_AMOUNT: "0.2",
    GAS_LIMIT: "5000000",
    RPC_TIMEOUT: "10s",
    HTTP_TIMEOUT: "30s",
    POLL_INTERVAL: "5s",
    INFER_TIMEOUT: "150s",
    RECEIPT_TIMEOUT: "120s",
    USER_TIMEOUT: "300s",
    SWEEP: "false",
  },
} satisfies Record<string, Record<string, string>>;

/** Settings without which a target other than the sandbox cannot be run; the sandbox has them by itself. */
export const requiredByTarget = {
  sandbox: [],
  moksha: [
    "STORAGE_BUCKET",
    ["MNEMONIC", "MNEMONIC_FILE"],
    ["STORAGE_CREDENTIALS", "STORAGE_CREDENTIALS_FILE"],
    ["APP_URL", "GRANTEE_KEY"],
  ],
} satisfies Record<keyof typeof targets, readonly (string | readonly string[])[]>;

/**
 * The rows, made anew at each call: every VU of k6 reads its settings once, and a table kept for it (some 400 kB of schemas in k6's engine) would be half of what
 * a VU costs.
 */
export const streamingTable = () => ({
  PROFILE: setting(
    oneOfNames("profile", Object.keys(profiles)),
    "streaming",
    "the load: which users, when and how many",
  ),
  TARGET: setting(choice("sandbox", "moksha"), "sandbox", "presets of the settings below for a known system"),
  ...loadSettings(),
  BATCH_SIZE: optional(integer("users"), "users that start at one instant (load-pattern)"),
  DELAY: optional(pause, "between batches (load-pattern), or between users one after another (multi-user)"),
  BREAKER: optional(integer("failures", 0), "consecutive failed users that abort the run; 0 never"),

  SUBMIT: setting(choice("direct", "relay"), "direct", "who sends the transaction: the user's wallet, or the relayer"),
  INFER: setting(
    choice("app", "server"),
    "app",
    "who asks for the inference: the app's endpoint, or k6 with the grantee's key",
  ),
  PROOF: setting(
    choice("canary", "status"),
    "canary",
    "what a success needs: an answer that only the decrypted file can give, or (weaker, labelled) the status",
  ),
  DEGRADE: setting(
    choice("off", "skip-inference"),
    "off",
    "what a rate-limited user does when backing off is used up: fail, or end without inference as degraded",
  ),
  ENCRYPT: setting(choice("full", "precomputed"), "full", "password hashing for every file, or (labelled) once per VU"),
  DATA_SIZE: setting(choice("small", "medium", "large"), "small", "personal data of a user: 50, 200 or 500 fields"),
  GRANTEE_ID: setting(integer("grantee id"), 1, "the app's id in the Grantees contract"),
  GRANTEE_KEY: optionalSecret(privateKey, "the app's key, for INFER=server; by default m/44'/60'/2'/0/0 of the phrase"),
  GAS_LIMIT: setting(integer("gas", 21_000), 3_000_000, "of a user's transaction; its funds must cover it"),

  USER_TIMEOUT: setting(duration, "120s", "after which a user has failed, whatever it waits for"),
  RECEIPT_TIMEOUT: setting(duration, "60s", "how long a user waits for its transaction's receipt"),
  INFER_TIMEOUT: setting(duration, "60s", "how long a user polls for its inference"),
  POLL_INTERVAL: setting(duration, "1s", "between two polls of an inference"),
  HTTP_TIMEOUT: setting(duration, "15s", "of one HTTP request"),

  ...chainSettings(),
  PERMISSIONS_ADDRESS: setting(address, addresses.permissions, "DataPortabilityPermissions contract"),
  SERVERS_ADDRESS: setting(address, addresses.servers, "DataPortabilityServers contract"),
  GRANTEES_ADDRESS: setting(address, addresses.grantees, "DataPortabilityGrantees contract"),
  REGISTRY_ADDRESS: setting(address, addresses.registry, "DataRegistry contract"),

  STORAGE_URL: setting(url, "http://127.0.0.1:14801", "Google Cloud Storage, or what speaks its protocol"),
  STORAGE_BUCKET: setting(text("a bucket's name"), "onrush-sandbox", "bucket of the uploads"),
  STORAGE_PREFIX: setting(text("a prefix"), "onrush", "prefix of the objects' names"),
  STORAGE_CREDENTIALS: optionalSecret(text("a service account's JSON"), "service account; the sandbox serves its own"),
  STORAGE_CREDENTIALS_FILE: optional(text("a path"), "file that holds the service account"),
  APP_URL: setting(url, "http://127.0.0.1:14802", "the app: /api/trusted-server, /api/trusted-server/poll"),
  RELAY_URL: optional(url, "the relayer; by default APP_URL/api/relay"),
  PERSONAL_SERVER_URL: setting(url, "http://127.0.0.1:14803", "the personal server: /identity, /operations"),

  ...fundingSettings(),
  ...reportSettings(),
});

export type StreamingSettings = ValuesOf<ReturnType<typeof streamingTable>>;

// Everything the space scenario can be told, named as in the original where it has a name for it. Defaults point at the sandbox's fixed loopback ports.
import { chainSettings, clientSettings, reportSettings, walletSettings } from "../../src/core/settings/common.ts";
import { optional, setting, type ValuesOf } from "../../src/core/settings/table.ts";
import { address, choice, duration, flag, integer, oneOfNames, parsedBy } from "../../src/core/settings/types.ts";
import { sandboxSpace } from "./abi/addresses.ts";
import { numberedChannel, spaceIdOf } from "./model/ids.ts";
import { channelId, channelIds, nodeUrl, spaceId } from "./model/types.ts";
import { spaceProfiles } from "./profiles.ts";

const sandboxId = spaceIdOf(sandboxSpace.space);

/** It is part of messages, of a path of wallets and of log lines. */
const sessionId = parsedBy("an id of letters, digits, - and _", (value) => {
  if (!/^[\w-]{1,64}$/.test(value)) throw new Error("must be an id of at most 64 letters, digits, - and _");
  return value;
});

export const spaceTable = () => ({
  PROFILE: setting(
    oneOfNames("profile", Object.keys(spaceProfiles)),
    "small",
    "the load: how many clients, and for how long",
  ),
  TARGET: setting(choice("sandbox", "gamma", "custom"), "sandbox", "presets of the settings below for a known system"),
  ...clientSettings(),
  RANDOM_CLIENTS: setting(
    integer("clients", 0, 10_000),
    0,
    "clients beside CLIENTS whose wallets are new in each session",
  ),
  SESSION_ID: optional(sessionId, "the run's id, the same for all its processes; random unless given"),

  NODE_URL: setting(nodeUrl, "127.0.0.1:14808", "the stream node"),
  ...chainSettings(),
  SPACE_ID: setting(spaceId, sandboxId, "the space"),
  ANNOUNCE_CHANNEL_ID: optional(channelId, "where the root announces; the space's default channel unless given"),
  CHANNEL_IDS: setting(
    channelIds,
    [1, 2, 3].map((number) => numberedChannel(sandboxId, number)).join(),
    "channels that clients talk in",
  ),
  CHANNELS: optional(integer("channels", 1, 100), "how many of CHANNEL_IDS are used; with SETUP, how many are made"),
  SETUP: setting(flag, false, "make a space and channels of the run's own first, and print their ids"),
  SPACE_FACTORY: setting(address, sandboxSpace.factory, "contract that makes spaces, for SETUP"),
  SPACE_PRICING: setting(address, sandboxSpace.tieredPricing, "contract that prices memberships, for SETUP"),

  ...walletSettings(),

  MINT: setting(
    choice("batch", "paced", "sequential"),
    "batch",
    "batches without a pause, batches 1.1 s apart as in the original, or one by one",
  ),
  BATCH_SIZE: setting(integer("memberships", 1, 500), 10, "memberships in one batch of transactions"),
  MINT_GAS: setting(integer("gas", 21_000), 1_500_000, "gas limit of one membership"),
  RECEIPT_TIMEOUT: setting(duration, "60s", "how long the root waits for a membership's receipt"),
  ANNOUNCE_TIMEOUT: optional(
    duration,
    "how long a client waits for its membership, and then for the signal; DURATION, at least 20s, unless given",
  ),
  JOIN_TIMEOUT: setting(duration, "30s", "how long a client waits for the miniblock that shows its membership"),
  DELIVERY_TIMEOUT: setting(duration, "10s", "within which a message must be back at its sender"),
  TALK: setting(
    flag,
    true,
    "check in, set a name and chat; false ends clients once they have joined: talk grows with their square",
  ),
  DELEGATE_FOR: setting(duration, "1d", "how long a client's device may sign in its name"),
  POLL_INTERVAL: setting(duration, "1s", "between two looks for one's own membership"),
  CALL_TIMEOUT: setting(duration, "10s", "of one call at the node"),

  ...reportSettings(),
});

export type SpaceSettings = ValuesOf<ReturnType<typeof spaceTable>>;

export const spaceTargets = {
  sandbox: {},
  gamma: { RPC_URL: "https://sepolia.base.org", CHAIN_ID: "84532", RPC_TIMEOUT: "10s", RECEIPT_TIMEOUT: "120s" },
  custom: {},
} satisfies Record<string, Record<string, string>>;

const owned = ["NODE_URL", "SPACE_ID", "CHANNEL_IDS", ["MNEMONIC", "MNEMONIC_FILE"]];

/** What a target other than the sandbox must be told. */
export const spaceRequired = { sandbox: [], gamma: owned, custom: ["RPC_URL", "CHAIN_ID", ...owned] } satisfies Record<
  keyof typeof spaceTargets,
  readonly (string | readonly string[])[]
>;

// Everything the chat scenario can be told. Defaults are the original's, and point at the sandbox's fixed loopback ports.

import { clientSettings, reportSettings } from "../../src/core/settings/common.ts";
import { secret, setting, type ValuesOf } from "../../src/core/settings/table.ts";
import { choice, duration, oneOfNames, text } from "../../src/core/settings/types.ts";
import { gateList, roomList, waits, weights } from "./model/types.ts";
import { chatProfiles } from "./profiles.ts";

export const chatTable = () => ({
  PROFILE: setting(
    oneOfNames("profile", Object.keys(chatProfiles)),
    "standard",
    "the load: how many clients, and for how long",
  ),
  TARGET: setting(choice("sandbox", "cluster"), "sandbox", "which gates: the sandbox's, or those of GATES"),
  ...clientSettings(),
  GATES: setting(
    gateList,
    "127.0.0.1:14804,127.0.0.1:14805",
    "the cluster's gates; client i starts at gate i modulo their number",
  ),
  ROOMS: setting(roomList, "General,Technology,Crypto,Sports,Movies", "rooms that clients join"),
  WEIGHTS: setting(weights, "60/10/30", "shares of what a client in a room does: send, leave, nothing"),
  DELAY: setting(waits, "0.5-5", "between two actions of a client, uniform"),
  FIRST_DELAY: setting(waits, "0.5-2", "before a client's first action, uniform"),
  USERNAME_PREFIX: setting(text("a name"), "stress_user_", "client i (from 1) is registered as this and its number"),
  PASSWORD: secret(text("a password"), "000000", "of every client; the default is the sample cluster's"),
  CALL_TIMEOUT: setting(duration, "10s", "of one call at a gate"),
  DELIVERY_TIMEOUT: setting(
    duration,
    "5s",
    "within which a message must be back at its sender, and how long each of the two silences at the end lasts",
  ),
  RECONNECT_FOR: setting(duration, "30s", "how long a client whose stream broke tries to come back, at every gate"),
  STATS_INTERVAL: setting(duration, "300s", "between two lines of each client's figures, for up to 20 clients"),
  ...reportSettings(),
});

export type ChatSettings = ValuesOf<ReturnType<typeof chatTable>>;

/** What a target other than the sandbox must be told. */
export const chatRequired = { sandbox: [], cluster: ["GATES"] };
export const chatTargets = { sandbox: {}, cluster: {} };

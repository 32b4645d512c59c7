// Everything the example scenario can be told. Defaults point at the sandbox's fixed loopback ports.
import { loadSettings, reportSettings } from "../../../../core/settings/common.ts";
import { setting } from "../../../../core/settings/table.ts";
import { choice, duration, isHostPort, oneOfNames, parsedBy, targetEndpoint } from "../../../../core/settings/types.ts";
import { profiles } from "./profiles.ts";

const ADDRESS = "host:port, such as 127.0.0.1:14899";

const hostPort = parsedBy(ADDRESS, (text) => {
  if (!isHostPort(text)) throw new Error(`must be ${ADDRESS}`);
  return text;
});

/** The rows, made anew at each call: a table kept for each VU would cost more than all the rest of it. */
export const table = () => ({
  PROFILE: setting(oneOfNames("profile", Object.keys(profiles)), "demo", "the load: which users, when and how many"),
  TARGET: setting(choice("sandbox", "custom"), "sandbox", "the sandbox, or the service at NOTES_ADDRESS"),
  ...loadSettings(),
  NOTES_ADDRESS: setting(targetEndpoint(hostPort), "127.0.0.1:14899", "the service, as gRPC dials it"),
  USER_TIMEOUT: setting(duration, "30s", "after which a user has failed, whatever it waits for"),
  CALL_TIMEOUT: setting(duration, "10s", "of one call"),
  ...reportSettings(),
});

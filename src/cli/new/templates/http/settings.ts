// Everything the example scenario can be told. Defaults point at the sandbox's fixed loopback ports.
import { loadSettings, reportSettings } from "../../../../core/settings/common.ts";
import { setting } from "../../../../core/settings/table.ts";
import { choice, duration, oneOfNames, url } from "../../../../core/settings/types.ts";
import { profiles } from "./profiles.ts";

/** The rows, made anew at each call: a table kept for each VU would cost more than all the rest of it. */
export const table = () => ({
  PROFILE: setting(oneOfNames("profile", Object.keys(profiles)), "demo", "the load: which users, when and how many"),
  TARGET: setting(choice("sandbox", "custom"), "sandbox", "the sandbox, or the service at NOTES_URL"),
  ...loadSettings(),
  NOTES_URL: setting(url, "http://127.0.0.1:14899", "the service: /notes"),
  USER_TIMEOUT: setting(duration, "30s", "after which a user has failed, whatever it waits for"),
  HTTP_TIMEOUT: setting(duration, "10s", "of one HTTP request"),
  RETRY_FOR: setting(duration, "10s", "how long one call is retried while its failure may pass; 0s never"),
  ...reportSettings(),
});

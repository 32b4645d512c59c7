// Everything the example scenario can be told. Defaults point at the sandbox's fixed loopback ports.
import { chainSettings, fundingSettings, loadSettings, reportSettings } from "../../../../core/settings/common.ts";
import { setting } from "../../../../core/settings/table.ts";
import { address, choice, duration, oneOfNames } from "../../../../core/settings/types.ts";
import { profiles } from "./profiles.ts";

/** Where the sandbox has the contract: its own account deploys nothing else. */
export const sandboxContract = "0x0000000000000000000000000000000000014899";

/** The rows, made anew at each call: a table kept for each VU would cost more than all the rest of it. */
export const table = () => ({
  PROFILE: setting(oneOfNames("profile", Object.keys(profiles)), "demo", "the load: which users, when and how many"),
  TARGET: setting(choice("sandbox", "custom"), "sandbox", "the sandbox, or the contract at CONTRACT_ADDRESS"),
  ...loadSettings(),
  ...chainSettings(),
  CONTRACT_ADDRESS: setting(address, sandboxContract, "ExampleToken contract"),
  USER_TIMEOUT: setting(duration, "60s", "after which a user has failed, whatever it waits for"),
  RECEIPT_TIMEOUT: setting(duration, "30s", "how long a user waits for its transaction's receipt"),
  ...fundingSettings(),
  FUND_AMOUNT: { ...fundingSettings().FUND_AMOUNT, preset: "0.01" },
  ...reportSettings(),
});

// The frame around every journey, with users who do everything that users can do. USERS_DO lists what, in order of their numbers; the report tells the rest.
import exec from "k6/execution";
import { setTimeout } from "k6/timers";
import { JourneyError } from "../../src/core/errors.ts";
import { journey } from "../../src/k6/journey.ts";
import { optionsFor } from "../../src/k6/options.ts";
import { reportFor } from "../../src/k6/report.ts";
import { settings } from "../../src/k6/run.ts";
import { sharedHooks } from "../../src/k6/shared.ts";
import { spec } from "./support/spec.ts" with { load: "deferred" };

const run = settings(() => spec);
const gates = JSON.stringify({
  default: {
    frame_users: ["count==planned"],
    frame_success: ["rate==1"],
    frame_unfinished: ["count==0"],
  },
});
const acts = (__ENV.USERS_DO ?? "succeed").split(",");
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const actor = journey("frame", async (user, { timed }) => {
  await timed("wallet", () => wait(20));
  const act = acts[user.number % acts.length];
  switch (act) {
    case "revert":
      await timed("submit", () => {
        throw new JourneyError("revert", "the transaction reverted", { detail: "InvalidNonce" });
      });
      break;
    case "throw":
      // Outside of any step, and nobody's class: what a defect of a script looks like.
      throw new TypeError("undefined is not a function");
    case "reject":
      await timed("infer", () => Promise.reject("no Error at all"));
      break;
    case "hang":
      await timed("infer", () => user.pause(60_000));
      break;
    case "late":
      // Fails after its time is up: too late to be measured or counted again.
      await timed("infer", async () => {
        await wait(run.common.USER_TIMEOUT + 300);
        throw new Error("nobody waits for this any more");
      });
      break;
    case "retry":
      await timed("submit", async () => {
        user.retried("rate_limit");
        user.retried("rate_limit");
      });
      break;
    case "degrade":
      return "degraded";
    default:
      await timed("infer", () => "at once");
  }
  return "succeeded";
});

const hooks = sharedHooks(run);

export const options = optionsFor(run, { gates, funding: false });

export async function user() {
  console.log(`user ${exec.scenario.iterationInTest} at ${Date.now()}`);
  await actor(run, hooks);
}

export const handleSummary = reportFor(run, { gates, funding: false });

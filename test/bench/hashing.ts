// What OpenPGP's password hashing costs the load generator: the same run with and without it.
import { cleanUp, runK6, startSandbox } from "../e2e/support.ts";
import { line } from "./rate.ts";

export async function hashing(): Promise<void> {
  const sandbox = await startSandbox();
  try {
    const settings = { ...sandbox.environment, PROFILE: "streaming", DURATION: "60s" };
    const full = await runK6({ environment: { ...settings, ENCRYPT: "full" } });
    line("full", full);
    const precomputed = await runK6({ environment: { ...settings, ENCRYPT: "precomputed", WALLET_OFFSET: "100000" } });
    line("precomputed", precomputed);
    const ratio = (full.verdict.generator?.cpuPercent ?? 0) / (precomputed.verdict.generator?.cpuPercent ?? 1);
    console.log(`CPU full / precomputed: ${ratio.toFixed(2)}`);
  } finally {
    await sandbox.stop();
    cleanUp();
  }
}

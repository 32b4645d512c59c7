// Memberships minted, verified and joined: in batches without a pause, in the original's paced batches and one by one, in sandboxes of the same run; then clients that talk,
// whose messages grow with the square of them.
import { join } from "node:path";
import { cleanUp, root, runK6, startSandbox } from "../e2e/support.ts";
import { usageOf } from "./usage.ts";

const listed = (text: string) => text.split(",").filter((one) => one !== "");

/** Clients that only join: each count once for each way to mint. */
const JOINING = listed(process.env.CLIENTS ?? "40,200,1000");
const MINTS = listed(process.env.MINTS ?? "batch,paced,sequential");
/** Clients that talk. */
const TALKING = listed(process.env.TALKING ?? "40,200");
const DURATION = process.env.BENCH_DURATION ?? "60s";
/** One by one, a thousand memberships take a thousand blocks. */
const PATIENCE = "1500s";

async function measure(label: string, settings: Record<string, string>): Promise<void> {
  // A space without members, and caches that know nobody.
  const sandbox = await startSandbox("--for", "space");
  try {
    const usage = await usageOf(sandbox);
    const run = await runK6({
      script: join(root, "dist/space.js"),
      environment: { ...sandbox.environment, DURATION, ...settings },
      limit: 2_400_000,
      started: usage.started,
    });
    const { cpu, k6 } = usage.ended(run.seconds);
    const { succeeded, ended } = run.verdict.users;
    console.log(
      `${label}: exit ${run.code}, successful ${succeeded} of ${ended}; k6 ${k6.megabytes.toFixed(0)} MB; CPU ${cpu.join(", ")}`,
    );
    for (const { label: line, parts } of run.verdict.lines) console.log(`  ${line.padEnd(10)} ${parts.join("  ")}`);
  } finally {
    await sandbox.stop();
  }
}

export async function spaces(): Promise<void> {
  try {
    for (const clients of JOINING)
      for (const mint of MINTS) {
        const settings = { PROFILE: "large", CLIENTS: clients, MINT: mint, ANNOUNCE_TIMEOUT: PATIENCE };
        await measure(`${clients} memberships, MINT=${mint}`, settings);
      }
    for (const clients of TALKING) await measure(`${clients} clients talk`, { PROFILE: "medium", CLIENTS: clients });
  } finally {
    cleanUp();
  }
}

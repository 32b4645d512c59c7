// How fast the suite drives a ledger, and who is the limit: the original's two large runs, then more and more workers, with the CPU of every process beside each.

import { availableParallelism } from "node:os";
import { formatMs } from "../../src/core/summary/text.ts";
import { broken, ledger, textOf } from "../e2e/ledger-support.ts";
import { cleanUp, type SandboxProcess, startSandbox } from "../e2e/support.ts";
import { usageOf } from "./usage.ts";

const WORKERS = (process.env.WORKERS ?? "5,10,20,40,80").split(",");
const RATES = (process.env.RATES ?? "200,400,800,1200").split(",");

/** Runs once and prints its figures. */
async function measure(label: string, sandbox: SandboxProcess, settings: Record<string, string>): Promise<void> {
  const usage = await usageOf(sandbox);
  const run = await ledger(sandbox, settings, {
    limit: 900_000,
    started: usage.started,
  });
  const { cpu, used, k6 } = usage.ended(run.seconds);
  const { users, steps } = run.verdict;
  console.log(
    `${label}: exit ${run.code}, ${users.succeeded} of ${users.ended} successful, ${users.dropped} dropped, broken: ${broken(run).join(", ") || "nothing"}`,
  );
  console.log(`  ${textOf(run, "speed")}   ${textOf(run, "visible")}`);
  for (const { step, p50, p95, p99, count } of steps)
    console.log(
      `  ${step.padEnd(10)} ${String(count).padStart(6)}   P50 ${formatMs(p50)}   P95 ${formatMs(p95)}   P99 ${formatMs(p99)}`,
    );
  // With its share of making and verifying wallets. Whoever needs most is the limit, once the cores are used up; it does not depend on who else uses them.
  const each = used.map(({ name, seconds }) => `${name} ${((1_000 * seconds) / users.ended).toFixed(2)} ms`);
  console.log(`  CPU for each operation: ${each.join(", ")}`);
  console.log(
    `  k6 peak ${k6.megabytes.toFixed(0)} MB   CPU over ${run.seconds.toFixed(1)} s: ${cpu.join(", ")} of ${100 * availableParallelism()} %`,
  );
}

export async function ledgers(): Promise<void> {
  const sandbox = await startSandbox("--for", "ledger");
  try {
    const asMade = { WALLETS: "", OPERATIONS: "", WORKERS: "" };
    for (const profile of ["performance", "stress"]) await measure(profile, sandbox, { ...asMade, PROFILE: profile });
    for (const workers of WORKERS)
      await measure(`${workers} workers`, sandbox, {
        PROFILE: "performance",
        WALLETS: "500",
        OPERATIONS: "5000",
        REPLAY: "0",
        WORKERS: workers,
      });
    for (const rate of RATES)
      await measure(`${rate} operations/s arriving`, sandbox, {
        PROFILE: "open",
        WALLETS: "500",
        OPERATIONS: "",
        REPLAY: "0",
        RATE: rate,
        DURATION: "15s",
        WORKERS: "200",
      });
  } finally {
    await sandbox.stop();
    cleanUp();
  }
}

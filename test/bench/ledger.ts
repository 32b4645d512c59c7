// How fast the suite drives a ledger, and who is the limit: the original's two large runs, then more and more workers, with the CPU of every process beside each.
import { readdirSync, readFileSync } from "node:fs";
import { broken, ledger, textOf } from "../e2e/ledger-support.ts";
import { cleanUp, type SandboxProcess, startSandbox } from "../e2e/support.ts";

const TICKS_PER_SECOND = 100;
const SAMPLE_EVERY_MS = 200;
const WORKERS = (process.env.WORKERS ?? "5,10,20,40,80").split(",");

/** /proc/<pid>/stat from the state on: parent at 1, CPU ticks of its own at 11 and 12, of its ended children at 13 and 14. Linux only. */
function statOf(pid: number | string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  } catch {
    return []; // it has ended
  }
}

/** CPU seconds of a process and its children: PostgreSQL has one for each connection. */
function cpuSeconds(pid: number): number {
  const ticks = (fields: readonly string[], last: number) =>
    fields.slice(11, last).reduce((sum, field) => sum + Number(field), 0);
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .filter((fields) => fields[1] === String(pid));
  return (ticks(statOf(pid), 15) + children.reduce((sum, fields) => sum + ticks(fields, 13), 0)) / TICKS_PER_SECOND;
}

/** Highest resident memory so far, MB. */
function peakMemory(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1_000;
  } catch {
    return 0;
  }
}

/** Runs once and prints its figures. */
async function measure(label: string, sandbox: SandboxProcess, settings: Record<string, string>): Promise<void> {
  const { processes = {} } = await sandbox.counters();
  const before = Object.entries(processes).map(([name, pid]) => ({ name, pid, seconds: cpuSeconds(pid) }));
  const k6 = { pid: 0, seconds: 0, megabytes: 0 };
  const sampling = setInterval(() => {
    k6.seconds = Math.max(k6.seconds, cpuSeconds(k6.pid));
    k6.megabytes = Math.max(k6.megabytes, peakMemory(k6.pid));
  }, SAMPLE_EVERY_MS);
  const run = await ledger(sandbox, settings, {
    limit: 900_000,
    started: (child) => {
      k6.pid = child.pid ?? 0;
    },
  });
  clearInterval(sampling);
  // Of one core, over the whole run: preparation and verification load the same processes.
  const percent = (seconds: number) => `${((100 * seconds) / run.seconds).toFixed(0)} %`;
  const cpu = [
    `k6 ${percent(k6.seconds)}`,
    ...before.map(({ name, pid, seconds }) => `${name} ${percent(cpuSeconds(pid) - seconds)}`),
  ];
  const { users, steps } = run.verdict;
  console.log(
    `${label}: exit ${run.code}, ${users.succeeded} of ${users.ended} successful, broken: ${broken(run).join(", ") || "nothing"}`,
  );
  console.log(`  ${textOf(run, "speed")}   ${textOf(run, "visible")}`);
  for (const { step, p50, p95, p99, count } of steps)
    console.log(`  ${step.padEnd(10)} ${String(count).padStart(6)}   P50 ${p50} ms   P95 ${p95} ms   P99 ${p99} ms`);
  console.log(`  k6 peak ${k6.megabytes.toFixed(0)} MB   CPU over ${run.seconds.toFixed(1)} s: ${cpu.join(", ")}`);
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
  } finally {
    await sandbox.stop();
    cleanUp();
  }
}

// The highest rate that this machine sustains with every user successful and none dropped: k6, the sandbox and the chain share its cores.
import { readFileSync } from "node:fs";
import { cleanUp, type K6Run, runK6, type SandboxProcess, startSandbox } from "../e2e/support.ts";

const RATES = (process.env.RATES ?? "5,10,15,20,25").split(",");
const DURATION = process.env.BENCH_DURATION ?? "120s";
/** High enough that blocks are never full at these rates. */
const GAS_LIMIT = "300000000";

/** CPU seconds that the processes of the sandbox have used, by name; Linux only. */
function sandboxCpu(pids: Readonly<Record<string, number>>): Record<string, number> {
  const ticks = 100;
  return Object.fromEntries(
    Object.entries(pids).map(([name, pid]) => {
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      return [name, (Number(fields[11]) + Number(fields[12])) / ticks];
    }),
  );
}

export function line(label: string, run: K6Run, more = ""): void {
  const { users, response, generator } = run.verdict;
  const sustained = run.verdict.run.seconds > 0 ? (users.succeeded / run.verdict.run.seconds).toFixed(2) : "-";
  console.log(
    `${label.padEnd(14)} exit ${run.code}  users ${users.ended}  successful ${users.succeeded}  dropped ${users.dropped}  ${sustained}/s  P95 ${Math.round(response?.p95 ?? 0)} ms  k6 ${generator?.cpuPercent.toFixed(1)} % (${generator?.cpuWithoutKdfPercent.toFixed(1)} % without hashing), peak ${Math.round((generator?.peakBytes ?? 0) / 1e6)} MB  ${more}`,
  );
}

export async function rate(): Promise<void> {
  let sandbox: SandboxProcess | undefined;
  try {
    for (const wanted of RATES) {
      sandbox = await startSandbox("--gas-limit", GAS_LIMIT);
      const pids = (await sandbox.counters()).processes ?? {};
      const before = sandboxCpu(pids);
      const run = await runK6({
        environment: {
          ...sandbox.environment,
          PROFILE: "streaming",
          RATE: wanted,
          DURATION,
          CONCURRENCY: "400",
          POOL_SIZE: "400",
        },
        limit: 600_000,
      });
      const after = sandboxCpu(pids);
      const window = run.verdict.run.seconds;
      const cpu = Object.keys(pids).map(
        (name) => `${name} ${((100 * ((after[name] ?? 0) - (before[name] ?? 0))) / window).toFixed(0)} %`,
      );
      line(`${wanted}/s`, run, `sandbox CPU: ${cpu.join(", ")}`);
      await sandbox.stop();
      sandbox = undefined;
    }
  } finally {
    await sandbox?.stop();
    cleanUp();
  }
}

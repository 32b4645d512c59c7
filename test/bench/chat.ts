// How many clients talk at the default delays before delivery suffers, and what a client costs: pushes grow with the square of the clients.
import { join } from "node:path";
import { parseDuration } from "../../src/core/duration.ts";
import { cleanUp, root, runK6, startSandbox } from "../e2e/support.ts";
import { usageOf } from "./usage.ts";

const CLIENTS = (process.env.CLIENTS ?? "50,100,150,200,250").split(",");
const DURATION = process.env.BENCH_DURATION ?? "90s";
const DELAY = process.env.DELAY ?? "0.5-5";

export async function chats(): Promise<void> {
  try {
    for (const clients of CLIENTS) {
      const sandbox = await startSandbox("--for", "chat");
      try {
        const usage = await usageOf(sandbox);
        const run = await runK6({
          script: join(root, "dist/chat.js"),
          environment: { ...sandbox.environment, PROFILE: "stress", CLIENTS: clients, DURATION, DELAY },
          limit: 900_000,
          started: usage.started,
        });
        const { cpu, k6 } = usage.ended(run.seconds);
        const { gate1 = {}, gate2 = {} } = await sandbox.counters();
        const pushed = (gate1.pushed ?? 0) + (gate2.pushed ?? 0);
        const dropped = (gate1.dropped ?? 0) + (gate2.dropped ?? 0);
        const perSecond = (pushed / (parseDuration(DURATION) / 1_000)).toFixed(0);
        const memory = `${k6.megabytes.toFixed(0)} MB, ${(k6.megabytes / Number(clients)).toFixed(2)} a client`;
        console.log(
          `${clients} clients, ${DELAY} s: exit ${run.code}, successful ${run.verdict.users.succeeded}, ${pushed} pushes (${perSecond}/s), dropped by the gates ${dropped}; k6 ${memory}; CPU ${cpu.join(", ")}`,
        );
        for (const { label, parts } of run.verdict.lines) console.log(`  ${label.padEnd(10)} ${parts.join("  ")}`);
      } finally {
        await sandbox.stop();
      }
    }
  } finally {
    cleanUp();
  }
}

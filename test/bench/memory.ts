// What one VU costs k6: the difference between two runs that differ only in preallocated VUs.
import { cleanUp, runK6, startSandbox } from "../e2e/support.ts";

export async function memory(): Promise<void> {
  const sandbox = await startSandbox();
  try {
    const peaks: { vus: number; bytes: number }[] = [];
    for (const vus of [50, 500, 1_000]) {
      const run = await runK6({
        environment: {
          ...sandbox.environment,
          PROFILE: "streaming",
          RATE: "2",
          DURATION: "10s",
          POOL_SIZE: "20",
          CONCURRENCY: String(vus),
          WALLET_OFFSET: String(vus * 1_000),
        },
      });
      const bytes = run.verdict.generator?.peakBytes ?? 0;
      peaks.push({ vus, bytes });
      console.log(`${vus} VUs: peak ${(bytes / 1e6).toFixed(0)} MB (exit ${run.code})`);
    }
    const [first, , last] = peaks;
    if (first && last)
      console.log(`per VU: ${((last.bytes - first.bytes) / (last.vus - first.vus) / 1e3).toFixed(0)} kB`);
  } finally {
    await sandbox.stop();
    cleanUp();
  }
}

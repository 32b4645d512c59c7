// The ceiling at 30 M gas a block, and whose it is: the blocks are full, and a higher limit lifts it.
import { createPublicClient, http } from "viem";
import { cleanUp, runK6, startSandbox } from "../e2e/support.ts";
import { line } from "./rate.ts";

/** Mean share of the gas limit that blocks used between two heights. */
async function fullness(url: string, from: bigint, to: bigint): Promise<number> {
  const client = createPublicClient({ transport: http(url) });
  let used = 0n;
  let limit = 0n;
  for (let number = from; number <= to; number++) {
    const block = await client.getBlock({ blockNumber: number });
    used += block.gasUsed;
    limit += block.gasLimit;
  }
  return Number((used * 1_000n) / limit) / 1_000;
}

export async function ceiling(): Promise<void> {
  for (const gasLimit of ["30000000", "300000000"]) {
    const sandbox = await startSandbox("--gas-limit", gasLimit);
    try {
      const url = sandbox.environment.RPC_URL ?? "";
      const client = createPublicClient({ transport: http(url) });
      let middle = 0n;
      const run = await runK6({
        environment: {
          ...sandbox.environment,
          PROFILE: "streaming",
          RATE: process.env.CEILING_RATE ?? "18",
          DURATION: "60s",
          CONCURRENCY: "1000",
          POOL_SIZE: "1000",
          FUND_AMOUNT: "1",
          USER_TIMEOUT: "120s",
        },
        started: () =>
          setTimeout(async () => {
            middle = await client.getBlockNumber();
          }, 30_000),
        limit: 400_000,
      });
      line(
        `${Number(gasLimit) / 1e6} M gas`,
        run,
        `blocks ${(100 * (await fullness(url, middle, middle + 20n))).toFixed(0)} % full in the middle`,
      );
    } finally {
      await sandbox.stop();
    }
  }
  cleanUp();
}

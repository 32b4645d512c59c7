// Runs of the space scenario: short, and with little to wait for.
import { join } from "node:path";
import { createPublicClient, http } from "viem";
import { spaceAbi } from "../../scenarios/space/abi/generated.ts";
import { contractOf } from "../../scenarios/space/model/ids.ts";
import { type K6Options, type K6Run, root, runK6, type SandboxProcess, startSandbox } from "./support.ts";

/** A sandbox whose blocks and miniblocks come every second. */
export const startSpace = () => startSandbox("--for", "space", "--block-time", "1", "--miniblock-time", "1s");

let runs = 0;

/** A short run with wallets that no run of this sandbox had before. */
export function space(
  sandbox: SandboxProcess,
  settings: Record<string, string> = {},
  options: K6Options = {},
): Promise<K6Run> {
  return runK6({
    script: join(root, "dist/space.js"),
    ...options,
    environment: {
      ...sandbox.environment,
      PROFILE: "demo",
      CLIENTS: "6",
      DURATION: "8s",
      DELIVERY_TIMEOUT: "3s",
      POLL_INTERVAL: "250ms",
      WALLET_OFFSET: String(1_000 * ++runs),
      ...settings,
    },
  });
}

export type Counts = Readonly<Record<string, number>>;

/** What the stream node has counted since `before`. */
export async function nodeCounts(sandbox: SandboxProcess, before: Counts = {}): Promise<Counts> {
  const { node = {} } = await sandbox.counters();
  return Object.fromEntries(Object.entries(node).map(([name, count]) => [name, count - (before[name] ?? 0)]));
}

/** Owners of the space's tokens, in lower case. */
export async function ownersOf(sandbox: SandboxProcess): Promise<string[]> {
  const { RPC_URL, SPACE_ID = "" } = sandbox.environment;
  const client = createPublicClient({ transport: http(RPC_URL) });
  const contract = { address: contractOf(SPACE_ID), abi: spaceAbi } as const;
  const supply = Number(await client.readContract({ ...contract, functionName: "totalSupply" }));
  const read = (token: number) => client.readContract({ ...contract, functionName: "ownerOf", args: [BigInt(token)] });
  const owners = await Promise.all(Array.from({ length: supply }, (_, token) => read(token)));
  return owners.map((owner) => owner.toLowerCase());
}

export interface Result {
  readonly step: string;
  readonly result: string;
  readonly userId: string;
  readonly metadata: { readonly clientIndex: number; readonly reason?: string };
}

/** The STRESS_RESULT lines of a run. */
export function resultsOf(run: K6Run): Result[] {
  return run.stderr
    .split("\n")
    .flatMap((line) => /msg="(\{\\"sequence.*\})"/.exec(line)?.[1] ?? [])
    .map((text) => JSON.parse(JSON.parse(`"${text}"`)));
}

/** "minted 5" of the verdict. */
export const said = (run: K6Run, what: string) =>
  Number(new RegExp(`${what} +([\\d,]+)`).exec(run.stdout)?.[1]?.replaceAll(",", "") ?? Number.NaN);

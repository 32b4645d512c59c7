// Does the target exist, and is it what the settings say? setup() asks the short form before anything is spent; PROFILE=preflight asks every part.
import { check } from "k6";
import { type Client, formatEther, mnemonicToAccount } from "k6/x/ethereum";
import { JourneyError } from "../../../src/core/errors.ts";
import { stream } from "../../../src/core/random.ts";
import { clientOf, phraseOf } from "../../../src/k6/chain.ts";
import { type Caller, clock } from "../../../src/k6/user.ts";
import { contextOf, granteeAccount, type PortabilityRun } from "./context.ts";
import { readGrantee } from "./permission.ts";

/** Longest that one call of a check may take, milliseconds: a wrong target must be told within seconds. */
const CHECK_TIMEOUT = 3_000;

async function requireCode(client: Client, name: string, address: `0x${string}`): Promise<void> {
  if ((await client.getCode({ address })) === "0x")
    throw new JourneyError("not_found", `there is no contract at ${name}=${address}: is RPC_URL the right chain?`);
}

/** The settings that name the contracts of the flow. */
const CONTRACTS = ["PERMISSIONS_ADDRESS", "SERVERS_ADDRESS", "GRANTEES_ADDRESS", "REGISTRY_ADDRESS"] as const;

/**
 * setup()'s part: the chain answers and is the configured one, the contracts are there, the phrase is valid, and storage gives a token. One attempt each, no retries.
 * @throws an Error that says what is wrong and what to do
 */
export async function checkTarget(run: PortabilityRun): Promise<void> {
  const client = clientOf({ ...run.values, RPC_TIMEOUT: Math.min(run.values.RPC_TIMEOUT, CHECK_TIMEOUT) }, 0);
  mnemonicToAccount(phraseOf(run.values));
  await client.getBlockNumber();
  await Promise.all(CONTRACTS.map((name) => requireCode(client, name, run.values[name])));
  await contextOf(run).storage.open(once());
}

/** A caller whose calls are not repeated. */
function once(): Caller {
  return {
    random: stream(0, "preflight"),
    retryFor: 0,
    httpTimeout: CHECK_TIMEOUT,
    retried: () => undefined,
    ...clock(30_000, "the preflight"),
  };
}

const checks: readonly (readonly [string, (run: PortabilityRun) => Promise<void>])[] = [
  ["the chain has the configured id", async (run) => void (await clientOf(run.values, 0).getBlockNumber())],
  ...CONTRACTS.map(
    (name) =>
      [
        `a contract lives at ${name}`,
        (run: PortabilityRun) => requireCode(clientOf(run.values, 0), name, run.values[name]),
      ] as const,
  ),
  [
    "the grantee is registered and its key is ours",
    async (run) => {
      const grantee = await readGrantee(clientOf(run.values, 0), run.values);
      // With INFER=app the app holds the key, and only the app can know.
      if (run.values.INFER === "app" && run.values.GRANTEE_KEY === undefined && run.target !== "sandbox") return;
      const ours = granteeAccount(run.values).address;
      if (ours.toLowerCase() !== grantee.toLowerCase())
        throw new JourneyError(
          "refused",
          `grantee ${run.values.GRANTEE_ID} is ${grantee}, and the key at hand is ${ours}'s`,
        );
    },
  ],
  [
    "the funder can pay for a user",
    async (run) => {
      const address = mnemonicToAccount(phraseOf(run.values)).address;
      const balance = await clientOf(run.values, 0).getBalance({ address });
      if (run.values.SUBMIT === "direct" && balance < run.values.FUND_AMOUNT) {
        throw new JourneyError(
          "funds",
          `${address} has ${formatEther(balance)} ETH, one user needs ${formatEther(run.values.FUND_AMOUNT)} ETH`,
        );
      }
    },
  ],
  [
    "storage gives back what it was given",
    async (run) => {
      const { storage } = contextOf(run);
      const text = `preflight ${Date.now()}`;
      const url = await storage.put(once(), `preflight_${Date.now()}.txt`, text, "application/octet-stream");
      if ((await storage.read(once(), url)) !== text)
        throw new JourneyError("proof", "storage returned something else than was uploaded");
    },
  ],
  [
    "the personal server has an identity for a wallet",
    async (run) =>
      void (await contextOf(run).server.identity(
        once(),
        mnemonicToAccount(phraseOf(run.values), { addressIndex: run.values.WALLET_OFFSET }).address,
      )),
  ],
  [
    "the relayer refuses an unsigned message",
    async (run) => {
      // A relayer that is there answers this with an error of its own; nothing is relayed, so nothing is spent.
      try {
        await contextOf(run).relay.submit(once(), "submitAddServerFilesAndPermissions", {
          typedData: {},
          signature: "0x",
          expectedUserAddress: "0x",
        });
      } catch (thrown) {
        if (thrown instanceof JourneyError && (thrown.kind === "relay" || thrown.kind === "refused")) return;
        throw thrown;
      }
      throw new JourneyError("proof", "the relayer accepted a message without a signature");
    },
  ],
];

/**
 * PROFILE=preflight: one k6 check for each part of the target.
 * @throws JourneyError when any fails, after all have been asked
 */
export async function checkParts(run: PortabilityRun): Promise<void> {
  const failed: string[] = [];
  for (const [name, ask] of checks) {
    let problem: string | undefined;
    try {
      await ask(run);
    } catch (thrown) {
      problem = (thrown as Error).message;
    }
    check(null, { [name]: () => problem === undefined });
    console.log(`${problem === undefined ? "ok  " : "FAIL"} ${name}${problem === undefined ? "" : `: ${problem}`}`);
    if (problem !== undefined) failed.push(name);
  }
  if (failed.length > 0) throw new JourneyError("proof", `preflight: ${failed.join("; ")}`);
}

import { type PooledWallet, parseEventLogs } from "k6/x/ethereum";
import { JourneyError } from "../../../../../core/errors.ts";
import { clientOf } from "../../../../../k6/chain.ts";
import { journey } from "../../../../../k6/journey.ts";
import type { Run } from "../../../../../k6/run.ts";
import { tokenAbi as abi } from "../abi/generated.ts";
import { amountOf, unproved } from "../model/minted.ts";
import type { table } from "../settings.ts";

type ExampleRun = Run<ReturnType<typeof table>>;

interface Minters extends ExampleRun {
  wallet(timeout: number): Promise<Pick<PooledWallet, "account">>;
}

/** A first token of an owner takes about 70,000. */
const MINT_GAS = 120_000n;

/** setup()'s part: the chain is the configured one, and the contract is there. One attempt, no retries. @throws an Error in words */
export async function checkTarget({ values }: ExampleRun): Promise<void> {
  const client = clientOf(values, 0);
  if ((await client.getCode({ address: values.CONTRACT_ADDRESS })) === "0x")
    throw new JourneyError(
      "not_found",
      `there is no contract at CONTRACT_ADDRESS=${values.CONTRACT_ADDRESS}: is RPC_URL the right chain?`,
    );
}

/** One user: a token is minted, and the contract's own event names its owner and amount. */
export const mint = journey<Minters>("example", async (user, { timed }, run) => {
  const { values } = run;
  const client = clientOf(values);
  const address = values.CONTRACT_ADDRESS;
  const { account } = await timed("wallet", () => run.wallet(Math.min(values.WALLET_TIMEOUT, user.remaining())));
  const asked = { owner: account.address, amount: amountOf(user.number) };
  const hash = await timed("submit", () =>
    client.writeContract({ address, abi, account, functionName: "mint", args: [asked.amount], gas: MINT_GAS }),
  );
  await timed("confirm", async () => {
    const timeout = Math.min(values.RECEIPT_TIMEOUT, user.remaining());
    const { status, logs } = await client.waitForTransactionReceipt({ hash, timeout });
    if (status !== "success") throw new JourneyError("revert", `the mint of user ${user.number} reverted`);
    // A receipt alone proves nothing: the event does, of this contract, with all that was asked for.
    const wrong = unproved(parseEventLogs({ abi, logs, address }), asked);
    if (wrong !== undefined) throw new JourneyError("proof", wrong, { detail: "NOT_MINTED" });
  });
  return "succeeded";
});

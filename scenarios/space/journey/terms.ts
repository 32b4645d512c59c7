// What the root has to know of the chain before it pays: who is a member, what a membership costs, and whether it can afford all of them.
import { type Client, mnemonicToAddresses } from "k6/x/ethereum";
import { JourneyError } from "../../../src/core/errors.ts";
import { highestPrice } from "../../../src/core/funding.ts";
import { clientOf, phraseOf } from "../../../src/k6/chain.ts";
import { mintingAbi as abi, membershipAbi, pricingAbi } from "../abi/generated.ts";
import { contractOf } from "../model/ids.ts";
import {
  assertPossible,
  type MintPlan,
  paidOf,
  planMints,
  type Standing,
  type Terms,
  withFee,
} from "../model/mints.ts";
import { walletOf } from "../model/wallets.ts";
import { accountOf, clientsOf, clientWalletsOf, type Space } from "./context.ts";
import { isValid, tokensOf } from "./membership.ts";

/** Looks at wallets that hold tokens at once: each is a scan over all of the space's. */
const AT_ONCE = 10;
const NATIVE_TOKEN = "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE";

/** Addresses of all clients, the root's first. */
function addressesOf(run: Space, session: string): `0x${string}`[] {
  const wallets = clientWalletsOf(run, session);
  const phrase = phraseOf(run.values);
  const of = (first: number, end: number) => {
    const { accountIndex, addressIndex: start } = walletOf(first, wallets);
    return first < end ? mnemonicToAddresses(phrase, { accountIndex, start, end: start + end - first }) : [];
  };
  return [...of(0, 1), ...of(1, wallets.clients), ...of(wallets.clients, clientsOf(run))];
}

async function standingsOf(
  client: Client,
  space: `0x${string}`,
  addresses: readonly `0x${string}`[],
): Promise<Standing[]> {
  const contracts = addresses.map((owner) => ({
    address: space,
    abi: membershipAbi,
    functionName: "balanceOf",
    args: [owner],
  }));
  const held = (await client.multicall({ contracts })).map((answer) => {
    if (answer.status === "failure") throw answer.error;
    return answer.result as bigint;
  });
  const standings: Standing[] = addresses.map(() => ({ is: "none" }));
  const holders = held.flatMap((count, number) => (count > 0n ? [number] : []));
  const look = async () => {
    for (let number = holders.shift(); number !== undefined; number = holders.shift()) {
      const tokens = await tokensOf(client, space, addresses[number] as `0x${string}`);
      const [expired] = tokens;
      if (tokens.some(isValid)) standings[number] = { is: "member" };
      else if (expired !== undefined) {
        const price = {
          address: space,
          abi,
          functionName: "getMembershipRenewalPrice",
          args: [expired.id],
        } as const;
        standings[number] = { is: "expired", token: expired.id, renewal: await client.readContract(price) };
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, look));
  return standings;
}

/** Wei of each of the next memberships that are not free; a price may rise with each that is minted. */
async function pricesOf(
  client: Client,
  space: `0x${string}`,
  { supply, free }: Terms,
  paid: number,
): Promise<bigint[]> {
  if (paid === 0) return [];
  const currency = await client.readContract({ address: space, abi, functionName: "getMembershipCurrency" });
  if (currency.toLowerCase() !== NATIVE_TOKEN.toLowerCase())
    throw new JourneyError("refused", `the space wants to be paid in the token ${currency}: only ether is supported`);
  const address = await client.readContract({
    address: space,
    abi,
    functionName: "getMembershipPricingModule",
  });
  const first = supply > free ? supply : free;
  const contracts = Array.from({ length: paid }, (_, i) => ({
    address,
    abi: pricingAbi,
    functionName: "getPrice",
    args: [free, first + BigInt(i)],
  }));
  return (await client.multicall({ contracts })).map((answer) => {
    if (answer.status === "failure") throw answer.error;
    return withFee(answer.result as bigint);
  });
}

/**
 * Who needs a membership, and what it costs. Reads only.
 * @throws JourneyError when the root lacks funds or the space room: then nothing may be minted
 */
export async function termsOf(run: Space, session: string, space: string): Promise<MintPlan> {
  const { values } = run;
  const client = clientOf(values);
  const contract = contractOf(space);
  const root = accountOf(run, session, 0);
  // First of all: what others mint meanwhile makes less of the need than of the balance.
  const balance = await client.getBalance({ address: root.address });
  const read = (functionName: "totalSupply" | "getMembershipLimit" | "getMembershipFreeAllocation") =>
    client.readContract({ address: contract, abi, functionName });
  const addresses = addressesOf(run, session);
  const [supply, limit, free, standings, fees] = await Promise.all([
    read("totalSupply"),
    read("getMembershipLimit"),
    read("getMembershipFreeAllocation"),
    standingsOf(client, contract, addresses),
    client.estimateFeesPerGas(),
  ]);
  const terms = { supply, limit, free };
  const fresh = standings.filter(({ is }) => is === "none").length;
  const prices = await pricesOf(client, contract, terms, paidOf(fresh, terms));
  const clients = standings.map((standing, number) => ({
    number,
    address: addresses[number] as `0x${string}`,
    standing,
  }));
  const plan = planMints(clients, terms, prices);
  assertPossible(
    plan,
    terms,
    { limit: BigInt(values.MINT_GAS), price: highestPrice(fees) },
    { address: root.address, balance },
  );
  return plan;
}

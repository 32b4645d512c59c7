// For tests: the contracts of a space on a chain of their own.
import { type Hex, type LocalAccount, parseEventLogs } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { SANDBOX_MNEMONIC } from "../../../../src/core/settings/common.ts";
import { startChain } from "../../../../src/sandbox/chain.ts";
import { artifact } from "../../../../src/sandbox/contracts.ts";
import { callsOf } from "../../../../src/sandbox/testing/contract-calls.ts";
import { sandboxSpace } from "../../abi/addresses.ts";
import { spaceAbi, spaceFactoryAbi } from "../../abi/generated.ts";
import { spaceOwnerAccount } from "../accounts.ts";
import { deploySpace } from "../deploy.ts";

export const spaceOwner = spaceOwnerAccount();
/** Pays for memberships, and is rich. */
export const payer = mnemonicToAccount(SANDBOX_MNEMONIC);

let members = 0;
/** An account without anything. */
export const newAccount = (): LocalAccount =>
  mnemonicToAccount(SANDBOX_MNEMONIC, { accountIndex: 5, addressIndex: members++ });

/** The names and fields of a space's events, in order. */
export const spaceEvents = (logs: Parameters<typeof parseEventLogs>[0]["logs"]) =>
  parseEventLogs({ abi: spaceAbi, logs }).map(({ eventName, args }) => ({ eventName, args }));

export type SpaceContracts = Awaited<ReturnType<typeof startSpaceContracts>>;

/** Starts anvil with a space. Blocks come only when asked for. */
export async function startSpaceContracts() {
  const chain = await startChain({ port: 0, blockTime: 3600 });
  await deploySpace(chain);
  /** Calls to the space at an address, and to what all spaces share. */
  const callsAt = (space: Hex = sandboxSpace.space) =>
    callsOf(chain, {
      space: { address: space, abi: artifact("Space").abi },
      factory: { address: sandboxSpace.factory, abi: artifact("SpaceFactory").abi },
      tiered: { address: sandboxSpace.tieredPricing, abi: artifact("TieredLogPricing").abi },
    });
  return {
    chain,
    callsAt,
    balanceOf: async (address: Hex) => BigInt(await chain.rpc<Hex>("eth_getBalance", [address, "latest"])),
    /** Makes another space of the same owner: of a fixed price and without a free allocation, unless told. */
    async createSpace(given: Record<string, unknown> = {}) {
      const info = {
        name: "Test",
        symbol: "TEST",
        price: 0n,
        maxSupply: 0n,
        duration: 0n,
        freeAllocation: 0n,
        pricingModule: sandboxSpace.fixedPricing,
        ...given,
      };
      const { logs } = await callsAt().write(spaceOwner, "factory", "createSpace", [info]);
      const [created] = parseEventLogs({ abi: spaceFactoryAbi, logs, eventName: "SpaceCreated" });
      if (!created) throw new Error("no SpaceCreated");
      return { address: created.args.space, ...callsAt(created.args.space) };
    },
  };
}

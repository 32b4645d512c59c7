// The space's contracts, deployed by the first transactions of an account that does nothing before: so their addresses are the same in every
// sandbox, whatever the code.
import { encodeDeployData, encodeFunctionData, type Hex } from "viem";
import { ownerAccount } from "../../../src/sandbox/accounts.ts";
import type { Chain } from "../../../src/sandbox/chain.ts";
import { artifact, makeRich, type OwnCall, placeMulticall, sendInOneBlock } from "../../../src/sandbox/contracts.ts";
import { sandboxSpace } from "../abi/addresses.ts";
import { spaceFactoryAbi } from "../abi/generated.ts";
import { spaceOwnerAccount } from "./accounts.ts";

/** The factory's code holds the space's. */
const DEPLOY_GAS = 8_000_000n;

/**
 * Brings the chain to one space, priced by the tiered module, whose first 1,000 memberships are free. Does nothing when it has been done before. Takes one
 * block, which it mines itself.
 */
export async function deploySpace(chain: Chain): Promise<void> {
  if ((await chain.rpc<Hex>("eth_getCode", [sandboxSpace.space, "latest"])) !== "0x") return;
  await placeMulticall(chain);
  const account = spaceOwnerAccount();
  await makeRich(chain, account.address);
  const deploy = (
    name: "FixedPricing" | "TieredLogPricing" | "SpaceFactory",
    args: readonly unknown[] = [],
  ): OwnCall => {
    const { abi, bytecode } = artifact(name);
    return { data: encodeDeployData({ abi, bytecode, args }), gas: DEPLOY_GAS };
  };
  const info = {
    name: "Onrush",
    symbol: "ONRUSH",
    price: 0n,
    maxSupply: 0n,
    duration: 0n,
    freeAllocation: 1_000n,
    pricingModule: sandboxSpace.tieredPricing,
  };
  await sendInOneBlock(chain, account, [
    deploy("FixedPricing"),
    deploy("TieredLogPricing"),
    deploy("SpaceFactory", [ownerAccount().address]),
    {
      to: sandboxSpace.factory,
      data: encodeFunctionData({ abi: spaceFactoryAbi, functionName: "createSpace", args: [info] }),
      gas: DEPLOY_GAS,
    },
  ]);
}

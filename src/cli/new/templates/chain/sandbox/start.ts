// Deploys the contract, and can make it lie: the chain's fault `example-stranger` books every token to somebody else.
import { decodeFunctionResult, encodeFunctionData, type Hex } from "viem";
import { sandboxAccount } from "../../../../../sandbox/accounts.ts";
import { type Chain, SANDBOX_CHAIN_ID } from "../../../../../sandbox/chain.ts";
import { artifact, makeRich, placeContract, placeMulticall, sendInOneBlock } from "../../../../../sandbox/contracts.ts";
import type { Ground, System } from "../../../../../sandbox/system.ts";
import { tokenAbi as abi } from "../abi/generated.ts";
import { sandboxContract } from "../settings.ts";

const CONTRACT = "ExampleToken";
/** Does nothing but deploy the contract, whose address is therefore known. */
const deployer = () => sandboxAccount(14899);

export async function startToken(ground: Ground): Promise<System> {
  const chain = await ground.chain();
  await placeMulticall(chain);
  if ((await chain.rpc<Hex>("eth_getCode", [sandboxContract, "latest"])) === "0x") {
    await makeRich(chain, deployer().address);
    await sendInOneBlock(chain, deployer(), [{ data: artifact(CONTRACT).bytecode }]);
  }
  ground.extendChain({
    facts: async () => ({ "example.minted": await minted(chain) }),
    faults: {
      "example-stranger": (on) => placeContract(chain, sandboxContract, on ? `${CONTRACT}ToStranger` : CONTRACT),
    },
  });
  return {
    environment: { RPC_URL: chain.url, CHAIN_ID: String(SANDBOX_CHAIN_ID), CONTRACT_ADDRESS: sandboxContract },
  };
}

/** Tokens that the contract has minted. */
async function minted({ rpc }: Chain): Promise<number> {
  const data = encodeFunctionData({ abi, functionName: "minted" });
  const result = await rpc<Hex>("eth_call", [{ to: sandboxContract, data }, "latest"]);
  return Number(decodeFunctionResult({ abi, functionName: "minted", data: result }));
}

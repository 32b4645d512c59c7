// The system that the space scenario loads: a space's contracts on the chain and the stream node that asks them who is a member. The node runs in a process of its
// own: each signature it looks at keeps a core busy for a millisecond.
import { toHex } from "viem";
import { SANDBOX_CHAIN_ID } from "../../../src/sandbox/chain.ts";
import { startInOwnProcess } from "../../../src/sandbox/own-process.ts";
import type { Ground, System } from "../../../src/sandbox/system.ts";
import { sandboxSpace } from "../abi/addresses.ts";
import { spaceOwnerAccount } from "./accounts.ts";
import { deploySpace } from "./deploy.ts";
import { createStreamNode, type StreamNodeOptions } from "./node.ts";
import { seedSpace } from "./seed.ts";

/** How the stream node differs from the real one's figures. */
export type StreamNodeFigures = Omit<StreamNodeOptions, "port" | "rpcUrl">;

/** Starts the node and makes the space, its default channel and a few more. */
export async function startSpace(ground: Ground, figures: StreamNodeFigures): Promise<System> {
  const chain = await ground.chain();
  await deploySpace(chain);
  const node = ground.started(
    await startInOwnProcess(
      { name: "node", title: "stream node", entry: "stream-node-process.mjs", create: createStreamNode },
      { port: ground.portOf("node"), rpcUrl: chain.url, ...figures },
    ),
  );
  const seeded = await seedSpace(node.url, sandboxSpace.space, spaceOwnerAccount());
  const idOf = (id: Uint8Array) => toHex(id).slice(2);
  return {
    environment: {
      RPC_URL: chain.url,
      CHAIN_ID: String(SANDBOX_CHAIN_ID),
      NODE_URL: node.url,
      SPACE_ID: idOf(seeded.spaceId),
      ANNOUNCE_CHANNEL_ID: idOf(seeded.announceId),
      CHANNEL_IDS: seeded.channelIds.map(idOf).join(","),
      SPACE_FACTORY: sandboxSpace.factory,
      SPACE_PRICING: sandboxSpace.tieredPricing,
    },
    ...(node.pid === undefined ? {} : { processes: { node: node.pid } }),
    ...(node.failed === undefined ? {} : { failed: node.failed }),
  };
}

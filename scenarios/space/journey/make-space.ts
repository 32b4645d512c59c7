// SETUP: a space and channels of the run's own.
import { type Address, parseEventLogs } from "k6/x/ethereum";
import {
  createDelegate,
  type Delegate,
  hexToBase64,
  newChannelId,
  type Payload,
  type StreamId,
  streamId,
} from "k6/x/towns";
import { JourneyError } from "../../../src/core/errors.ts";
import { clientOf } from "../../../src/k6/chain.ts";
import { spaceFactoryAbi } from "../abi/generated.ts";
import type { StreamNode } from "../client/stream-node.ts";
import { numberedChannel, spaceIdOf } from "../model/ids.ts";
import { accountOf, type Space, type SpaceStreams } from "./context.ts";
import { ownKinds, ownStreams } from "./messages.ts";

const HOUR_MS = 3_600_000;
const DEFAULT_CHANNELS = 3;
/** The factory's code holds the space's. */
const CREATE_GAS = 8_000_000;
/** The platform allows no more free memberships. */
const FREE = 1_000n;

/** Deploys a space that the root owns, and makes its streams. @throws JourneyError or an error of the chain */
export async function makeSpace(run: Space, session: string, node: StreamNode): Promise<SpaceStreams> {
  const { values } = run;
  const root = accountOf(run, session, 0);
  const address = await createSpace(run, root);
  const space = spaceIdOf(address);
  const announce = numberedChannel(space, 0);
  const channels = Array.from({ length: values.CHANNELS ?? DEFAULT_CHANNELS }, () => newChannelId(address));
  const device = createDelegate({ account: root, expiresAt: Date.now() + HOUR_MS });
  const create = async (id: StreamId, ...payloads: Payload[]) => {
    if ((await node.getStream(id)) !== undefined) return;
    await node.createStream(
      id,
      payloads.map((payload) => device.event(payload).envelope),
      space,
    );
  };
  for (const kind of ownKinds) {
    const id = streamId(kind, root);
    await create(id, { [ownStreams[kind]]: { inception: { streamId: hexToBase64(id) } } });
  }
  await create(space, { spacePayload: { inception: { streamId: hexToBase64(space) } } }, ownJoin(device));
  for (const id of [announce, ...channels])
    await create(id, { channelPayload: { inception: { streamId: hexToBase64(id) } } }, ownJoin(device));
  console.log(`made a space: SPACE_ID=${space} ANNOUNCE_CHANNEL_ID=${announce} CHANNEL_IDS=${channels.join()}`);
  return { space, announce, channels };
}

async function createSpace({ values }: Space, root: ReturnType<typeof accountOf>): Promise<Address> {
  const client = clientOf(values);
  const factory = { address: values.SPACE_FACTORY, abi: spaceFactoryAbi };
  const info = {
    name: "Onrush",
    symbol: "ONRUSH",
    price: 0n,
    maxSupply: 0n,
    duration: 0n,
    freeAllocation: FREE,
    pricingModule: values.SPACE_PRICING,
  };
  const hash = await client.writeContract({
    ...factory,
    functionName: "createSpace",
    args: [info],
    account: root,
    gas: CREATE_GAS,
  });
  const receipt = await client.waitForTransactionReceipt({
    hash,
    abi: spaceFactoryAbi,
    timeout: values.RECEIPT_TIMEOUT,
  });
  const [made] = parseEventLogs({ abi: spaceFactoryAbi, logs: receipt.logs, eventName: "SpaceCreated" });
  if (receipt.status === "reverted" || made === undefined)
    throw new JourneyError(
      "revert",
      `SPACE_FACTORY=${values.SPACE_FACTORY} made no space${receipt.revert ? `: ${receipt.revert.name}` : ""}`,
    );
  return made.args.space as Address;
}

function ownJoin(device: Delegate): Payload {
  const address = hexToBase64(device.address);
  return { memberPayload: { membership: { op: "SO_JOIN", userAddress: address, initiatorAddress: address } } };
}

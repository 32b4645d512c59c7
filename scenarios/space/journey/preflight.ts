// setup(): is the target there, is it what the settings say, and can the root pay? Nothing is spent unless SETUP asks for a space.
import { asJourneyError, JourneyError } from "../../../src/core/errors.ts";
import { clientOf } from "../../../src/k6/chain.ts";
import { instanceHere } from "../../../src/k6/instance.ts";
import type { StreamNode, StreamView } from "../client/stream-node.ts";
import { contractOf, numberedChannel } from "../model/ids.ts";
import type { SetupData, Space, SpaceStreams } from "./context.ts";
import { makeSpace } from "./make-space.ts";
import { Announcements, groupOf, messagesIn } from "./messages.ts";
import { probeStranger } from "./stranger.ts";
import { termsOf } from "./terms.ts";

/** Longest that one call of a check may take, ms: a wrong target must be told within seconds. */
const CHECK_TIMEOUT = 3_000;

/** Characters of a random session id. */
const SESSION_DIGITS = 12;
const randomSession = () =>
  Array.from({ length: SESSION_DIGITS }, () => Math.floor(Math.random() * 16).toString(16)).join("");

/**
 * Looks at the target, once a process, and finds the streams' places before the clients come.
 * @throws JourneyError that says what is wrong and what to do
 */
export async function prepareSetup(run: Space): Promise<SetupData> {
  const { values } = run;
  const session = values.SESSION_ID ?? randomSession();
  const chain = clientOf({ ...values, RPC_TIMEOUT: Math.min(values.RPC_TIMEOUT, CHECK_TIMEOUT) }, 0);
  await chain.getBlockNumber();
  const node = run.node(CHECK_TIMEOUT);
  try {
    try {
      node.connect(values.NODE_URL);
      await node.info();
    } catch (thrown) {
      throw new JourneyError(
        "transport",
        `no stream node answers at NODE_URL=${values.NODE_URL} (${asJourneyError(thrown).message}): start \`bin/onrush sandbox --for space\`, or set NODE_URL to its host:port`,
      );
    }
    const streams = values.SETUP ? await makeSpace(run, session, node) : streamsOf(run);
    if ((await chain.getCode({ address: contractOf(streams.space) })) === "0x")
      throw new JourneyError(
        "not_found",
        `there is no contract at ${contractOf(streams.space)}, which SPACE_ID=${streams.space} names: is RPC_URL the right chain?`,
      );
    await termsOf(run, session, streams.space);
    const views = new Map<string, StreamView>();
    for (const id of [streams.space, streams.announce, ...streams.channels])
      views.set(id, await streamAt(node, values.NODE_URL, id));
    const cookies = Object.fromEntries([...views].map(([id, { nextSyncCookie }]) => [id, nextSyncCookie]));
    const announced = announcedIn(views.get(streams.announce) as StreamView, streams.announce, session);
    const { index } = instanceHere(values.INSTANCES);
    await probeStranger(run, { session, space: streams.space }, 2 * index);
    console.log(`session ${session}, space ${streams.space}, ${streams.channels.length} channels`);
    return { session, container: index, ...streams, cookies, ...announced };
  } finally {
    node.close();
  }
}

function streamsOf({ values: { SPACE_ID, ANNOUNCE_CHANNEL_ID, CHANNEL_IDS, CHANNELS } }: Space): SpaceStreams {
  return {
    space: SPACE_ID,
    announce: ANNOUNCE_CHANNEL_ID ?? numberedChannel(SPACE_ID, 0),
    channels: CHANNEL_IDS.slice(0, CHANNELS),
  };
}

async function streamAt(node: StreamNode, url: string, id: string): Promise<StreamView> {
  const view = await node.getStream(id);
  if (view === undefined)
    throw new JourneyError(
      "not_found",
      `the node at NODE_URL=${url} has no stream ${id}: do SPACE_ID, ANNOUNCE_CHANNEL_ID and CHANNEL_IDS belong to it?`,
    );
  return view;
}

/** What this session's root announced before this process came: it may have been started later than the others. */
function announcedIn(
  { miniblocks, events }: StreamView,
  id: string,
  session: string,
): Pick<SetupData, "hello" | "signalAt"> {
  const heard = new Announcements({ session });
  const said = messagesIn([...miniblocks.flatMap((block) => block.events), ...events], groupOf(session, id, "setup"));
  for (const one of said) heard.hear(one);
  const { hello, signalAt } = heard;
  return { ...(hello && { hello }), ...(signalAt && { signalAt }) };
}

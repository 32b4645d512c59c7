import { deliveryProofs } from "../../src/core/delivery/proof.ts";
import { parseDuration } from "../../src/core/duration.ts";
import { grpcDetails } from "../../src/core/grpc.ts";
import type { Load } from "../../src/core/load.ts";
import type { ScenarioSpec } from "../../src/core/scenario.ts";
import type { Problem } from "../../src/core/settings/table.ts";
import { contractOf } from "./model/ids.ts";
import { spaceMetrics } from "./model/metrics.ts";
import { atNode, spaceBreakdowns, spaceReport } from "./model/report.ts";
import { announceTimeout } from "./model/timeout.ts";
import { spaceProfiles } from "./profiles.ts";
import { type SpaceSettings, spaceRequired, spaceTable, spaceTargets } from "./settings.ts";

/** What the root does, what the others do, and what all do. */
const steps = [
  "kickoff", // the root: its own membership and streams, and its hello
  "mint", // memberships for all, each receipt and each token
  "signal", // MEMBERSHIPS_MINTED:<session>
  "membership", // a follower: its own token, on chain
  "streams", // its four streams at the node
  "announce", // a member of the announce channel
  "wait", // for the signal
  "check-in", // a reaction to the hello
  "join", // all: the space and its channels, without a second mint
  "profile", // a name in the space
  "chat",
  "summary", // every own message came back and is in a miniblock, and nothing was lost, doubled or out of order
] as const;

/** Milliseconds that the rest of a client takes beside its waits. */
const ENDING_MS = 60_000;

const durationOf = ({ arrivals }: Load) => (arrivals.kind === "clients" ? parseDuration(arrivals.duration) : 0);

function problems(values: SpaceSettings, load: Load): Problem[] {
  const { INSTANCES, SESSION_ID, SETUP, CHANNELS, CHANNEL_IDS, SPACE_ID, RANDOM_CLIENTS } = values;
  const found: Problem[] = [];
  const wrong = (name: string, message: string) =>
    void found.push({ name, value: String((values as Record<string, unknown>)[name] ?? ""), message });
  const clients = load.arrivals.kind === "clients" ? load.arrivals.clients : 0;
  if (clients - RANDOM_CLIENTS < 1) wrong("CLIENTS", "must be at least 1: client 0 is the root");
  if (INSTANCES > 1 && SESSION_ID === undefined)
    wrong("SESSION_ID", "is needed with INSTANCES: set the same id on all of them, by which they find each other");
  if (SETUP) {
    if (INSTANCES > 1) wrong("SETUP", "would make a space for each of INSTANCES: make it with one, then set SPACE_ID");
    return found;
  }
  if (CHANNELS !== undefined && CHANNELS > CHANNEL_IDS.length)
    wrong("CHANNELS", `is more than CHANNEL_IDS names, which is ${CHANNEL_IDS.length}`);
  const others = CHANNEL_IDS.filter((id) => `0x${id.slice(2, 42)}` !== contractOf(SPACE_ID));
  if (others.length > 0) wrong("CHANNEL_IDS", "names channels of another space than SPACE_ID");
  return found;
}

const onLoopback = (url: string) => /^(https?:\/\/)?(127\.|localhost|\[::1\])/.test(url);

export const spec: ScenarioSpec<ReturnType<typeof spaceTable>> = {
  name: "space",
  about: "a token-gated space: memberships minted, verified on chain and joined, messages proved",
  get table() {
    return spaceTable();
  },
  profiles: spaceProfiles,
  targets: spaceTargets,
  required: spaceRequired,
  noun: "clients",
  uses: ["ethereum", "process"],
  steps,
  details: [
    { kind: "proof", steps: ["summary"], names: [...deliveryProofs, "UNRECORDED"] },
    { kind: "proof", steps: ["kickoff", "mint"], names: ["NOT_ISSUED", "REJECTED"] },
    { kind: "proof", steps: ["check-in"], names: ["CHECK_IN_LOST"] },
    { kind: "proof", steps: ["kickoff", "announce", "join"], names: ["NOT_JOINED"] },
    { kind: "timeout", steps: ["membership"], names: ["NO_MEMBERSHIP"] },
    { kind: "timeout", steps: ["kickoff", "announce", "join"], names: ["NO_MINIBLOCK"] },
    { kind: "timeout", steps: ["wait"], names: ["NO_SIGNAL"] },
    {
      kind: "revert",
      steps: ["kickoff", "mint"],
      names: ["Membership__InsufficientPayment", "Membership__MaxSupplyReached", "Membership__InvalidPayment"],
    },
    { kind: "refused", steps: atNode, names: grpcDetails },
    { kind: "transport", steps: atNode, names: grpcDetails },
  ],
  metrics: spaceMetrics,
  live: [
    { label: "minted", metric: spaceMetrics.minted.name, aggregate: "count" },
    { label: "verified", metric: spaceMetrics.owned.name, aggregate: "count" },
    { label: "messages", metric: spaceMetrics.sent.name, aggregate: "count" },
  ],
  breakdowns: () => spaceBreakdowns,
  expectedDuration: 0,
  userTimeout: (values, load) => {
    const duration = durationOf(load);
    return (
      2 * announceTimeout(values, duration) + 2 * values.JOIN_TIMEOUT + duration + values.DELIVERY_TIMEOUT + ENDING_MS
    );
  },
  problems,
  report: (reader, { TALK }, seconds) => spaceReport(reader, TALK, seconds),
  labels: ({ TARGET, NODE_URL, TALK, INSTANCES, MINT }) => [
    TARGET === "sandbox" || onLoopback(NODE_URL)
      ? "sandbox: single node, no replication/quorum, no Olm key exchange"
      : "no Olm key exchange: other programs cannot read these messages, and its load is missing",
    ...(TALK ? [] : ["TALK=false: members join and say nothing"]),
    ...(MINT === "batch" ? [] : [`MINT=${MINT}`]),
    ...(INSTANCES > 1 ? [`latencies between clients compare the clocks of ${INSTANCES} k6 processes`] : []),
  ],
};

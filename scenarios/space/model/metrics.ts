// What a space run measures beside its users.
import { deliveryMetrics } from "../../../src/core/delivery/metrics.ts";
import type { MetricSpec } from "../../../src/core/metrics.ts";

export const spaceMetrics = {
  mintTxs: { name: "space_mint_txs", kind: "counter", help: "transactions that mint or renew" },
  minted: { name: "space_minted", kind: "counter", help: "memberships issued" },
  renewed: { name: "space_renewed", kind: "counter", help: "expired memberships renewed" },
  already: { name: "space_already_members", kind: "counter", help: "wallets that needed no new membership" },
  mintLatency: { name: "space_mint_latency", kind: "time", help: "from a membership's submission to its receipt" },
  mintGas: { name: "space_mint_gas", kind: "trend", help: "gas of one membership" },
  mintBatch: { name: "space_mint_batch", kind: "time", help: "from a batch's submission to its last receipt" },
  mintDuration: { name: "space_mint_duration", kind: "time", help: "from the first submission to the last receipt" },
  receiptToSignal: {
    name: "space_receipt_to_signal",
    kind: "time",
    help: "from the last receipt to the signal",
  },
  timeToSignal: { name: "space_time_to_signal", kind: "time", help: "from the root's start to the signal" },
  owned: { name: "space_owned", kind: "counter", help: "clients that found their own valid token on chain" },
  joins: {
    name: "space_joins",
    kind: "counter",
    help: "memberships of streams that a miniblock shows",
    tags: ["stream"],
  },
  joinedBefore: {
    name: "space_joined_before",
    kind: "counter",
    help: "memberships of streams from an earlier run",
    tags: ["stream"],
  },
  joinLatency: {
    name: "space_join_latency",
    kind: "time",
    help: "from a client's join to the miniblock that shows it",
    tags: ["stream"],
  },
  signalToJoined: {
    name: "space_signal_to_joined",
    kind: "time",
    help: "from the signal to a client that has joined everything",
  },
  checkIns: { name: "space_check_ins", kind: "counter", help: "reactions to the root's hello that came back" },
  checkInsSeen: { name: "space_check_ins_seen", kind: "counter", help: "the same as the root counted them" },
  ack: { name: "space_ack", kind: "time", help: "from an event's submission to its acknowledgement" },
  conflicts: {
    name: "space_conflicts",
    kind: "counter",
    help: "events made anew on a later miniblock",
  },
  ...deliveryMetrics("space", "channel"),
  denied: { name: "space_denied", kind: "counter", help: "times a member met PERMISSION_DENIED", tags: ["step"] },
  strangersRefused: {
    name: "space_strangers_refused",
    kind: "counter",
    help: "wallets without a membership that met PERMISSION_DENIED, as they must",
  },
  strangersAdmitted: { name: "space_strangers_admitted", kind: "counter", help: "the same, let in" },
  badEvents: { name: "space_bad_events", kind: "counter", help: "events whose hash or signature did not hold" },
  syncDrops: { name: "space_sync_drops", kind: "counter", help: "syncs that broke" },
  resyncs: { name: "space_resyncs", kind: "counter", help: "times a client took its sync up again" },
  results: {
    name: "space_results",
    kind: "counter",
    help: "the original's STRESS_RESULT lines",
    tags: ["stage", "result"],
  },
} as const satisfies Record<string, MetricSpec>;

/** Streams that clients join, as metrics call them. */
export const joinedStreams = ["announce", "space", "channel"] as const;
export type JoinedStream = (typeof joinedStreams)[number];

/** The original's steps of a client. */
export const stages = ["JOIN_CHAT", "UPDATE_PROFILE", "CHIT_CHAT"] as const;
export type Stage = (typeof stages)[number];

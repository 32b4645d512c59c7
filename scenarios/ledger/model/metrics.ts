// What the ledger scenario measures beside its operations.
import type { MetricSpec } from "../../../src/core/metrics.ts";
import { invariantNames } from "./invariants.ts";

/** Steps of an operation, and of the work around operations that is measured like one. */
export const ledgerSteps = ["create", "credit", "debit", "transfer", "replay", "race", "overdraft", "read"] as const;

export type LedgerStep = (typeof ledgerSteps)[number];

/** Findings that the verdict names. A verdict is made of metrics alone, so each has a place of its own in them. */
export const FINDING_SLOTS = 10;

export const ledgerMetrics = {
  run: { name: "ledger_run", kind: "gauge", help: "number of the run, which its wallets' ids hold in base 36" },
  instance: { name: "ledger_instance", kind: "gauge", help: "place of the k6 process among those that share the run" },
  creation: { name: "ledger_creation_success", kind: "rate", help: "share of planned wallets that were made" },
  created: { name: "ledger_wallets_created", kind: "counter", help: "wallets that were made" },
  verified: {
    name: "ledger_wallets_verified",
    kind: "counter",
    help: "wallets that were verified, every one of a round",
  },
  drift: {
    name: "ledger_drift",
    kind: "counter",
    help: "money that views of a wallet hold beyond or below the exact model, over all wallets, without sign",
  },
  entries: { name: "ledger_entries", kind: "counter", help: "ledger entries that were read and verified" },
  entriesMissing: {
    name: "ledger_entries_missing",
    kind: "counter",
    help: "acknowledged effects without a ledger entry",
  },
  checked: {
    name: "ledger_checked",
    kind: "counter",
    help: "things that were looked at for an invariant",
    tags: ["invariant"],
  },
  broken: { name: "ledger_broken", kind: "counter", help: "things that broke an invariant", tags: ["invariant"] },
  unjudged: {
    name: "ledger_unjudged",
    kind: "counter",
    help: "+1 when a round begins, -1 when all its invariants are judged: what is left was not",
  },
  replays: { name: "ledger_replays", kind: "counter", help: "operations sent again with their key", tags: ["how"] },
  doubled: {
    name: "ledger_replays_doubled",
    kind: "counter",
    help: "operations that one key had carried out more than once, or whose key took another body",
  },
  races: { name: "ledger_races", kind: "counter", help: "whole balances that several callers debited at once" },
  racesWrong: { name: "ledger_races_wrong", kind: "counter", help: "races that had not exactly one winner" },
  ambiguous: { name: "ledger_ambiguous", kind: "counter", help: "requests whose first answer told nothing certain" },
  unresolved: {
    name: "ledger_unresolved",
    kind: "counter",
    help: "requests that stayed ambiguous for RETRY_FOR: the model then keeps an interval",
  },
  unexpected: {
    name: "ledger_unexpected",
    kind: "counter",
    help: "answers that are none of those the service may give",
  },
  late: { name: "ledger_late", kind: "time", help: "how long after its planned instant an arriving operation began" },
  lag: {
    name: "ledger_projection_lag",
    kind: "time",
    help: "from acknowledgement to visibility in a projection, probed every 20 ms",
    tags: ["view"],
  },
  lagNever: {
    name: "ledger_lag_never",
    kind: "counter",
    help: "probes that did not become visible within LAG_TIMEOUT",
    tags: ["view"],
  },
  working: { name: "ledger_working_seconds", kind: "counter", help: "time in which operations ran" },
  drain: { name: "ledger_drain", kind: "time", help: "from the last write until all projections stood still" },
  verification: { name: "ledger_verification", kind: "time", help: "reading and judging all wallets of a round" },
  appErrors: {
    name: "ledger_app_errors",
    kind: "counter",
    help: "errors that the target logged while a round ran, where it can tell (ADMIN_URL)",
  },
  consumers: {
    name: "ledger_consumers_moved",
    kind: "counter",
    help: "consumers that worked off events while a round ran, where the target can tell",
  },
  stalled: {
    name: "ledger_consumers_stalled",
    kind: "counter",
    help: "consumers that did not move or were not done at its end, where the target can tell",
  },
  findings: { name: "ledger_findings", kind: "counter", help: "things found wrong, by wallet" },
  findingRound: { name: "ledger_finding_round", kind: "gauge", help: "of a finding: round", tags: ["slot"] },
  findingWallet: { name: "ledger_finding_wallet", kind: "gauge", help: "of a finding: wallet", tags: ["slot"] },
  findingInvariant: {
    name: "ledger_finding_invariant",
    kind: "gauge",
    help: "of a finding: number of the invariant",
    tags: ["slot"],
  },
  findingSubject: {
    name: "ledger_finding_subject",
    kind: "gauge",
    help: "of a finding: what it is about",
    tags: ["slot"],
  },
  findingWanted: { name: "ledger_finding_wanted", kind: "gauge", help: "of a finding: wanted", tags: ["slot"] },
  findingGot: { name: "ledger_finding_got", kind: "gauge", help: "of a finding: got", tags: ["slot"] },
} as const satisfies Record<string, MetricSpec>;

/** One part of a metric, as k6 names it. */
export const part = (metric: { readonly name: string }, tag: string, value: string | number): string =>
  `${metric.name}{${tag}:${value}}`;

const slots = Array.from({ length: FINDING_SLOTS }, (_, slot) => slot);
const { findingRound, findingWallet, findingInvariant, findingSubject, findingWanted, findingGot } = ledgerMetrics;

/** Parts that k6 has to keep apart for the verdict. */
export const ledgerBreakdowns: readonly string[] = [
  ...invariantNames.flatMap((name) => [
    part(ledgerMetrics.checked, "invariant", name),
    part(ledgerMetrics.broken, "invariant", name),
  ]),
  ...["read", "ledger"].map((view) => part(ledgerMetrics.lag, "view", view)),
  ...[findingRound, findingWallet, findingInvariant, findingSubject, findingWanted, findingGot].flatMap((metric) =>
    slots.map((slot) => part(metric, "slot", slot)),
  ),
];

// Every metric of a scenario, declared once. k6 instances, gates' names and docs/metrics.md are made from this list.

export type MetricKind = "counter" | "rate" | "trend" | "time" | "gauge";

export interface MetricSpec {
  readonly name: string;
  /** `time` is a Trend in milliseconds. */
  readonly kind: MetricKind;
  readonly help: string;
  readonly tags?: readonly string[];
}

/** What every scenario of users measures; `name` is the scenario's. */
export function userMetrics(name: string) {
  return {
    users: { name: `${name}_users`, kind: "counter", help: "users that ended, successful or not" },
    succeeded: {
      name: `${name}_succeeded`,
      kind: "counter",
      help: "users that the other side proves to have succeeded",
    },
    degraded: {
      name: `${name}_degraded`,
      kind: "counter",
      help: "users that ended without their last steps (DEGRADE); never successes",
    },
    refused: {
      name: `${name}_refused`,
      kind: "counter",
      help: "users that ended with a refusal that was the right answer; neither successes nor failures",
    },
    success: { name: `${name}_success`, kind: "rate", help: "share of ended users that succeeded" },
    duration: { name: `${name}_duration`, kind: "time", help: "a successful user's time from arrival to proof" },
    stepDuration: {
      name: `${name}_step_duration`,
      kind: "time",
      help: "time of one step, also when it failed",
      tags: ["step", "ok"],
    },
    errors: {
      name: `${name}_errors`,
      kind: "counter",
      help: "failed users by what failed and where",
      tags: ["kind", "step", "detail"],
    },
    retries: {
      name: `${name}_retries`,
      kind: "counter",
      help: "repeated calls by cause and step",
      tags: ["kind", "step"],
    },
    unfinished: {
      name: `${name}_unfinished`,
      kind: "counter",
      help: "+1 when a user starts, -1 when it ends: what is left was cut off",
    },
    breaker: {
      name: `${name}_breaker_opened`,
      kind: "counter",
      help: "times that consecutive failures aborted the run",
    },
  } as const satisfies Record<string, MetricSpec>;
}

/** What funding measures beside the users. */
export function fundingMetrics(name: string) {
  return {
    funded: { name: `${name}_wallets_funded`, kind: "counter", help: "wallets that were paid" },
    fundingTransactions: { name: `${name}_funding_txs`, kind: "counter", help: "transactions that paid them" },
    fundingErrors: {
      name: `${name}_funding_errors`,
      kind: "counter",
      help: "funding attempts that failed and were made again",
      tags: ["kind"],
    },
    fundingDuration: {
      name: `${name}_funding_duration`,
      kind: "time",
      help: "from a worker's demand to funded wallets in the pool",
    },
    walletWait: { name: `${name}_wallet_wait`, kind: "time", help: "how long a user waited for a funded wallet" },
    poolWaiting: { name: `${name}_pool_waiting`, kind: "gauge", help: "funded wallets waiting for users" },
    swept: { name: `${name}_swept_ether`, kind: "counter", help: "ether sent back to the funder at the end" },
    sweptWallets: { name: `${name}_swept_wallets`, kind: "counter", help: "wallets it came from" },
    unswept: {
      name: `${name}_unswept_wallets`,
      kind: "counter",
      help: "wallets whose leftover could not be sent back",
    },
  } as const satisfies Record<string, MetricSpec>;
}

/** Metrics that k6/x/process emits. */
export const processMetrics = [
  { name: "process_memory_bytes", kind: "gauge", help: "resident memory of the load generator" },
  { name: "process_memory_peak_bytes", kind: "gauge", help: "its highest value" },
  {
    name: "process_cpu_percent",
    kind: "gauge",
    help: "user + system CPU of the load generator over the arrival window, % of one core",
  },
  { name: "process_cpu_without_kdf_percent", kind: "gauge", help: "the same without OpenPGP's password hashing" },
] as const satisfies readonly MetricSpec[];

/** Metrics that k6/x/ethereum emits, with the VU's tags. */
export const ethereumMetrics = [
  { name: "ethereum_req_duration", kind: "time", help: "one JSON-RPC request", tags: ["method"] },
  { name: "ethereum_requests", kind: "counter", help: "JSON-RPC requests", tags: ["method"] },
  { name: "ethereum_errors", kind: "counter", help: "failed calls", tags: ["kind", "method"] },
  { name: "ethereum_retries", kind: "counter", help: "repeated JSON-RPC requests", tags: ["kind", "method"] },
  { name: "ethereum_txs_sent", kind: "counter", help: "transactions the node accepted" },
  { name: "ethereum_txs_included", kind: "counter", help: "transactions that succeeded in a block" },
  { name: "ethereum_txs_reverted", kind: "counter", help: "transactions that reverted in a block" },
  { name: "ethereum_txs_rejected", kind: "counter", help: "transactions the node refused" },
  { name: "ethereum_txs_timed_out", kind: "counter", help: "transactions not seen in a block in time" },
  { name: "ethereum_txs_replaced", kind: "counter", help: "transactions whose nonce another one used" },
  { name: "ethereum_time_to_mine", kind: "time", help: "from acceptance to first sight of the including block" },
  { name: "ethereum_gas_used", kind: "trend", help: "gas of an included transaction" },
  { name: "ethereum_block", kind: "gauge", help: "highest block seen" },
  { name: "ethereum_nonce_healed", kind: "counter", help: "nonce gaps found and healed" },
] as const satisfies readonly MetricSpec[];

/** k6's own metrics that a gate may name. */
export const builtinMetrics: readonly string[] = [
  "checks",
  "data_received",
  "data_sent",
  "dropped_iterations",
  "http_req_blocked",
  "http_req_connecting",
  "http_req_duration",
  "http_req_failed",
  "http_req_receiving",
  "http_req_sending",
  "http_req_tls_handshaking",
  "http_req_waiting",
  "http_reqs",
  "iteration_duration",
  "iterations",
  "vus",
  "vus_max",
  "grpc_req_duration",
  "grpc_streams",
  "grpc_streams_msgs_received",
  "grpc_streams_msgs_sent",
];

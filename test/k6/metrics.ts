// k6 refuses thresholds on metrics it does not know, and aggregates that do not fit the metric's kind: so this script starts only when the Go modules declare
// every metric of our lists, with that kind.
import { Client } from "k6/x/ethereum";
import { sample } from "k6/x/process";
import { ethereumMetrics, type MetricKind, processMetrics } from "../../src/core/metrics.ts";
import { rejects, suite } from "./support/suite.ts";

const always: Readonly<Record<MetricKind, string>> = {
  counter: "count>=0",
  rate: "rate>=0",
  trend: "p(95)>=0",
  time: "p(95)>=0",
  gauge: "value>=0",
};

const tests = suite(
  {
    "emits its gauges and counts a failed request": async () => {
      sample();
      await rejects(new Client({ url: "http://127.0.0.1:1", retryFor: 0 }).getBlockNumber(), /./);
    },
  },
  {
    ...Object.fromEntries([...ethereumMetrics, ...processMetrics].map(({ name, kind }) => [name, [always[kind]]])),
    "ethereum_errors{kind:transport}": ["count==1"],
    ethereum_requests: ["count>=1"],
  },
);

export const options = tests.options;
export default tests.run;

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OracleInput, OracleOutput } from "../../k6/oracle-exchange.ts";
import { bundle, runK6, temporaryFolder } from "../support.ts";

/** Has our k6 decrypt, encrypt and sign (test/k6/oracle.ts). @throws Error with k6's output when it does not end well */
export function runInK6(input: OracleInput): Promise<OracleOutput> {
  return exchange("test/k6/oracle.ts", input);
}

/** Runs a script that reads the file ORACLE_INPUT and writes ORACLE_OUTPUT. @throws Error with k6's output when it does not end well */
export async function exchange<Input, Output>(script: string, input: Input): Promise<Output> {
  const folder = temporaryFolder();
  const [ORACLE_INPUT, ORACLE_OUTPUT] = [join(folder, "input.json"), join(folder, "output.json")];
  writeFileSync(ORACLE_INPUT, JSON.stringify(input));
  const run = await runK6({
    script: await bundle(script),
    environment: { ORACLE_INPUT, ORACLE_OUTPUT },
    limit: 60_000,
  });
  if (run.code !== 0) throw new Error(`k6 ended with ${run.code}: ${run.output}`);
  return JSON.parse(readFileSync(ORACLE_OUTPUT, "utf8"));
}

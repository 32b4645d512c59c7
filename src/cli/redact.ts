// Nothing that the command prints holds more of an endpoint than scheme, host and port.
import { dsnAsUrl } from "../core/dsn.ts";
import { redactor } from "../core/endpoint.ts";
import { type Environment, endpointsIn } from "../core/settings/table.ts";
import { builtScenarios } from "./scenarios.ts";
import type { Screen } from "./terminal.ts";

/** The endpoints that a command was given: settings of any scenario, and addresses among its arguments. */
async function endpointsOf(environment: Environment, argv: readonly string[]): Promise<string[]> {
  const set = (await builtScenarios()).flatMap(({ table }) => endpointsIn(table, environment));
  const args = argv.flatMap((arg) => /[a-z][a-z\d+.-]*:\/\/.*/is.exec(arg)?.[0] ?? []);
  return [...new Set([...set, ...args].map(dsnAsUrl))];
}

/** Has all cleared that is written to `screens` from now on. */
export async function redactOutput(
  environment: Environment,
  argv: readonly string[],
  screens: readonly Screen[],
): Promise<void> {
  const redact = redactor(await endpointsOf(environment, argv));
  for (const screen of screens) {
    const write = screen.write.bind(screen) as (text: unknown, ...rest: unknown[]) => unknown;
    screen.write = (text: unknown, ...rest: unknown[]) =>
      write(typeof text === "string" ? redact(text) : text, ...rest);
  }
}

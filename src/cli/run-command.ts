import { Command } from "commander";
import type { ScenarioSpec } from "../core/scenario.ts";
import { built, root } from "../sandbox/root.ts";
import { buildScenario } from "./build.ts";
import { UsageError } from "./errors.ts";
import { addSandboxFlags, addSettingFlags, sandboxArguments, settingsFromFlags } from "./flags.ts";
import { run } from "./run.ts";
import { sandboxCommand } from "./sandbox.ts";
import { requireScenario, scenarioNamed, scenarioNames } from "./scenarios.ts";

const AFTER = `
Every flag can be set in the environment instead (POOL_SIZE=75 is --pool-size 75); secrets only there.
What follows -- goes to k6: onrush run <scenario> --seed 7 -- --out json=samples.json.gz
Exit code: 0 passed, 99 a gate failed, 110 unproved, 2 wrong settings; docs/exit-codes.md has all of them.`;

/**
 * A command with a subcommand for each scenario. Only the scenario that is asked for is read.
 * @param own the command line up to `--`
 * @param make makes the subcommand
 */
export async function perScenario(
  command: Command,
  own: readonly string[],
  make: (spec: ScenarioSpec) => Command | Promise<Command>,
): Promise<Command> {
  const names = scenarioNames();
  command
    .usage("<scenario> [flags]")
    .argument("[scenario]", names.join(", "))
    .action((name: string | undefined) => {
      // Only reached when no subcommand has this name.
      if (name !== undefined) requireScenario(name);
      throw new UsageError(`which scenario? known: ${names.join(", ")}`);
    });
  const [verb, wanted] = own;
  if (verb !== command.name() || wanted === undefined || !names.includes(wanted)) return command;
  if (built) buildScenario(root, wanted, (line) => console.error(line));
  return command.addCommand(await make(await scenarioNamed(wanted)));
}

/**
 * `onrush run <scenario>`, with a flag for each of the scenario's settings.
 * @param own the command line up to `--`
 * @param k6Args what followed it
 */
export const runCommand = (own: readonly string[], k6Args: readonly string[]): Promise<Command> =>
  perScenario(
    new Command("run").description("run a scenario; `onrush run <scenario> --help` lists its settings"),
    own,
    async (spec) => {
      const sandbox = await sandboxCommand([spec.name]);
      const command = new Command(spec.name)
        .description(spec.about)
        .usage("[flags] [-- k6 arguments]")
        .addHelpText("after", AFTER);
      addSettingFlags(command, spec.table);
      addSandboxFlags(command, sandbox);
      return command.action(async () => {
        const flags = settingsFromFlags(command, spec.table);
        process.exitCode = await run(
          { spec, flags, sandboxArgs: sandboxArguments(command, sandbox), k6Args },
          { root, environment: process.env, stdout: process.stdout, stderr: process.stderr, signals: process },
        );
      });
    },
  );

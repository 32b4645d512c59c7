import { Command } from "commander";
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
 * `onrush run <scenario>`, with a flag for each of the scenario's settings. Only the scenario that is asked for is read.
 * @param own the command line up to `--`
 * @param k6Args what followed it
 */
export async function runCommand(own: readonly string[], k6Args: readonly string[]): Promise<Command> {
  const names = scenarioNames();
  const command = new Command("run")
    .description("run a scenario; `onrush run <scenario> --help` lists its settings")
    .usage("<scenario> [flags] [-- k6 arguments]")
    .argument("[scenario]", names.join(", "))
    .action((name: string | undefined) => {
      // Only reached when no subcommand has this name.
      if (name !== undefined) requireScenario(name);
      throw new UsageError(`which scenario? known: ${names.join(", ")}`);
    });
  const [verb, wanted] = own;
  if (verb === "run" && wanted !== undefined && names.includes(wanted))
    command.addCommand(await scenarioCommand(wanted, k6Args));
  return command;
}

async function scenarioCommand(name: string, k6Args: readonly string[]): Promise<Command> {
  if (built) buildScenario(root, name, (line) => console.error(line));
  const spec = await scenarioNamed(name);
  const sandbox = await sandboxCommand([name]);
  const command = new Command(spec.name)
    .description(spec.about)
    .usage("[flags] [-- k6 arguments]")
    .addHelpText("after", AFTER);
  addSettingFlags(command, spec.table);
  addSandboxFlags(command, sandbox);
  return command.action(async () => {
    process.exitCode = await run(
      { spec, flags: settingsFromFlags(command, spec.table), sandboxArgs: sandboxArguments(command, sandbox), k6Args },
      { root, environment: process.env, stdout: process.stdout, stderr: process.stderr, signals: process },
    );
  });
}

import { Command } from "commander";
import { scenarios } from "../profiles/index.ts";
import { UsageError } from "./errors.ts";
import { addSandboxFlags, addSettingFlags, sandboxArguments, settingsFromFlags } from "./flags.ts";
import { root } from "./paths.ts";
import { run } from "./run.ts";
import { sandboxCommand } from "./sandbox.ts";
import { scenarioNamed } from "./scenarios.ts";

const AFTER = `
Every flag can be set in the environment instead (POOL_SIZE=75 is --pool-size 75); secrets only there.
What follows -- goes to k6: onrush run streaming --rate 2 -- --out json=samples.json.gz
Exit code: k6's (0 passed, 99 a gate failed, ...), 2 wrong settings, 1 anything else.`;

/**
 * `onrush run <scenario>`, a subcommand for each scenario with a flag for each of its settings.
 * @param k6Args what followed `--` on the command line
 */
export function runCommand(k6Args: readonly string[]): Command {
  const command = new Command("run")
    .description("run a scenario; `onrush run <scenario> --help` lists its settings")
    .usage("<scenario> [flags] [-- k6 arguments]")
    .argument("[scenario]")
    .action((name: string | undefined) => {
      // Only reached when no subcommand has this name.
      if (name !== undefined) scenarioNamed(name);
      throw new UsageError(`which scenario? known: ${Object.keys(scenarios).join(", ")}`);
    });
  for (const spec of Object.values(scenarios)) {
    const sandbox = sandboxCommand();
    const one = new Command(spec.name)
      .description(spec.about)
      .usage("[flags] [-- k6 arguments]")
      .addHelpText("after", AFTER);
    addSettingFlags(one, spec.table);
    addSandboxFlags(one, sandbox);
    one.action(async () => {
      process.exitCode = await run(
        { spec, flags: settingsFromFlags(one, spec.table), sandboxArgs: sandboxArguments(one, sandbox), k6Args },
        { root, environment: process.env, stdout: process.stdout, stderr: process.stderr, signals: process },
      );
    });
    command.addCommand(one);
  }
  return command;
}

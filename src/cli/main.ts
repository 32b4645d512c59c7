// The `onrush` command.
import { Command, CommanderError } from "commander";
import { archiveCommand } from "./archive.ts";
import { CommandError, UsageError } from "./errors.ts";
import { newCommand } from "./new/index.ts";
import { redactOutput } from "./redact.ts";
import { runCommand } from "./run-command.ts";
import { sandboxCommand } from "./sandbox.ts";
import { cliOf, commandNames } from "./scenarios.ts";
import { settingsCommand } from "./settings.ts";
import { walletCommands } from "./wallets/index.ts";

/** Splits a command line at the first `--`: commander would mix what follows with its own operands. */
function split(argv: readonly string[]): { own: string[]; passed: string[] } {
  const at = argv.indexOf("--");
  return at < 0 ? { own: [...argv], passed: [] } : { own: argv.slice(0, at), passed: argv.slice(at + 1) };
}

/** Makes commander throw instead of ending the process, in every subcommand. */
function throwing(command: Command): Command {
  command.exitOverride();
  for (const sub of command.commands) throwing(sub);
  return command;
}

/** The commands that scenarios bring along. */
async function scenarioCommands(): Promise<Command[]> {
  const parts = await Promise.all(commandNames().map(cliOf));
  return parts.flatMap(({ command }) => command?.() ?? []);
}

async function main(argv: readonly string[]): Promise<void> {
  const { own, passed } = split(argv);
  // The sandbox is asked for its own addresses.
  if (own[0] !== "sandbox") await redactOutput(process.env, argv, [process.stdout, process.stderr]);
  const program = new Command("onrush")
    .description("k6 load tests for web3 applications that cannot be fooled")
    .addCommand(await runCommand(own, passed))
    .addCommand(await archiveCommand(own))
    .addCommand(await sandboxCommand())
    .addCommand(settingsCommand())
    .addCommand(newCommand());
  for (const command of [...(await scenarioCommands()), ...walletCommands()]) program.addCommand(command);
  if (passed.length > 0 && own[0] !== "run")
    throw new UsageError("only onrush run takes arguments after --: they go to k6");
  await throwing(program).parseAsync(own, { from: "user" });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2); // it has printed itself
  console.error(error instanceof CommandError ? `error: ${error.message}` : error);
  process.exit(error instanceof CommandError ? error.exitCode : 1);
});

// What every wallet command has around it: its streams, its progress bar, a chain to talk to, and time to think before money moves.
import { setTimeout as sleep } from "node:timers/promises";
import { formatDuration } from "../../core/duration.ts";
import type { Environment } from "../../core/settings/table.ts";
import { RpcError } from "../../sandbox/rpc.ts";
import { CommandError } from "../errors.ts";
import { catchInterrupts } from "../interrupts.ts";
import { type Screen, Terminal } from "../terminal.ts";
import { type ConnectedChain, connectChain } from "./chain.ts";
import { type Endpoint, FlagReader, type Flags } from "./options.ts";
import { NoAnswerError } from "./rpc.ts";
import { type SeedReader, seedReader } from "./seeds.ts";

/** Milliseconds that one call is tried again for, and that one attempt may take. */
const RETRY_FOR = 60_000;
const ATTEMPT = 15_000;
const BAR = 30;
/** What a shell gives to a program that Ctrl+C ended. */
const INTERRUPTED = 130;

export interface CommandContext {
  readonly environment: Environment;
  readonly seeds: SeedReader;
  /** The result, on stdout. */
  print(text: string): void;
  /** What goes on, on stderr. */
  note(text: string): void;
  /** A bar, on a terminal only. */
  progress(what: string, done: number, of: number): void;
  connect(endpoint: Endpoint): Promise<ConnectedChain>;
  /** Waits so that the user can think again; false when the user did. */
  confirm(delay: number): Promise<boolean>;
  /** Runs `work`, whose signal Ctrl+C sets; a second one ends the process. */
  interruptible<T>(work: (stop: AbortSignal) => Promise<T>): Promise<T>;
}

/**
 * A command's action: makes its context, reads its flags, and says in one message what an endpoint in the middle of the work did.
 * @param work the command itself
 */
export function action(work: (context: CommandContext, flags: FlagReader) => Promise<void>) {
  return async (flags: Flags): Promise<void> => {
    try {
      await work(createContext(), new FlagReader(flags));
    } catch (error) {
      if (error instanceof NoAnswerError) throw new CommandError(`${error.message}: run the same command again later`);
      if (error instanceof RpcError) throw new CommandError(`the node refuses ${error.message}`);
      throw error;
    }
  };
}

/** The context of one command. */
export function createContext(
  environment: Environment = process.env,
  stdout: Screen = process.stdout,
  stderr: Screen = process.stderr,
): CommandContext {
  const terminal = new Terminal(stderr);
  const note = (text: string) => terminal.print(text);
  return {
    environment,
    seeds: seedReader(environment, note),
    note,
    print(text) {
      terminal.clear();
      stdout.write(`${text}\n`);
    },
    progress(what, done, of) {
      const filled = Math.floor((done / of) * BAR);
      if (done < of) terminal.draw([`${what} [${"#".repeat(filled)}${".".repeat(BAR - filled)}] ${done} of ${of}`]);
      else terminal.clear();
    },
    connect: ({ url, multicall, batchSize }) =>
      connectChain(url, multicall, {
        batchSize,
        retryFor: RETRY_FOR,
        timeout: ATTEMPT,
        onThrottled: () => note("the endpoint throttles: going more slowly (a smaller --batch-size may help)"),
      }),
    async confirm(delay) {
      if (delay === 0) return true;
      note(`starting in ${formatDuration(delay)}; Ctrl+C to stop`);
      const stop = new AbortController();
      const interrupts = catchInterrupts(() => stop.abort());
      try {
        await sleep(delay, undefined, { signal: stop.signal });
        return true;
      } catch {
        note("stopped: nothing was sent");
        process.exitCode = INTERRUPTED;
        return false;
      } finally {
        interrupts.dispose();
      }
    },
    async interruptible(work) {
      const stop = new AbortController();
      const interrupts = catchInterrupts((press) => {
        if (press > 1) process.exit(INTERRUPTED);
        stop.abort();
        process.exitCode = INTERRUPTED;
        note("stopping: waiting for what is under way; Ctrl+C again ends at once, and the journal remembers it");
      });
      try {
        return await work(stop.signal);
      } finally {
        interrupts.dispose();
      }
    },
  };
}

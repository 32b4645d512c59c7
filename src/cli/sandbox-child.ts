// The sandbox of a run: a process of its own, so that its CPU and memory are not the load generator's, and so that it dies with us.
import { type ChildProcess, spawn } from "node:child_process";
import { eachLine, endingOf, runs, signalGroup } from "./child.ts";
import { CommandError } from "./errors.ts";

/** A sandbox that is ready. */
export interface RunningSandbox {
  /** Settings that point at it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Called when it ends before `stop()`. */
  onUnexpectedEnd(handler: (why: string) => void): void;
  /** Ends it and everything it started; safe to call twice. */
  stop(): Promise<void>;
}

/** How to start one. */
export interface SandboxCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly readyTimeoutMs?: number;
  readonly stopTimeoutMs?: number;
}

const LAST_LINES = 15;

function readEnvironment(line: string): Record<string, string> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const parsed = JSON.parse(line) as { environment?: Record<string, unknown> };
    return (
      parsed.environment &&
      Object.fromEntries(Object.entries(parsed.environment).map(([name, value]) => [name, String(value)]))
    );
  } catch {
    return undefined;
  }
}

/**
 * Starts a sandbox and waits for the line {"environment": {...}} that says it is ready.
 *
 * It gets a process group of its own: Ctrl+C reaches the whole foreground group at once, and a sandbox that left before k6 would turn the end of the run into
 * connection errors. If this process is killed, its end of the sandbox's stdin closes and the sandbox stops by itself.
 * @throws CommandError with the sandbox's last words when it ends or does not get ready in time
 */
export async function spawnSandbox(how: SandboxCommand, aborted?: AbortSignal): Promise<RunningSandbox> {
  const child = spawn(how.command, how.args, { env: how.env, stdio: ["pipe", "pipe", "pipe"], detached: true });
  child.stdin.on("error", () => {}); // it may end before us
  const ending = endingOf(child);
  const lastLines: string[] = [];
  eachLine(child.stderr, (line) => {
    lastLines.push(line);
    if (lastLines.length > LAST_LINES) lastLines.shift();
  });
  const lastWords = () => (lastLines.length > 0 ? `:\n${lastLines.join("\n")}` : "");

  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= stopChild(child, how.stopTimeoutMs ?? 15_000);
    return stopping;
  };
  try {
    const environment = await ready(child, ending, how.readyTimeoutMs ?? 60_000, lastWords, aborted);
    return {
      environment,
      onUnexpectedEnd: (handler) => {
        void ending.then(({ code }) => {
          if (!stopping) handler(`the sandbox ended with ${code}${lastWords()}`);
        });
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function ready(
  child: ChildProcess,
  ending: Promise<{ code: number }>,
  timeoutMs: number,
  lastWords: () => string,
  aborted: AbortSignal | undefined,
): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new CommandError(`the sandbox was not ready after ${timeoutMs / 1_000} s${lastWords()}`)),
      timeoutMs,
    );
    const settle =
      <T>(then: (value: T) => void) =>
      (value: T) => {
        clearTimeout(timer);
        then(value);
      };
    if (child.stdout) {
      eachLine(child.stdout, (line) => {
        const environment = readEnvironment(line);
        if (environment) settle(resolve)(environment);
      });
    }
    ending.then(
      settle(({ code }: { code: number }) =>
        reject(new CommandError(`the sandbox could not start (it ended with ${code})${lastWords()}`)),
      ),
      settle((error: Error) => reject(new CommandError(`the sandbox could not start: ${error.message}`))),
    );
    const abort = settle(() => reject(new CommandError("interrupted", 130)));
    if (aborted?.aborted) abort(undefined);
    else aborted?.addEventListener("abort", abort, { once: true });
  });
}

/** SIGTERM to the sandbox, which ends what it started; if that takes too long, SIGKILL to its whole group. */
async function stopChild(child: ChildProcess, timeoutMs: number): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    if (runs(child)) child.once("exit", () => resolve());
    else resolve();
  });
  child.stdin?.end();
  if (runs(child)) child.kill("SIGTERM");
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), timeoutMs);
  await gone;
  clearTimeout(timer);
  // What it could not end itself, such as a chain it was killed too early to stop.
  signalGroup(child, "SIGKILL");
}

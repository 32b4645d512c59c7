// A program that cannot outlive the sandbox. Its parent is a shell that reads a pipe held by this process: however this process ends, SIGKILL included, the
// kernel closes the pipe and the shell ends its child. Nothing depends on clean-up by a process that is no more.
import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Characters kept of what the program says. */
const KEPT = 2_000;

export interface Supervised {
  /** The program's own process id. */
  readonly pid: number;
  /** Resolves when the program, and whatever it started, has ended. */
  readonly ended: Promise<unknown>;
  /** The last of what it wrote to stderr. */
  said(): string;
  /** Calls `hear` with each piece of text it writes to stderr from now on. */
  listen(hear: (text: string) => void): void;
  /** Writes a line to the shell. */
  tell(line: string): void;
  /** Closes the pipe, and resolves when the shell is gone. May be called twice. */
  release(): Promise<void>;
}

/**
 * Starts `script` in a shell with the arguments $1, $2, ...
 * @param script starts the program, prints its process id, and closes its own stdout (`exec >&-`), so that the end of that stream is the end of the program
 * @param name of the shell in a list of processes
 * @param owner user and group that it runs as, where not ours
 */
export async function startSupervised(
  script: string,
  name: string,
  args: readonly string[],
  owner: Pick<SpawnOptions, "uid" | "gid"> = {},
): Promise<Supervised> {
  // `detached` gives it a session of its own: Ctrl+C in the terminal reaches the sandbox, which ends the program after its users.
  const guard = spawn("/bin/sh", ["-c", script, name, ...args], {
    ...owner,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const guardEnded = once(guard, "close");
  guard.stdin.on("error", () => {}); // the shell may be gone when it is told something
  let said = "";
  guard.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-KEPT);
  });
  const output = createInterface(guard.stdout);
  const ended = once(output, "close");
  const [line] = (await Promise.race([once(output, "line"), guardEnded])) as [string];
  return {
    pid: Number.parseInt(line, 10),
    ended,
    said: () => said,
    listen: (hear) => void guard.stderr.on("data", hear),
    tell: (text) => void guard.stdin.write(`${text}\n`),
    async release() {
      guard.stdin.end();
      await guardEnded;
    },
  };
}

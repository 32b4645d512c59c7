import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";

/** How a process ended. */
export interface Ending {
  /** Exit code; 128 + n for signal n, as shells have it. */
  readonly code: number;
  readonly signal: NodeJS.Signals | undefined;
}

/** Settles when a process has ended **and** its output has been read; rejects when it could not be started. */
export function endingOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 0), signal: signal ?? undefined });
    });
  });
}

/** Whether a process still runs. */
export const runs = (child: ChildProcess): boolean =>
  child.exitCode === null && child.signalCode === null && child.pid !== undefined;

/** Signals the process group of a child that was spawned `detached`: the child and whatever it left behind. Nothing happens when all are gone. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Calls `take` with each whole line of a stream of text, the last one also without its newline. */
export function eachLine(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  });
  stream.on("end", () => {
    if (rest !== "") take(rest);
  });
}

import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { type Ending, eachLine, endingOf, runs } from "./child.ts";
import { CommandError } from "./errors.ts";

/** A k6 that runs. */
export interface K6Process {
  readonly pid: number;
  readonly ended: Promise<Ending>;
  /** Asks it to end: it cuts off the users under way, runs teardown and the summary. Only the first call does anything. */
  interrupt(): void;
  /** Ends it at once, without a verdict. */
  kill(): void;
}

/** What keeps k6 off the network: a stock k6 in the place of ours fails at once instead of asking a build service. */
export const OFFLINE = { K6_NO_USAGE_REPORT: "true", K6_AUTO_EXTENSION_RESOLUTION: "false" } as const;

export interface K6Options {
  readonly binary: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Text of the summary. */
  readonly onOutput: (text: string) => void;
  /** One log line, as people read it. */
  readonly onLog: (line: string) => void;
}

/**
 * Log lines that say nothing a reader of this command needs: one for each timer of each user that an interrupt cut off (the verdict counts those users), and
 * the dashboard's word for being skipped in a short run, which reads as if all reports were.
 */
const NOISE = /was stopped because the VU iteration was interrupted|run was short, report generation was skipped/;

/** One line of k6's JSON log for people; what is no such line comes back as it is. */
export function readableLog(line: string): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const { level, msg, error, hint } = entry;
  if (typeof level !== "string" || typeof msg !== "string") return line;
  const details = [error, hint].filter((text) => typeof text === "string" && text !== "" && !msg.includes(text));
  const prefix = level === "info" ? "" : `${level === "fatal" || level === "panic" ? "error" : level}: `;
  return `${prefix}${msg.trimEnd()}${details.map((text) => ` (${text})`).join("")}`;
}

/**
 * Starts k6 in a process group of its own: Ctrl+C on a terminal reaches every process of the foreground group, and a k6 that gets it twice (once from the
 * terminal, once from us) ends at once without its teardown and its summary.
 * @throws CommandError when the binary cannot be started
 */
export async function startK6(options: K6Options): Promise<K6Process> {
  const child = spawn(options.binary, options.args, {
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const ended = endingOf(child);
  ended.catch(() => {}); // reported below; awaiting it is the caller's choice
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", options.onOutput);
  eachLine(child.stderr, (line) => {
    if (!NOISE.test(line)) options.onLog(readableLog(line));
  });
  const { pid } = child;
  if (pid === undefined) {
    const why = await ended.then(
      () => "it ended at once",
      (error: Error) => error.message,
    );
    throw new CommandError(`k6 could not be started: ${why}`);
  }
  let interrupted = false;
  return {
    pid,
    ended,
    interrupt: () => {
      if (interrupted || !runs(child)) return;
      interrupted = true;
      child.kill("SIGINT");
    },
    kill: () => {
      if (runs(child)) child.kill("SIGKILL");
    },
  };
}

/** A TCP port on loopback that nothing listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** What a process uses. */
export interface Usage {
  /** Resident bytes. */
  readonly memory: number;
  /** User and system CPU seconds since it started. */
  readonly cpuSeconds: number;
}

/** Linux counts CPU time for user space in 1/100 s on every architecture, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;

/** Reads /proc/<pid>/stat and /proc/<pid>/status. */
export function parseProc(stat: string, status: string): Usage | undefined {
  // The second field is the command in parentheses, which may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (!Number.isFinite(ticks) || resident === undefined) return undefined;
  return { memory: Number(resident) * 1_024, cpuSeconds: ticks / TICKS_PER_SECOND };
}

/** Reads the output of `ps -o rss=,time=`: kilobytes and [[days-]hours:]minutes:seconds. */
export function parsePs(output: string): Usage | undefined {
  const match = /^\s*(\d+)\s+(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+(?:\.\d+)?)\s*$/.exec(output);
  if (!match) return undefined;
  const [, rss, days = "0", hours = "0", minutes, seconds] = match;
  return {
    memory: Number(rss) * 1_024,
    cpuSeconds: ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds),
  };
}

/** Memory and CPU of a process, or nothing when it cannot be told (it ended, or the system has neither /proc nor ps). */
export async function usageOf(pid: number): Promise<Usage | undefined> {
  try {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile(`/proc/${pid}/status`, "utf8"),
    ]);
    return parseProc(stat, status);
  } catch {
    try {
      const { stdout } = await promisify(execFile)("ps", ["-o", "rss=,time=", "-p", String(pid)]);
      return parsePs(stdout);
    } catch {
      return undefined;
    }
  }
}

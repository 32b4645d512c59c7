// What the processes of a run use: k6's memory, and everyone's CPU, to say who is the limit. Linux only.
import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { SandboxProcess } from "../e2e/support.ts";

const TICKS_PER_SECOND = 100;
const SAMPLE_EVERY_MS = 200;

/** /proc/<pid>/stat from the state on: parent at 1, CPU ticks of its own at 11 and 12, of its ended children at 13 and 14. Linux only. */
function statOf(pid: number | string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  } catch {
    return []; // it has ended
  }
}

const ticks = (fields: readonly string[], last: number) =>
  fields.slice(11, last).reduce((sum, field) => sum + Number(field), 0);

/** CPU seconds of a process and all below it, as far as they are not counted by themselves: PostgreSQL has a process for each connection. */
function cpuSeconds(pid: number, apart: readonly number[] = []): number {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), fields: statOf(name) }));
  const below = (parent: number): number =>
    all
      .filter(({ pid: child, fields }) => fields[1] === String(parent) && !apart.includes(child))
      .reduce((sum, { pid: child, fields }) => sum + ticks(fields, 15) + below(child), 0);
  return (ticks(statOf(pid), 15) + below(pid)) / TICKS_PER_SECOND;
}

/** Highest resident memory so far, MB. */
function peakMemory(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1_000;
  } catch {
    return 0;
  }
}

export interface Usage {
  /** To be called with k6 once it runs. */
  started(child: ChildProcess): void;
  /** @returns the CPU of each process in percent of one core over `seconds`, in words, and k6's figures */
  ended(seconds: number): {
    readonly cpu: readonly string[];
    /** CPU seconds by process. */
    readonly used: readonly { readonly name: string; readonly seconds: number }[];
    readonly k6: { readonly megabytes: number };
  };
}

/** Watches k6 and the processes of a sandbox from now on. */
export async function usageOf(sandbox: SandboxProcess): Promise<Usage> {
  const { processes = {} } = await sandbox.counters();
  const pids = Object.values(processes);
  const before = Object.entries(processes).map(([name, pid]) => ({ name, pid, seconds: cpuSeconds(pid, pids) }));
  const k6 = { pid: 0, seconds: 0, megabytes: 0 };
  const sampling = setInterval(() => {
    if (k6.pid === 0) return;
    k6.seconds = Math.max(k6.seconds, cpuSeconds(k6.pid));
    k6.megabytes = Math.max(k6.megabytes, peakMemory(k6.pid));
  }, SAMPLE_EVERY_MS);
  return {
    started(child) {
      k6.pid = child.pid ?? 0;
    },
    ended(seconds) {
      clearInterval(sampling);
      const others = before.map(({ name, pid, seconds: then }) => ({ name, seconds: cpuSeconds(pid, pids) - then }));
      const used = [{ name: "k6", seconds: k6.seconds }, ...others];
      const cpu = used.map(({ name, seconds: busy }) => `${name} ${((100 * busy) / seconds).toFixed(0)} %`);
      return { cpu, used, k6 };
    },
  };
}

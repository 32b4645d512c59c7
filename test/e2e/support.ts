// Real processes: the sandbox as its users start it, and k6 as they run it.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleScript } from "../../scripts/k6-bundle.mjs";
import type { Verdict } from "../../src/core/summary/types.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const k6 = join(root, "bin/k6");
const onrush = join(root, "bin/onrush");

/** The sandbox of one test file. */
export interface SandboxProcess {
  readonly environment: Readonly<Record<string, string>>;
  readonly pid: number;
  /** Nested counters of all services. */
  counters(): Promise<Record<string, Record<string, number>>>;
  /** Resolves once a counter has grown by so much from now on. */
  grown(service: string, counter: string, by: number): Promise<void>;
  fault(service: string, fault: string, options?: Record<string, unknown>): Promise<void>;
  clearFaults(): Promise<void>;
  stop(): Promise<void>;
}

function exited(child: ChildProcess): Promise<number | null> {
  return child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once("exit", (code) => resolve(code)));
}

/** Starts a sandbox on free ports, for streaming unless `--for` says otherwise; it ends with `stop`, and by itself when this process dies. */
export async function startSandbox(...flags: string[]): Promise<SandboxProcess> {
  const systems = flags.includes("--for") ? [] : ["--for", "streaming"];
  const child = spawn(process.execPath, [onrush, "sandbox", "--json", "--ports", "auto", ...systems, ...flags], {
    cwd: root,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ready = new Promise<{ environment: Record<string, string> }>((resolve, reject) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      const line = text.split("\n").find((l) => l.startsWith('{"environment"'));
      if (line !== undefined) resolve(JSON.parse(line));
    });
    child.once("exit", (code) => reject(new Error(`the sandbox ended with ${code} before it was ready: ${errors}`)));
  });
  const { environment } = await ready;
  const counters = async () => (await call("/counters")) as Record<string, Record<string, number>>;
  const grown = async (service: string, counter: string, by: number) => {
    const now = async () => (await counters())[service]?.[counter] ?? 0;
    for (const wanted = (await now()) + by; (await now()) < wanted; )
      await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const admin = environment.ADMIN_URL ?? "";
  const call = async (path: string, method = "GET", body?: unknown) => {
    const answer = await fetch(`${admin}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  return {
    environment,
    pid: child.pid ?? 0,
    counters,
    fault: async (service, fault, options = {}) => void (await call("/faults", "POST", { service, fault, ...options })),
    clearFaults: async () => void (await call("/faults", "DELETE")),
    grown,
    stop: async () => {
      child.stdin.end();
      child.kill("SIGTERM");
      await exited(child);
    },
  };
}

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Beside PATH and HOME, all that the command sees of the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Text of its standard input, which is then closed. */
  readonly input?: string;
  /** Called once it runs, with its process. */
  readonly started?: (child: ChildProcess) => void;
}

/** What a process writes, as it grows. */
function outputOf(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
    });
  }
  return output;
}

/** Runs the `onrush` command to its end. */
export async function runOnrush(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const child = spawn(process.execPath, [onrush, ...args], {
    cwd: options.cwd ?? root,
    env: { PATH: process.env.PATH, HOME: temporaryFolder(), ...options.environment },
  });
  const output = outputOf(child);
  child.stdin.on("error", () => {}); // it may end without having read its input
  child.stdin.end(options.input ?? "");
  options.started?.(child);
  // Not its exit: what it wrote last may still be on its way.
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, ...output };
}

export interface K6Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in no particular order. */
  readonly output: string;
  /** summary.json, when the run wrote one. */
  readonly verdict: Verdict & { run: { planned: number; seconds: number } };
  readonly seconds: number;
  /** Folder of the reports; removed with `cleanUp`. */
  readonly reports: string;
}

export interface K6Options {
  /** Ours unless told otherwise. */
  readonly binary?: string;
  readonly script?: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Called once k6 runs, with its process. */
  readonly started?: (child: ChildProcess) => void;
  /** Milliseconds after which the run is killed and the test fails. */
  readonly limit?: number;
}

const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "onrush-test-"));
  folders.push(folder);
  return folder;
}

/** Removes what the tests of a file wrote. */
export function cleanUp(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Runs a script to its end. Only the given settings reach it, never those of the shell that runs the tests. */
export async function runK6(options: K6Options = {}): Promise<K6Run> {
  const reports = temporaryFolder();
  const started = Date.now();
  const child = spawn(
    options.binary ?? k6,
    ["run", "--quiet", "--no-color", ...(options.args ?? []), options.script ?? join(root, "dist/streaming.js")],
    {
      cwd: root,
      env: {
        PATH: process.env.PATH ?? "",
        HOME: reports,
        K6_NO_USAGE_REPORT: "true",
        K6_AUTO_EXTENSION_RESOLUTION: "false",
        REPORT_DIR: reports,
        ...options.environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const written = outputOf(child);
  options.started?.(child);
  const timer = setTimeout(() => child.kill("SIGKILL"), options.limit ?? 150_000);
  const code = await exited(child);
  clearTimeout(timer);
  const file = join(reports, "summary.json");
  const verdict = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  const output = written.stdout + written.stderr;
  return { code, ...written, output, verdict, seconds: (Date.now() - started) / 1_000, reports };
}

/** Lines that k6 logged as errors. */
export function errorLines(run: K6Run): string[] {
  return run.stderr.split("\n").filter((line) => /level=error|^ERRO\[/.test(line));
}

/** "3 rate_limit at upload" for each failed kind, sorted: what a test expects a verdict to name. */
export function named(tallies: Verdict["errors"]): string[] {
  return tallies.map(({ kind, step, detail }) => `${kind}${detail ? ` ${detail}` : ""} at ${step}`).sort();
}

/** Bundles a test script for k6, as build.mjs does the scenarios, into a temporary folder. */
export async function bundle(file: string): Promise<string> {
  const outfile = join(temporaryFolder(), "script.js");
  await bundleScript(join(root, file), outfile, root);
  return outfile;
}

// `onrush run`: builds what is needed, starts a sandbox unless there is a target, runs k6 and shows it, ends what it started, and checks that the reports are there.
import { randomUUID } from "node:crypto";
import type { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ArrivalsError, type CompiledLoad } from "../core/arrivals/index.ts";
import { formatDuration } from "../core/duration.ts";
import { listed } from "../core/format.ts";
import { parseGateFile, pickGates, requireGates } from "../core/gates.ts";
import { refusedVariables, variablesOf } from "../core/k6-options.ts";
import { arrivalsOf } from "../core/options.ts";
import { type Prepared, prepare, type ScenarioSpec } from "../core/scenario.ts";
import { type Environment, SettingsError } from "../core/settings/table.ts";
import { RUN_ID, type Verdict } from "../core/summary/types.ts";
import { judgeAfterwards, verdictCodes } from "./afterwards.ts";
import { buildIfNeeded } from "./build.ts";
import type { Ending } from "./child.ts";
import { CommandError, UsageError } from "./errors.ts";
import { catchInterrupts, type Interrupts } from "./interrupts.ts";
import { freePort, OFFLINE, startK6 } from "./k6-process.ts";
import { checkReports, makeReportDir } from "./reports.ts";
import { type RunningSandbox, spawnSandbox } from "./sandbox-child.ts";
import { targetSettings, withSandbox } from "./target.ts";
import { type Screen, Terminal } from "./terminal.ts";
import { watch } from "./watch.ts";

export interface RunRequest {
  readonly spec: ScenarioSpec;
  /** Settings given as flags; they win over the environment. */
  readonly flags: Readonly<Record<string, string>>;
  readonly sandboxArgs: readonly string[];
  /** What follows `--`. */
  readonly k6Args: readonly string[];
}

/** The world around a run. */
export interface Surroundings {
  /** The project's folder. */
  readonly root: string;
  readonly environment: Environment;
  readonly stdout: Pick<Screen, "write">;
  readonly stderr: Screen;
  /** Emits SIGINT, SIGTERM and SIGHUP. */
  readonly signals: EventEmitter;
  readonly sampleEveryMs?: number;
}

/** Settings a run is judged by before anything starts. @throws UsageError with everything that is wrong with them */
export function check(
  spec: ScenarioSpec,
  environment: Environment,
  k6Args: readonly string[],
): { prepared: Prepared; load: CompiledLoad; planned: number } {
  const refused = refusedVariables({ ...environment, ...variablesOf(k6Args) }, true);
  if (refused.length > 0) throw new UsageError(listed(`${spec.name} cannot be judged`, refused));
  try {
    const prepared = prepare(spec, environment);
    const { SEED, INSTANCES, THRESHOLDS } = prepared.values as { SEED: number; INSTANCES: number; THRESHOLDS?: string };
    if (THRESHOLDS !== undefined) {
      const file = parseGateFile(readThresholds(THRESHOLDS), THRESHOLDS);
      requireGates(spec, file, pickGates(file, prepared.profile, prepared.target), `THRESHOLDS=${THRESHOLDS}`);
    }
    const load = arrivalsOf(prepared.load, SEED);
    return { prepared, load, planned: Math.ceil(load.users / INSTANCES) };
  } catch (error) {
    if (error instanceof SettingsError || error instanceof UsageError) throw new UsageError(error.message);
    if (error instanceof ArrivalsError || (error as Error).message.startsWith("THRESHOLDS=")) {
      throw new UsageError(`${spec.name} cannot start: ${(error as Error).message}`);
    }
    throw error;
  }
}

function readThresholds(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`THRESHOLDS=${path} cannot be read: ${(error as Error).message}`);
  }
}

/** What k6 gets on top of the settings. */
function k6Environment(settings: Environment, reportDir: string, id: string): NodeJS.ProcessEnv {
  return {
    ...settings,
    REPORT_DIR: reportDir,
    [RUN_ID]: id,
    // k6's open() starts from the script's folder, people from theirs.
    ...(settings.THRESHOLDS ? { THRESHOLDS: resolve(settings.THRESHOLDS) } : {}),
    ...OFFLINE,
    K6_WEB_DASHBOARD: "true",
    K6_WEB_DASHBOARD_PORT: "-1", // no server, only the export
    K6_WEB_DASHBOARD_EXPORT: join(reportDir, "dashboard.html"),
  };
}

/** Runs k6 to its end, showing it and passing on interrupts. */
async function runK6(
  request: RunRequest,
  env: NodeJS.ProcessEnv,
  title: string,
  planned: number,
  terminal: Terminal,
  interrupts: Interrupts,
  around: Surroundings,
): Promise<Ending> {
  const address = `127.0.0.1:${await freePort()}`;
  const k6 = await startK6({
    binary: join(around.root, "bin/k6"),
    args: [
      "run",
      "--quiet",
      "--log-format",
      "json",
      "--address",
      address,
      ...request.k6Args,
      join(around.root, `dist/${request.spec.name}.js`),
    ],
    env,
    onOutput: (text) => {
      terminal.clear();
      around.stdout.write(text);
    },
    onLog: (line) => terminal.print(line),
  });
  interrupts.take((press) => {
    if (press === 1) {
      terminal.print("stopping: k6 cuts off the users under way, cleans up and gives its verdict ...");
      k6.interrupt();
    } else if (press === 2) {
      terminal.print(
        "still stopping: waiting for k6's verdict; once more ends it at once, without verdict and without cleaning up",
      );
    } else {
      k6.kill();
    }
  });
  const { name } = request.spec;
  const every = around.sampleEveryMs === undefined ? {} : { everyMs: around.sampleEveryMs };
  const stopWatching = watch({
    terminal,
    address,
    pid: k6.pid,
    scenario: name,
    title,
    planned,
    noun: request.spec.noun ?? "users",
    figures: request.spec.live ?? [],
    ...every,
  });
  // k6 must not outlive us, whatever goes wrong here. (A SIGKILL leaves no time for this: k6 then ends at its next line of output, which nobody reads.)
  process.once("exit", k6.kill);
  try {
    return await k6.ended;
  } finally {
    process.off("exit", k6.kill);
    const { peakBytes, cpuSeconds } = await stopWatching();
    if (peakBytes > 0) {
      terminal.print(`k6 used at most ${Math.round(peakBytes / 1e6)} MB and ${cpuSeconds.toFixed(1)} s of CPU`);
    }
  }
}

/** Says where the reports are. @returns the verdict of this very run, and the exit code: 0 only where that is PASSED */
function conclude(
  ending: Ending,
  reportDir: string,
  id: string,
  ranMs: number,
  terminal: Terminal,
): { code: number; verdict?: Verdict } {
  if (ending.signal) {
    terminal.print(
      `k6 was ended by ${ending.signal} after ${formatDuration(Math.round(ranMs / 1_000) * 1_000)}: there is no verdict`,
    );
    return { code: ending.code };
  }
  const { written, missing, verdict } = checkReports(reportDir, id, ranMs);
  if (written.length > 0) terminal.print(`reports: ${written.map((file) => join(reportDir, file)).join("  ")}`);
  if (verdict === undefined) {
    terminal.print(
      `error: k6 ended with ${ending.code} and wrote no whole summary.json of this run: it proves nothing`,
    );
    return { code: ending.code === 0 ? 1 : ending.code };
  }
  if (missing.length > 0) terminal.print(`warning: k6 wrote no ${missing.join(" and no ")}`);
  return { code: ending.code === 0 ? verdictCodes[verdict.status] : ending.code, verdict };
}

/**
 * Runs a scenario.
 * @returns 0 for PASSED; else k6's exit code (99 when a gate failed) or the verdict's, or 1 when k6 ended well and left no report of this run
 * @throws UsageError when settings are wrong, before anything is built or started; CommandError when the run cannot be set up
 */
export async function run(request: RunRequest, around: Surroundings): Promise<number> {
  const { spec } = request;
  const terminal = new Terminal(around.stderr);
  const say = (line: string) => terminal.print(line);
  const given: Environment = { ...around.environment, ...request.flags };
  const { prepared, load, planned } = check(spec, given, request.k6Args);
  const target = targetSettings(spec.table, given);
  if (target.length > 0 && request.sandboxArgs.length > 0) {
    throw new UsageError(
      `${request.sandboxArgs[0]?.replace("--", "--sandbox-")} does not apply: ${target.join(" and ")} is set, so no sandbox is started`,
    );
  }
  buildIfNeeded(around.root, spec.name, say);
  const reportDir = makeReportDir(spec.name, given.REPORT_DIR);
  const id = randomUUID();

  const abort = new AbortController();
  const interrupts = catchInterrupts(() => abort.abort(), around.signals);
  let sandbox: RunningSandbox | undefined;
  try {
    if (target.length === 0) {
      say("starting the sandbox ...");
      const args = [
        join(around.root, "bin/onrush"),
        "sandbox",
        "--json",
        "--ports",
        "auto",
        "--for",
        spec.name,
        ...request.sandboxArgs,
      ];
      sandbox = await spawnSandbox({ command: process.execPath, args, env: around.environment }, abort.signal);
      sandbox.onUnexpectedEnd((why) => say(`error: ${why}`));
    }
    if (abort.signal.aborted) throw new CommandError("interrupted", 130);
    const title = `${spec.name} · ${prepared.target} · ${load.words}`;
    const env = k6Environment(sandbox ? withSandbox(given, sandbox.environment) : given, reportDir, id);
    const started = performance.now();
    const ending = await runK6(request, env, title, planned, terminal, interrupts, around);
    const { code, verdict } = conclude(ending, reportDir, id, performance.now() - started, terminal);
    // While the sandbox, if it is one, still runs.
    return await judgeAfterwards(spec.name, verdict, env, code, say);
  } finally {
    interrupts.take(() => say("stopping the sandbox ..."));
    await sandbox?.stop();
    interrupts.dispose();
  }
}

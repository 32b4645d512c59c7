// `onrush run` builds what is missing or older than its sources, so that a run never tests yesterday's code.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "./errors.ts";

/** A built file and what it is made of, relative to the project. */
interface Artefact {
  readonly file: string;
  readonly sources: readonly string[];
  readonly matches: RegExp;
}

const CODE = /(?<!\.test)\.(ts|json|mjs|sol|sql|proto)$/;

const k6: Artefact = { file: "bin/k6", sources: ["extension"], matches: /(?<!_test)\.go$|go\.(mod|sum)$|\.binpb$/ };
const bundles = (scenario: string): Artefact[] => [
  {
    file: `dist/${scenario}.js`,
    sources: [
      "build.mjs",
      "scripts",
      `scenarios/${scenario}`,
      `thresholds/${scenario}.json`,
      "proto",
      "src/core",
      "src/k6",
    ],
    matches: CODE,
  },
  {
    file: "dist/cli/onrush.mjs",
    sources: ["build.mjs", "scripts", "contracts", "src/core", "src/cli", "src/sandbox"],
    matches: CODE,
  },
];

/** What the command reads of a scenario. */
const specOf = (scenario: string): Artefact => ({
  file: `dist/cli/scenarios/${scenario}/spec.mjs`,
  sources: [`scenarios/${scenario}`],
  matches: CODE,
});

/** Time of the newest matching file at or below `path`, ms; 0 when there is none. */
function newest(path: string, matches: RegExp): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return 0;
  if (!stats.isDirectory()) return matches.test(path) ? stats.mtimeMs : 0;
  return Math.max(0, ...readdirSync(path).map((entry) => newest(join(path, entry), matches)));
}

/** Why an artefact has to be built, or nothing. Where no sources are (an image of the built files), what is there counts as fresh. */
function staleness(root: string, artefact: Artefact): "missing" | "stale" | undefined {
  const built = statSync(join(root, artefact.file), { throwIfNoEntry: false });
  if (!built) return "missing";
  const sources = Math.max(...artefact.sources.map((source) => newest(join(root, source), artefact.matches)));
  return sources > built.mtimeMs ? "stale" : undefined;
}

/** Runs a build step with its output shown. @throws CommandError when it fails; ENOENT is returned for the caller to explain */
function step(command: string, args: readonly string[], cwd: string): "done" | "not found" {
  // Its output is progress, not result: stdout is the verdict's.
  const { error, status, signal } = spawnSync(command, args, { cwd, stdio: ["ignore", 2, 2] });
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ENOENT") return "not found";
  if (error) throw error;
  if (signal) throw new CommandError(`the build was ended by ${signal}`, 130);
  if (status !== 0) throw new CommandError(`the build failed: ${[command, ...args].join(" ")} ended with ${status}`);
  return "done";
}

/**
 * Builds bin/k6 and the bundles where they are missing or older than their sources.
 * @param say prints a line of progress
 * @param go the Go command, for tests
 * @throws CommandError saying what is missing on this machine
 */
export function buildIfNeeded(root: string, scenario: string, say: (line: string) => void, go = "go"): void {
  const k6State = staleness(root, k6);
  if (k6State) {
    say(`building bin/k6 (${k6State === "missing" ? "the first time takes minutes" : "its sources changed"}) ...`);
    const outcome = step(go, ["build", "-o", join(root, "bin/k6"), "./cmd/k6"], join(root, "extension"));
    if (outcome === "not found") {
      if (k6State === "missing") {
        throw new CommandError(
          "bin/k6 is missing and Go is not installed: install Go 1.25 or newer (https://go.dev/dl), then run this again",
        );
      }
      say("Go is not installed: using bin/k6 as it is, although its sources are newer");
    }
  }
  buildBundles(root, bundles(scenario), say);
  const missing = [k6, ...bundles(scenario)].filter((artefact) => !existsSync(join(root, artefact.file)));
  if (missing.length > 0) throw new CommandError(`the build ended without ${missing.map((m) => m.file).join(" and ")}`);
}

function buildBundles(root: string, wanted: readonly Artefact[], say: (line: string) => void): void {
  if (!wanted.some((bundle) => staleness(root, bundle))) return;
  if (!existsSync(join(root, "node_modules/esbuild")))
    throw new CommandError("the bundles have to be built and packages are missing: run npm ci first");
  say("building the bundles ...");
  step(process.execPath, ["build.mjs"], root);
}

/** Builds what the command itself reads of a scenario, where it is missing or older than the scenario's folder. @throws CommandError */
export const buildScenario = (root: string, scenario: string, say: (line: string) => void): void =>
  buildBundles(root, [specOf(scenario)], say);

// `onrush archive`: one file that holds a scenario with its settings, and runs wherever a k6 is: `k6 run streaming.tar`.
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { holdsSecrets } from "../core/endpoint.ts";
import type { ScenarioSpec } from "../core/scenario.ts";
import type { Environment, Table } from "../core/settings/table.ts";
import { root } from "../sandbox/root.ts";
import { buildIfNeeded } from "./build.ts";
import { CommandError } from "./errors.ts";
import { addSettingFlags, settingsFromFlags } from "./flags.ts";
import { OFFLINE } from "./k6-process.ts";
import { check } from "./run.ts";
import { perScenario } from "./run-command.ts";

/** Bytes: a ConfigMap of Kubernetes holds 1 MiB, and with it goes some text of its own. */
const MOST_BYTES = 900_000;

/** The settings that an archive carries, and the names of those that it must not: k6 writes them into it as they are. */
export function carried(table: Table, given: Environment): { settings: Record<string, string>; secrets: string[] } {
  const settings: Record<string, string> = {};
  const secrets: string[] = [];
  for (const [name, row] of Object.entries(table)) {
    const value = given[name];
    // Where reports go is for each machine to say.
    if (value === undefined || value === "" || name === "REPORT_DIR") continue;
    if (row.secret || (row.type.endpoint && holdsSecrets(value))) secrets.push(name);
    else settings[name] = name === "THRESHOLDS" ? resolve(value) : value;
  }
  return { settings, secrets };
}

/** Writes an archive anew without the blanks of its metadata, which are two thirds of it: a plan has thousands of stages. @throws CommandError */
function pack(loose: string, output: string): void {
  const folder = `${loose}.d`;
  mkdirSync(folder);
  const tar = (...args: string[]) => {
    const { status, stderr, error } = spawnSync("tar", args, { encoding: "utf8" });
    if (status !== 0) throw new CommandError(`${output} cannot be written: ${error?.message ?? stderr.trim()}`);
  };
  tar("-xf", loose, "-C", folder);
  const metadata = join(folder, "metadata.json");
  writeFileSync(metadata, JSON.stringify(JSON.parse(readFileSync(metadata, "utf8"))));
  tar("--format", "ustar", "-cf", output, "-C", folder, "metadata.json", "data", "file");
}

/**
 * Archives a scenario under its settings.
 * @param given flags and environment
 * @throws UsageError when a run under them would not start; CommandError when k6 does not make the archive, or makes too large a one
 */
function archive(spec: ScenarioSpec, given: Environment, output: string, say: (line: string) => void): void {
  check(spec, given, []);
  buildIfNeeded(root, spec.name, say);
  const { settings, secrets } = carried(spec.table, given);
  const folder = mkdtempSync(join(tmpdir(), "onrush-archive-"));
  try {
    // What the script opens lies beside it.
    for (const entry of readdirSync(join(root, "dist"), { withFileTypes: true }))
      if (entry.isDirectory()) symlinkSync(join(root, "dist", entry.name), join(folder, entry.name));
    // Without the line that leads k6 to the source map, which is larger than all the rest.
    const script = join(folder, `${spec.name}.js`);
    const text = readFileSync(join(root, `dist/${spec.name}.js`), "utf8");
    writeFileSync(script, text.replace(/^\/\/# sourceMappingURL=.*$/m, ""));
    const loose = join(folder, "loose.tar");
    const pairs = Object.entries(settings).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
    const { status, stderr, error } = spawnSync(
      join(root, "bin/k6"),
      ["archive", "--quiet", ...pairs, "-O", loose, script],
      {
        // Nothing else of this environment: what it holds may be secret.
        env: { PATH: process.env.PATH, HOME: folder, ...OFFLINE },
        encoding: "utf8",
      },
    );
    if (status !== 0) throw new CommandError(`k6 made no archive: ${error?.message ?? stderr.trim()}`);
    pack(loose, output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { size } = statSync(output);
  if (size > MOST_BYTES)
    throw new CommandError(
      `${output} has ${size} bytes, and a ConfigMap takes ${MOST_BYTES}: fewer users or a shorter DURATION make it smaller`,
    );
  say(`${output}: ${size} bytes, ${Object.keys(settings).length} settings`);
  if (secrets.length > 0) say(`not in it, since they are secret: set ${secrets.join(", ")} where it runs`);
}

/** `onrush archive <scenario>`, with a flag for each of the scenario's settings. */
export const archiveCommand = (own: readonly string[]): Promise<Command> =>
  perScenario(
    new Command("archive").description("make one file of a scenario and its settings, for `k6 run` anywhere"),
    own,
    (spec) => {
      const command = new Command(spec.name)
        .description(`archive ${spec.name}: ${spec.about}`)
        .option("-O, --output <file>", "the archive", `${spec.name}.tar`);
      addSettingFlags(command, spec.table);
      return command.action(() => {
        const { output } = command.opts<{ output: string }>();
        const given = { ...process.env, ...settingsFromFlags(command, spec.table) };
        archive(spec, given, resolve(output), (line) => console.error(line));
      });
    },
  );

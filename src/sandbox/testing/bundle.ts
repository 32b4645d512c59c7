// Bundles of the sandbox's sources, for tests of what runs in a process of its own: Node cannot fork the sources.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "../root.ts";

export interface Bundle {
  readonly folder: string;
  /** Imports what an entry exports. */
  load<Module>(name: string): Promise<Module>;
  remove(): void;
}

/** @param entries files of the project, without their ending; each becomes dist/cli/<its name>.mjs in one folder, as build.mjs has it */
export async function bundle(...entries: readonly string[]): Promise<Bundle> {
  // Inside the project, so that the bundle finds its packages.
  mkdirSync(join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(root, ".cache/bundle-"));
  await build({
    entryPoints: entries.map((entry) => ({
      in: join(root, `${entry}.ts`),
      out: basename(entry),
    })),
    outdir: join(folder, "dist/cli"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    logLevel: "error",
  });
  return {
    folder,
    load: (name) => import(pathToFileURL(join(folder, "dist/cli", `${name}.mjs`)).href),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Whether a process runs. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

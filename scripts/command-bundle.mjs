import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

/** The scenarios of a project: folders with a script. @param {string} root */
export const scenariosIn = (root) =>
  readdirSync(join(root, "scenarios")).filter((name) => existsSync(join(root, "scenarios", name, "main.ts")));

/** What the command loads of a scenario, where it has it (src/cli/scenarios.ts). */
const parts = { spec: "spec.ts", sandbox: "sandbox/index.ts", cli: "cli/index.ts" };

/**
 * Bundles the command, what it loads of each scenario, and each service of the sandbox that runs in a process of its own. They share chunks, so that a class is
 * the same one on both sides.
 * @param {string} root the project
 * @param {string} outdir
 */
export async function bundleCommand(root, outdir) {
  const folder = join(root, "scenarios");
  const ofScenarios = scenariosIn(root).flatMap((name) =>
    Object.entries(parts)
      .map(([part, source]) => ({ in: join(folder, name, source), out: `scenarios/${name}/${part}` }))
      .filter((entry) => existsSync(entry.in)),
  );
  const processes = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith("-process.ts"))
    .map((file) => ({ in: join(folder, file), out: basename(file, ".ts") }));
  const { metafile } = await build({
    metafile: true,
    entryPoints: [{ in: join(root, "src/cli/main.ts"), out: "onrush" }, ...ofScenarios, ...processes],
    outdir,
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunks/[hash]",
    bundle: true,
    splitting: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: "linked",
    logLevel: "warning",
    absWorkingDir: root,
  });
  // What an earlier build left, only now: a command that runs meanwhile still finds its parts.
  const made = new Set(Object.keys(metafile.outputs).map((file) => join(root, file)));
  for (const file of readdirSync(outdir, { recursive: true, encoding: "utf8" }))
    if (/\.mjs(\.map)?$/.test(file) && !made.has(join(outdir, file))) rmSync(join(outdir, file));
}

// The tests that a change touches: `node scripts/test-changed.mjs [--list] [base]`. What counts is all that differs from base (HEAD unless given), untracked files
// too. It says what it runs and why; what it cannot tell, it runs.
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { closureOf, graphOf, programIn } from "./import-graph.mjs";

const FOLDERS = ["src", "scenarios", "test", "scripts"];
/** Files on which everything rests. */
const EVERYTHING =
  /^(package(-lock)?\.json|vitest\.config\.ts|tsconfig.*\.json|build\.mjs|scripts\/(test|abis|k6-bundle|deferred|command-bundle).*)$/;

/**
 * What to run for a change.
 * @param {readonly string[]} changed files
 * @param {ReadonlyMap<string, string>} program path -> text of every TypeScript file, tests too, and of what they import as text
 * @param {readonly { path: string, deps: readonly string[] }[]} packages of Go, by folder in extension/
 * @returns {{ all?: string, unit: Map<string, string>, e2e: Map<string, string>, go: Map<string, string> }} each with its reason
 */
export function planOf(changed, program, packages) {
  const plan = { unit: new Map(), e2e: new Map(), go: new Map() };
  const basis = changed.find((file) => EVERYTHING.test(file));
  if (basis !== undefined) return { ...plan, all: basis };

  const graph = graphOf(program);
  const touched = new Set(changed);
  const cause = (entry) => closureOf(graph, entry).find((file) => touched.has(file));
  const scenarios = [
    ...new Set([...program.keys()].flatMap((path) => /^scenarios\/([^/]+)\/main\.ts$/.exec(path)?.[1] ?? [])),
  ];

  /** Why a scenario's whole runs are touched: its own files, its gates, or what its script, its sandbox or the command is made of. */
  const whyOf = (name) =>
    changed.find((file) => file.startsWith(`scenarios/${name}/`) || file === `thresholds/${name}.json`) ??
    changed.find((file) => /^(contracts|proto|extension)\/.*(?<!_test)\.(sol|proto|go|mod)$/.test(file)) ??
    [`scenarios/${name}/main.ts`, `scenarios/${name}/sandbox/start.ts`, "src/cli/main.ts", "src/sandbox/index.ts"]
      .filter((entry) => program.has(entry))
      .map(cause)
      .find((found) => found !== undefined);
  const reasons = new Map(scenarios.map((name) => [name, whyOf(name)]));

  for (const test of [...program.keys()].filter((path) => path.endsWith(".test.ts"))) {
    const own = cause(test);
    if (test.startsWith("test/e2e/")) {
      const text = program.get(test) ?? "";
      const named = scenarios.filter((name) => test.includes(`/${name}`) || text.includes(`"${name}"`));
      const why = own ?? (named.length > 0 ? named : scenarios).map((name) => reasons.get(name)).find((found) => found);
      if (why !== undefined) plan.e2e.set(test, why);
    } else if (own !== undefined) plan.unit.set(test, own);
  }

  const document = changed.find((file) => file.endsWith(".md"));
  if (document !== undefined) plan.unit.set("test/docs.test.ts", document);
  const contract = changed.find((file) => /\.sol$|\/abi\/wanted\.json$/.test(file));
  if (contract !== undefined)
    for (const test of program.keys())
      if (/contract.*\.test\.ts$/.test(test) && !test.includes("/e2e/")) plan.unit.set(test, contract);
  const types = changed.find((file) => /^extension\/.*(index\.d\.ts|options\.json|README\.md)$/.test(file));
  if (types !== undefined) plan.unit.set("test/extension-types.test.ts", types);

  for (const file of changed.filter((path) => /^(extension|proto)\//.test(path))) {
    const folder = file.startsWith("proto/") ? "extension/internal/river" : dirname(file);
    const own = packages.filter(({ path, deps }) =>
      [path, ...deps].some((each) => folder === each || folder.startsWith(`${each}/testdata`)),
    );
    // go.mod and the like are everybody's.
    for (const { path } of own.length > 0 ? own : packages) plan.go.set(path, plan.go.get(path) ?? file);
  }
  return plan;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const git = (...args) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\n").filter(Boolean);

/** Every TypeScript file, tests included, and what they import as text: path -> text. */
function everyFile() {
  const program = new Map(programIn(root, FOLDERS));
  for (const folder of FOLDERS)
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }))
      if (/\.(ts|mjs|sql)$/.test(name))
        program.set(`${folder}/${name}`, readFileSync(join(root, folder, name), "utf8"));
  return program;
}

function goPackages() {
  const format = '{{.ImportPath}} {{join .Deps " "}} {{join .TestImports " "}} {{join .XTestImports " "}}';
  const { status, stdout } = spawnSync("go", ["list", "-f", format, "./..."], {
    cwd: join(root, "extension"),
    encoding: "utf8",
  });
  if (status !== 0) return [];
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(" ").filter(Boolean));
  const module = /^module (\S+)/m.exec(readFileSync(join(root, "extension/go.mod"), "utf8"))?.[1] ?? "";
  const folder = (path) => path.replace(module, "extension");
  return lines.map(([path, ...deps]) => ({
    path: folder(path),
    deps: deps.filter((each) => each.startsWith(module)).map(folder),
  }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const base = args.find((arg) => !arg.startsWith("--")) ?? "HEAD";
  const changed = [...new Set([...git("diff", "--name-only", base), ...git("ls-files", "-o", "--exclude-standard")])];
  const plan = planOf(changed, everyFile(), goPackages());
  const list = args.includes("--list");
  const run = (command, rest, cwd = root) =>
    list ? 0 : (spawnSync(command, rest, { cwd, stdio: "inherit" }).status ?? 1);
  if (plan.all !== undefined) {
    console.log(`everything: ${plan.all} changed`);
    process.exit(run(process.execPath, ["scripts/test.mjs"]));
  }
  const parts = [
    ["unit", plan.unit, () => run("npx", ["vitest", "run", "--project", "unit", ...plan.unit.keys()])],
    [
      "go",
      plan.go,
      () =>
        run(
          "go",
          ["test", ...[...plan.go.keys()].map((path) => path.replace("extension", "."))],
          join(root, "extension"),
        ),
    ],
    ["e2e", plan.e2e, () => run("npx", ["vitest", "run", "--project", "e2e", ...plan.e2e.keys()])],
  ];
  for (const [name, files] of parts)
    for (const [file, why] of files) console.log(`${name}  ${file}  because of ${why}`);
  if (parts.every(([, files]) => files.size === 0))
    console.log(`no test is touched by ${changed.length} changed files`);
  let failed = 0;
  for (const [, files, start] of parts) if (files.size > 0 && start() !== 0) failed = 1;
  process.exitCode = failed;
}

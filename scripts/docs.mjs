// Writes what the documents repeat from the code: docs/metrics.md, and the tables between the markers of each scenario's README.
//
//   node scripts/docs.mjs [--check] [folder]
//
// --check changes nothing and exits 1 when a document is out of date. The folder, whose documents are meant, is the repository's by default.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { scenariosIn } from "./command-bundle.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The tables in the sources that documents are made from. They are TypeScript, which Node cannot import as it is. */
async function tables() {
  const outfile = join(root, `node_modules/.cache/onrush/docs-${process.pid}.mjs`);
  const specs = scenariosIn(root).map((name) => `"${name}": (await import("./scenarios/${name}/spec.ts")).spec,`);
  const contents = `
    export * as metrics from "./src/core/metrics.ts";
    export { arrivalsOf } from "./src/core/options.ts";
    export { prepare } from "./src/core/scenario.ts";
    export { grouped } from "./src/core/format.ts";
    export { settingsMarkdown } from "./src/cli/settings.ts";
    export const scenarios = { ${specs.join("\n")} };
  `;
  await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    outfile,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    logLevel: "warning",
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(outfile);
  }
}

const cell = (text) => String(text).replaceAll("|", "\\|");
const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map(cell).join(" | ")} |`).join("\n");

function profilesTable({ arrivalsOf, grouped, prepare }, spec) {
  const rows = Object.entries(spec.profiles).map(([name, profile]) => {
    const { load, values } = prepare(spec, { PROFILE: name });
    const words = arrivalsOf(load, values.SEED).words.replace(/, seed \d+$/, "");
    const numbers = spec.uses.includes("funding") ? [load.concurrency, load.pool, load.fundingWorkers] : [];
    return [`\`${name}\``, profile.about, words, ...numbers.map((n) => (n === 0 ? "" : grouped(n)))];
  });
  const columns = spec.uses.includes("funding") ? ["at once", "wallet pool", "funding workers"] : [];
  return table(["profile", "what it is for", "load", ...columns], rows);
}

const kinds = { counter: "counter", rate: "rate", trend: "trend", time: "trend, ms", gauge: "gauge" };

function metricsTable(specs) {
  const rows = Object.values(specs).map(({ name, kind, tags = [], help }) => [
    `\`${name}\``,
    kinds[kind],
    tags.map((tag) => `\`${tag}\``).join(" "),
    help,
  ]);
  return table(["metric", "kind", "tags", "meaning"], rows);
}

/** What stands between the markers of a scenario's README. */
const sections = {
  profiles: profilesTable,
  settings: ({ settingsMarkdown }, spec) => settingsMarkdown(spec),
  metrics: (_, { metrics = {} }) =>
    Object.keys(metrics).length === 0 ? "It has none of its own." : metricsTable(metrics),
};

/** The metrics that every scenario has, under a name that stands for the scenario's. */
const SCENARIO = "<scenario>";

const metricsDocument = ({ metrics }) =>
  [
    "<!-- Written by scripts/docs.mjs from src/core/metrics.ts: change that, then `make docs`. -->",
    "# Metrics",
    "",
    "What a run measures, and so what a gate may judge. Every sample has k6's tag `scenario` (`user`, `funding`), and `step` with the step of the journey that it",
    "was taken in (`setup`, `fund` and `sweep` for the work around users). Nothing is tagged by wallet, hash or file name: one tag value for each user would cost",
    "memory without end. In a gate a tagged part is written as in k6, `streaming_errors{kind:revert,step:confirm}`. A scenario's own metrics stand in its README.",
    "",
    "A rate or a trend without samples passes any gate in k6. Gates on them therefore stand beside one on a count, such as `streaming_users`.",
    "",
    "## Users, of every scenario",
    "",
    metricsTable(metrics.userMetrics(SCENARIO)),
    "",
    "## Funding, where users pay",
    "",
    metricsTable(metrics.fundingMetrics(SCENARIO)),
    "",
    "## The load generator",
    "",
    "From `k6/x/process`: the k6 process itself, at most one sample a second.",
    "",
    metricsTable(metrics.processMetrics),
    "",
    "## The chain",
    "",
    "From `k6/x/ethereum`, for every call of every scenario that uses it.",
    "",
    metricsTable(metrics.ethereumMetrics),
    "",
    "## k6's own",
    "",
    `${metrics.builtinMetrics.map((name) => `\`${name}\``).join(", ")}: see k6's documentation. HTTP requests carry a \`name\` that`,
    "says which call it was (`storage upload`, `identity`, `relay`, ...).",
    "",
  ].join("\n");

/** `text` with what is between a marker and its end replaced. */
function filled(text, path, name, content) {
  const start = `<!-- ${name} -->`;
  const end = `<!-- /${name} -->`;
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`${path} has no ${start} ... ${end}: the table of its ${name} stands there`);
  return `${text.slice(0, from + start.length)}\n${content}\n${text.slice(to)}`;
}

const args = process.argv.slice(2);
const check = args.includes("--check");
const folder = args.find((arg) => arg !== "--check") ?? root;

const read = (path) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), "utf8") : undefined);

function documentsOf(source) {
  const documents = {};
  for (const [name, spec] of Object.entries(source.scenarios)) {
    const path = `scenarios/${name}/README.md`;
    const text = read(path);
    if (text === undefined) throw new Error(`${path} is missing: every scenario says what it tests`);
    documents[path] = Object.entries(sections).reduce(
      (whole, [section, content]) => filled(whole, path, section, content(source, spec)),
      text,
    );
  }
  return { ...documents, "docs/metrics.md": metricsDocument(source) };
}

try {
  const documents = documentsOf(await tables());
  const stale = Object.keys(documents).filter((path) => read(path) !== documents[path]);
  if (!check) {
    for (const path of stale) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), documents[path]);
    }
    console.log(stale.length === 0 ? "the documents are up to date" : `written: ${stale.join(", ")}`);
  } else if (stale.length > 0) {
    console.error(`out of date: ${stale.join(", ")}. Run make docs`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
}

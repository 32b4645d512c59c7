// Which part of the repository may import what (docs/architecture.md). Three runtimes and any number of scenarios share one tree, and only this keeps them apart.
import { circlesOf, graphOf, importsOf, roomOf, roomsOf, targetOf } from "../../scripts/import-graph.mjs";

/** Program files: path from the repository's root -> text. */
export type Program = ReadonlyMap<string, string>;

interface Rule {
  /** Files that have the rule. */
  readonly of: RegExp;
  /** Folders and files (from the root) that they may import; $ is the scenario's own folder. */
  readonly may: readonly string[];
  /** Packages and modules that they may import, as patterns of the specifier. */
  readonly modules: readonly RegExp[];
}

const pure = [/^valibot$/, /^pure-rand(\/|$)/];
const k6 = [/^k6(\/|$)/, ...pure];
/** Anything installed or built into Node, but not k6. */
const node = [/^(?!k6(\/|$))/];

const data = ["$/spec.ts", "$/settings.ts", "$/profiles.ts", "$/model", "$/abi"];

/** The first rule whose pattern a file's path matches is its rule. */
const rules: readonly Rule[] = [
  { of: /^src\/core\//, may: ["src/core"], modules: pure },
  { of: /^src\/k6\//, may: ["src/core", "src/k6"], modules: k6 },
  { of: /^src\/sandbox\//, may: ["src/core", "src/sandbox"], modules: node },
  { of: /^src\/cli\//, may: ["src/core", "src/sandbox", "src/cli", "scripts"], modules: node },
  { of: /^scenarios\/[^/]+\/((spec|settings|profiles)\.ts$|(model|abi)\/)/, may: ["src/core", ...data], modules: pure },
  {
    of: /^scenarios\/[^/]+\/((main|audit|controls|deferred)\.ts$|(journey|client)\/)/,
    may: [
      "src/core",
      "src/k6",
      "thresholds",
      "$/journey",
      "$/client",
      "$/audit.ts",
      "$/controls.ts",
      "$/deferred.ts",
      ...data,
    ],
    modules: k6,
  },
  { of: /^scenarios\/[^/]+\/sandbox\//, may: ["src/core", "src/sandbox", "$/sandbox", ...data], modules: node },
  {
    of: /^scenarios\/[^/]+\/cli\//,
    may: ["src/core", "src/sandbox", "src/cli", "$/sandbox", "$/cli", ...data],
    modules: node,
  },
];

const inside = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

/** Every import that crosses a boundary, in words, and every file that no rule covers. */
export function crossings(program: Program): string[] {
  return [...program].flatMap(([path, text]) => {
    const rule = rules.find(({ of }) => of.test(path));
    if (rule === undefined) return [`${path} is in a folder without a rule`];
    const own = path.split("/").slice(0, 2).join("/");
    const may = rule.may.map((place) => place.replace("$", own));
    return importsOf(text).flatMap((specifier) => {
      if (!specifier.startsWith("."))
        return rule.modules.some((allowed) => allowed.test(specifier)) ? [] : [`${path} imports ${specifier}`];
      const target = targetOf(path, specifier);
      return may.some((place) => inside(target, place)) ? [] : [`${path} imports ${target}`];
    });
  });
}

/** Circles of files, type imports included, and of rooms: there an import runs back up. */
export function circles(program: Program): string[] {
  const graph = graphOf(program);
  const found = circlesOf(graph);
  // A circle of files is told as such only.
  const rooms = found.length > 0 ? [] : circlesOf(roomsOf(graph, roomOf));
  return [...found, ...rooms].map((group) => `a circle: ${group.join(" <-> ")}`);
}

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");

/** Files of src whose code names a scenario, as a word or as a part of a name: src knows that there are scenarios, and not which. */
export function namings(program: Program, scenarios: readonly string[]): string[] {
  const alternatives = scenarios.join("|");
  const named = new RegExp(
    `(?<![A-Za-z])(${alternatives})(?![a-z])|(?<=[a-z0-9])(${alternatives.replace(/\b[a-z]/g, (c) => c.toUpperCase())})(?![a-z])`,
  );
  return [...program].flatMap(([path, text]) => {
    const match = path.startsWith("src/") ? named.exec(`${path}\n${withoutComments(text)}`) : null;
    return match ? [`${path} names ${match[0]}`] : [];
  });
}

/** Scenarios with more than one deferred import: all that is deferred in a script becomes one part anyway, so it stands in one place. */
export function deferrals(program: Program): string[] {
  const counts = new Map<string, number>();
  for (const [path, text] of program) {
    const own = /^scenarios\/[^/]+/.exec(path)?.[0];
    const found = [...withoutComments(text).matchAll(/\bwith\s*\{\s*load:\s*"deferred"\s*\}/g)].length;
    if (own !== undefined && found > 0) counts.set(own, (counts.get(own) ?? 0) + found);
  }
  return [...counts].filter(([, count]) => count > 1).map(([own, count]) => `${own} has ${count} deferred imports`);
}

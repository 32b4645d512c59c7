// Which part of the repository may import what. Three runtimes share one tree, and only this keeps them apart.

/** A source file: path from the repository's root, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

interface Rule {
  /** Folders (from the root) that may be imported. */
  readonly folders: readonly string[];
  /** Packages and modules that may be imported, as patterns of the specifier. */
  readonly modules: readonly RegExp[];
}

const pure = [/^valibot$/, /^pure-rand(\/|$)/];
const k6 = [/^k6(\/|$)/, ...pure];
/** Anything installed or built into Node, but not k6. */
const node = [/^(?!k6(\/|$))/];

/** Folder -> what its files may import. A file belongs to the longest folder that its path begins with. */
const rules: Readonly<Record<string, Rule>> = {
  "src/core": { folders: ["src/core"], modules: pure },
  "src/profiles": { folders: ["src/core", "src/profiles"], modules: pure },
  "src/k6": { folders: ["src/core", "src/profiles", "src/k6"], modules: k6 },
  "src/journeys": { folders: ["src/core", "src/profiles", "src/k6", "src/journeys"], modules: k6 },
  scenarios: { folders: ["src/core", "src/profiles", "src/k6", "src/journeys", "thresholds"], modules: k6 },
  "src/sandbox": { folders: ["src/core", "src/profiles", "src/sandbox", "scripts"], modules: node },
  "src/cli": { folders: ["src/core", "src/profiles", "src/sandbox", "src/cli", "scripts"], modules: node },
};

/** Every specifier a file imports, types too: a type from the wrong runtime is a wrong dependency as well. */
export function importsOf(text: string): string[] {
  // Comments go first, so that an import in an example is none; a string that holds "//" is followed by no import on its line.
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`\w])\/\/.*$/gm, "$1");
  const found = [
    ...code.matchAll(/^\s*(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']/gm),
    ...code.matchAll(/^\s*import\s*["']([^"']+)["']/gm),
    ...code.matchAll(/\b(?:import|require)\(\s*["']([^"']+)["']/g),
  ];
  return found.map(([, specifier = ""]) => specifier);
}

const inside = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

/** The path that a relative specifier means. */
function resolve(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** Every import that crosses a boundary, in words, and every file that no rule covers. */
export function violations(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const folder = Object.keys(rules).find((name) => inside(path, name));
    const rule = folder === undefined ? undefined : rules[folder];
    if (rule === undefined) return [`${path} is in a folder without a rule`];
    return importsOf(text).flatMap((specifier) => {
      if (specifier.startsWith(".")) {
        const target = resolve(path, specifier);
        return rule.folders.some((allowed) => inside(target, allowed)) ? [] : [`${path} imports ${target}`];
      }
      return rule.modules.some((allowed) => allowed.test(specifier)) ? [] : [`${path} imports ${specifier}`];
    });
  });
}

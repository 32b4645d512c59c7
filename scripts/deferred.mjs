// Parts of a script that most VUs never need.
//
// Every VU runs the script's top level, and each function that stands there costs it about a kilobyte. What only the first VU does (compiling options, judging the
// run), or setup() and a few workers, is imported with `with { load: "deferred" }`: all such imports of a script become one function, which runs when one of
// their exports is first used. To the code it is an ordinary import, with three conditions:
// - a use at the top level loads the part at once, in every VU, so uses stand inside functions (or behind `__VU === 0`);
// - the part has its own copy of every module that both sides import, so nothing may rest on the identity of a class or on a module's variables across the border;
// - it may be loaded after init, so its modules may not declare metrics or open files at their top level.
import { dirname, resolve } from "node:path";
import { build } from "esbuild";

const isDeferred = ({ with: attributes }) => attributes.load === "deferred";
const FACADE = "deferred";
const BODY = "deferred-body";

/** The files that a script imports deferred, wherever in it. */
async function deferredIn(entry, options) {
  const files = new Set();
  await build({
    ...options,
    entryPoints: [entry],
    write: false,
    plugins: [
      ...options.plugins,
      {
        name: "find",
        setup(found) {
          found.onResolve({ filter: /^\./ }, (args) => {
            if (!isDeferred(args)) return undefined;
            files.add(resolve(args.resolveDir, args.path));
            return { path: args.path, external: true };
          });
        },
      },
    ],
  });
  return [...files].sort();
}

/** Inside the part a deferred import is like any other: the re-export keeps esbuild from taking the file with and without the attribute for two modules. */
const plainWithin = {
  name: "plain",
  setup(part) {
    part.onResolve({ filter: /^\./ }, (args) =>
      isDeferred(args) ? { path: resolve(args.resolveDir, args.path), namespace: "plain" } : undefined,
    );
    part.onLoad({ filter: /./, namespace: "plain" }, ({ path }) => ({
      contents: `export * from ${JSON.stringify(path)};`,
      resolveDir: dirname(path),
    }));
  },
};

/** The files as one CommonJS text, and the k6 modules that it requires. */
async function bundlePart(files, options) {
  const stdin = {
    contents: files.map((file) => `export * from ${JSON.stringify(file)};`).join("\n"),
    resolveDir: options.absWorkingDir,
  };
  const { outputFiles, metafile } = await build({
    ...options,
    stdin,
    format: "cjs",
    outfile: "part.js",
    write: false,
    metafile: true,
    sourcemap: "external",
    // Its stack traces name lines of the sources all the same, and each VU would have the names.
    minifyIdentifiers: true,
    plugins: [plainWithin, ...options.plugins],
  });
  const [map, code] = outputFiles;
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const modules = [...new Set(imports.map(({ path }) => path))].sort();
  return { code: code.text, map: JSON.parse(map.text), modules };
}

/** The part as a module that exports `part`, which makes it at its first call. */
function bodyOf({ code, map, modules }) {
  const head = [
    ...modules.map((path, i) => `import m${i} from ${JSON.stringify(path)};`),
    // Importers get an object with the prototype of a CommonJS module, and copies of its own properties: what is asked of this one's prototype is looked up when asked.
    "export const view = (of) => Object.create(new Proxy({}, { get: (_, name) => of()[name] }));",
    // By name a module of k6 gives what its default has; a namespace object would cost each VU some kilobytes.
    `const require = (path) => view(() => ({ ${modules.map((path, i) => `${JSON.stringify(path)}: m${i}`).join(", ")} })[path]);`,
    "let made;",
    "export const part = () => (made ??= make({})).exports;",
    "function make(module) {",
  ];
  // Each ";" is a line without a mapping: the head's.
  const moved = { ...map, mappings: ";".repeat(head.length) + map.mappings };
  const inline = Buffer.from(JSON.stringify(moved)).toString("base64");
  return `${head.join("\n")}\n${code}\nreturn module;\n}\n//# sourceMappingURL=data:application/json;base64,${inline}`;
}

/** What importers see: esbuild reads what is imported from a CommonJS module at each use, which makes the part. */
const FACADE_TEXT = `const { part, view } = require(${JSON.stringify(BODY)});\nmodule.exports = view(part);`;

/**
 * The plugin; for builds of one script.
 * @param {import("esbuild").BuildOptions} options of the part's own build: the script's, without this plugin
 * @returns {import("esbuild").Plugin}
 */
export const deferred = (options) => ({
  name: "deferred",
  setup(script) {
    const { entryPoints, absWorkingDir } = script.initialOptions;
    if (entryPoints?.length !== 1) throw new Error("a deferred part belongs to one script: build them one by one");
    const [entry] = entryPoints;
    const own = { ...options, absWorkingDir };
    let bundled;
    const part = () => {
      bundled ??= deferredIn(entry, own).then((files) => bundlePart(files, own));
      return bundled;
    };
    script.onResolve({ filter: /^\./ }, (args) => (isDeferred(args) ? { path: "part", namespace: FACADE } : undefined));
    script.onResolve({ filter: new RegExp(`^${BODY}$`) }, () => ({ path: "part", namespace: BODY }));
    script.onLoad({ filter: /./, namespace: FACADE }, () => ({ contents: FACADE_TEXT }));
    script.onLoad({ filter: /./, namespace: BODY }, async () => ({
      contents: bodyOf(await part()),
      resolveDir: absWorkingDir,
    }));
  },
});

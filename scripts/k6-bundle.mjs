import { readFile } from "node:fs/promises";
import { build } from "esbuild";
import { abiAsText } from "./abis.mjs";
import { deferred } from "./deferred.mjs";

/**
 * JSON as text: a text is shared by all VUs of a process, as an object each would have its own copy. Without members whose names begin with $, which are for
 * people to read.
 */
const jsonAsText = {
  name: "json-as-text",
  setup(script) {
    script.onLoad({ filter: /\.json$/ }, async ({ path }) => ({
      contents: JSON.stringify(JSON.parse(await readFile(path, "utf8")), (name, value) =>
        name.startsWith("$") ? undefined : value,
      ),
      loader: "text",
    }));
  },
};

/** What a metric is for stands in docs/metrics.md; each VU that declares its metrics would carry it along. Lines stay where the source map has them. */
const metricsWithoutHelp = {
  name: "metrics-without-help",
  setup(script) {
    script.onLoad({ filter: /\/(core(\/\w+)?|model)\/metrics\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(/\bhelp:\s*("[^"]*"|`[^`]*`),?/g, (text) =>
        text.replace(/[^\n]/g, ""),
      ),
      loader: "ts",
    }));
  },
};

/**
 * How TypeScript becomes a script for k6's engine.
 * @type {import("esbuild").BuildOptions}
 */
const k6Options = {
  bundle: true,
  // k6 resolves its own modules; everything else is bundled.
  external: ["k6", "k6/*"],
  format: "esm",
  platform: "browser",
  // k6's engine refuses these two at parse time; esbuild lowers them.
  target: "es2022",
  supported: { "async-generator": false, "for-await": false },
  // Names stay: they stand in stack traces, whose lines are those of src by the source map.
  minifyWhitespace: true,
  minifySyntax: true,
  plugins: [jsonAsText, abiAsText, metricsWithoutHelp],
  logLevel: "warning",
};

/**
 * Bundles one k6 script; build.mjs and the tests use the same options.
 * @param {string} entry the script's TypeScript
 * @param {string} outfile
 * @param {string} root the repository, from which the source map names its files
 */
export const bundleScript = (entry, outfile, root) =>
  build({
    ...k6Options,
    entryPoints: [entry],
    outfile,
    absWorkingDir: root,
    sourcemap: "linked",
    metafile: true,
    plugins: [deferred(k6Options), ...k6Options.plugins],
  });

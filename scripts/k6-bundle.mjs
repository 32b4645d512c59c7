import { build } from "esbuild";
import { deferred } from "./deferred.mjs";

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
  // A text is shared by all VUs of a process; as an object each VU would have its own copy.
  loader: { ".json": "text" },
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
    // Names stay: they stand in stack traces, whose lines are those of src by the source map.
    minifyWhitespace: true,
    sourcemap: "linked",
    metafile: true,
    plugins: [deferred(k6Options)],
  });

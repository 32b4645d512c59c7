/**
 * How TypeScript becomes a script for k6's engine; build.mjs and the tests bundle with the same options.
 * @type {import("esbuild").BuildOptions}
 */
export const k6Bundle = {
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
};

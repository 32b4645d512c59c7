import { defineConfig } from "vitest/config";

/** `import text from "./a.sql" with { type: "text" }`, which esbuild reads by itself. */
const sqlAsText = {
  name: "sql-as-text",
  transform: (text: string, path: string) =>
    path.endsWith(".sql") ? { code: `export default ${JSON.stringify(text)};`, map: null } : undefined,
};

export default defineConfig({
  plugins: [sqlAsText],
  test: {
    maxWorkers: 2, // as many as the cores that the tests are made for: what they start is ready in time
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "scenarios/**/*.test.ts", "test/*.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        // Side by side, each on ports and in folders of its own: whole runs mostly wait.
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          maxWorkers: 3, // whole runs wait more than they compute
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});

import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(import.meta.url);

/** Whether this runs from what build.mjs made of the sources: tests run the sources themselves. */
export const built = !here.endsWith(".ts");

/** The project's folder. A bundle may lie anywhere below dist/cli, for esbuild shares what several of them need. */
export const root = built
  ? here.slice(0, here.lastIndexOf(join(sep, "dist", "cli", sep)) + 1)
  : fileURLToPath(new URL("../../", import.meta.url));

import { fileURLToPath } from "node:url";

/** The project's folder. Both the sources (src/cli) and the bundle (dist/cli) lie two levels below it. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

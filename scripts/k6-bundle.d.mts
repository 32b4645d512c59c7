import type { BuildResult } from "esbuild";

/** Bundles one k6 script into `outfile`; `root` is the repository, from which the source map names its files. */
export function bundleScript(entry: string, outfile: string, root: string): Promise<BuildResult<{ metafile: true }>>;

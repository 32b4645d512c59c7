export function scenariosIn(root: string): string[];
export function bundleCommand(root: string, outdir: string): Promise<unknown>;

export interface TestPlan {
  readonly all?: string;
  readonly unit: ReadonlyMap<string, string>;
  readonly e2e: ReadonlyMap<string, string>;
  readonly go: ReadonlyMap<string, string>;
}
export function planOf(
  changed: readonly string[],
  program: ReadonlyMap<string, string>,
  packages: readonly { readonly path: string; readonly deps: readonly string[] }[],
): TestPlan;

// A prepared run as text, which the first VU of a process hands to the others.
import type { Prepared } from "./scenario.ts";

/** What a run is without its scenario's spec: data only. */
export type RunData = Omit<Prepared, "spec">;

/** Name of the one field of an object that stands for a bigint: JSON has none. */
const BIGINT = "$bigint";

/** A run as JSON. */
export function runToJson({ values, profile, target, load, given, endpoints }: RunData): string {
  return JSON.stringify({ values, profile, target, load, given: [...given], endpoints }, (_name, value: unknown) =>
    typeof value === "bigint" ? { [BIGINT]: String(value) } : value,
  );
}

/** The run that `runToJson` wrote. */
export function runFromJson(text: string): RunData {
  const { given, ...run } = JSON.parse(text, (_name, value) => {
    const digits = (value as Record<string, string> | null)?.[BIGINT];
    return digits === undefined ? value : BigInt(digits);
  }) as Omit<RunData, "given"> & { given: string[] };
  return { ...run, given: new Set(given) };
}

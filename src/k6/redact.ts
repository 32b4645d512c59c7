// Nothing that a script says holds more of an endpoint than scheme, host and port.
import { redactor } from "../core/endpoint.ts" with { load: "deferred" };

/** Where a script's deferred part, which has a copy of this module, finds it too. */
const shared = globalThis as { redact?: (text: string) => string };

/** A text without what the run's endpoints hold. What the console says is cleared by itself; what is cut has to be before it is. */
export const redact = (text: string): string => shared.redact?.(text) ?? text;

const LEVELS = ["log", "debug", "info", "warn", "error"] as const;

/** Has everything cleared that this VU prints. @param endpoints that hold secrets */
export function redactAll(endpoints: readonly string[]): void {
  if (endpoints.length === 0) return;
  let clear: ((text: string) => string) | undefined;
  shared.redact = (text) => {
    clear ??= redactor(endpoints);
    return clear(text);
  };
  const plain = console;
  const said = (value: unknown) => redact(typeof value === "object" ? (JSON.stringify(value) ?? "") : String(value));
  const cleared = LEVELS.map((level) => [level, (...values: unknown[]) => plain[level](...values.map(said))]);
  Object.assign(globalThis, { console: Object.fromEntries(cleared) });
}

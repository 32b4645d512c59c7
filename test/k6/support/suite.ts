// Tests that run inside k6. An exception in an iteration does not change k6's exit code, and a check that never ran passes: so each test is a check, and
// their number is a gate.
import { check } from "k6";
import { Counter } from "k6/metrics";

export type Tests = Readonly<Record<string, () => void | Promise<void>>>;

/** Options and default function of a script that runs `tests` once, one after another. `gates` are further thresholds. Init code only. */
export function suite(tests: Tests, gates: Readonly<Record<string, string[]>> = {}) {
  const ran = new Counter("tests");
  const names = Object.keys(tests);
  return {
    options: { thresholds: { ...gates, checks: ["rate==1"], tests: [`count==${names.length}`] } },
    run: async (): Promise<void> => {
      for (const [name, test] of Object.entries(tests)) {
        let problem: string | undefined;
        try {
          await test();
        } catch (thrown) {
          problem = (thrown as Error)?.message ?? String(thrown);
        }
        check(null, { [name]: () => problem === undefined });
        console.log(problem === undefined ? `ok   ${name}` : `FAIL ${name}: ${problem}`);
        ran.add(1);
      }
    },
  };
}

const shown = (value: unknown): string =>
  typeof value === "bigint"
    ? `${value}n`
    : (JSON.stringify(value, (_key, v: unknown) => (typeof v === "bigint" ? `${v}n` : v)) ?? String(value));

/** Fails unless both are the same, compared as JSON (bigint included). */
export function equal(got: unknown, wanted: unknown): void {
  if (shown(got) !== shown(wanted)) throw new Error(`got ${shown(got)}, wanted ${shown(wanted)}`);
}

/** Fails unless `condition` holds. */
export function ok(condition: boolean, what: string): void {
  if (!condition) throw new Error(`not true: ${what}`);
}

const described = (thrown: unknown, pattern: RegExp): Error & { kind?: string } => {
  if (!(thrown instanceof Error)) throw new Error(`threw ${shown(thrown)}, which is no Error`);
  if (!pattern.test(thrown.message)) throw new Error(`threw "${thrown.message}", wanted ${pattern}`);
  return thrown;
};

/** The Error that `fn` throws, whose message must match. */
export function throws(fn: () => unknown, pattern: RegExp): Error & { kind?: string } {
  let result: unknown;
  try {
    result = fn();
  } catch (thrown) {
    return described(thrown, pattern);
  }
  throw new Error(`did not throw, but returned ${shown(result)}`);
}

/** The Error that a promise rejects with, whose message must match. */
export async function rejects(promise: Promise<unknown>, pattern: RegExp): Promise<Error & { kind?: string }> {
  let result: unknown;
  try {
    result = await promise;
  } catch (thrown) {
    return described(thrown, pattern);
  }
  throw new Error(`did not reject, but resolved with ${shown(result)}`);
}

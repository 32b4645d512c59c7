// Gates are data: thresholds/<scenario>.json holds profile -> metric -> expressions. Here the ones of a run are picked, their tokens become numbers,
// and what cannot be judged is refused before anything starts.
import { didYouMean, listed } from "./format.ts";

/** metric -> expressions, as k6's thresholds. */
export type Gates = Readonly<Record<string, readonly string[]>>;
/** "default", a profile's name, "sandbox", or "sandbox:<profile>" -> gates. Keys that start with $ are notes. */
export type GateFile = Readonly<Record<string, Gates | string | readonly string[]>>;

/** What the tokens of an expression stand for in one instance of the run. */
export interface GateTokens {
  /** Users planned for the whole run. */
  readonly planned: number;
  /** Seconds of the arrival window. */
  readonly seconds: number;
  readonly instances: number;
  /** Users of the instance with the fewest and of the one with the most; equal parts by default. */
  readonly least?: number;
  readonly most?: number;
}

const EXPRESSION = /^(count|rate|value|avg|min|max|med|p\(\d+(?:\.\d+)?\))\s*(<=|>=|===|==|!=|<|>)\s*(.+)$/;

/** At least something: not "at least none", which every run is. */
const LOWER_BOUND = /^(count|rate)\s*(>\s*[^-=\s]|(>=|===?)\s*(?!-|0+(\.0*)?\s*$)[^\s])/;

/** The number that the right side of an expression means: factors joined by `*`, each a number or a token. */
function evaluate(right: string, tokens: GateTokens): number {
  let value = 1;
  for (const factor of right.split("*").map((f) => f.trim())) {
    if (factor === "planned" || factor === "seconds") value *= tokens[factor];
    else if (factor === "rate") value *= tokens.seconds > 0 ? tokens.planned / tokens.seconds : 1;
    else if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(factor)) value *= Number(factor);
    else throw new Error(`"${factor}" is neither a number nor one of planned, seconds, rate`);
  }
  return value;
}

/**
 * One expression with its tokens replaced, as k6 reads it.
 * @throws when it is not `<aggregate> <operator> <number or token product>`
 */
export function compileExpression(expression: string, tokens: GateTokens): string {
  const match = EXPRESSION.exec(expression.trim());
  if (!match)
    throw new Error(
      `"${expression}" is not a gate: write an aggregate, an operator and a number, such as p(95)<=45000 or count>=0.83*planned`,
    );
  const [, aggregate = "", operator = "", right = ""] = match;
  const value = evaluate(right, tokens);
  if (!/planned|seconds|rate/.test(right)) return `${aggregate}${operator}${value}`;
  // Tokens are of the whole run and k6 judges each process alone, all with the same gates: a lower bound is the smallest share's, an upper one the largest's.
  const even = tokens.planned / tokens.instances;
  const users = operator.startsWith(">") ? tokens.least : operator.startsWith("<") ? tokens.most : undefined;
  const share = (value * (users ?? even)) / tokens.planned;
  if (aggregate !== "count") return `${aggregate}${operator}${Number(share.toPrecision(6))}`;
  // Users are whole. A product that misses a whole number by rounding counts as that number.
  if (!operator.startsWith(">")) return `${aggregate}${operator}${Math.ceil(share - 1e-9)}`;
  // "At least none" would be green for an instance on which nobody started.
  return `${aggregate}${operator}${Math.max(operator === ">" ? 0 : 1, Math.floor(share + 1e-9))}`;
}

/** The gates of one run: default, then the profile's, then the target's stricter ones. A later set of expressions adds to an earlier one. */
export function pickGates(file: GateFile, profile: string, target: string): Gates {
  const picked: Record<string, string[]> = {};
  for (const key of ["default", profile, target, `${target}:${profile}`]) {
    const section = file[key];
    if (section === undefined || typeof section === "string" || Array.isArray(section)) continue;
    for (const [metric, expressions] of Object.entries(section as Gates)) {
      if (metric.startsWith("$")) continue;
      const list = new Set([...(picked[metric] ?? []), ...expressions]);
      picked[metric] = [...list];
    }
  }
  return picked;
}

/**
 * Refuses gates that would let a run pass though nobody looked: sections that match nothing, metrics without an expression, and no gate on users' success.
 * @param picked the gates of this run
 * @param path what THRESHOLDS names, for the message
 * @throws with every problem at once
 */
export function requireGates(
  { name, profiles, targets }: { name: string; profiles: object; targets: object },
  file: GateFile,
  picked: Gates,
  path: string,
): void {
  const problems: string[] = [];
  const plain = ["default", ...Object.keys(profiles), ...Object.keys(targets)];
  const known = [
    ...plain,
    ...Object.keys(targets).flatMap((target) => Object.keys(profiles).map((p) => `${target}:${p}`)),
  ];
  for (const [section, gates] of Object.entries(file)) {
    if (section.startsWith("$")) continue;
    if (!known.includes(section))
      problems.push(`"${section}" is no profile or target of ${name}${didYouMean(section, plain)}`);
    for (const [metric, expressions] of Object.entries(gates as Gates))
      if (!metric.startsWith("$") && expressions.length === 0)
        problems.push(`"${section}": ${metric} has no expression`);
  }
  const succeeds = (metric: string) => (picked[metric] ?? []).some((expression) => LOWER_BOUND.test(expression.trim()));
  if (!succeeds(`${name}_succeeded`) && !succeeds(`${name}_success`))
    problems.push(
      `nothing says how many users must succeed: write ${name}_succeeded, such as ["count>=0.99*planned"], into "default" or the profile`,
    );
  if (problems.length > 0) throw new Error(listed(`${path} cannot judge this run`, problems));
}

/**
 * Compiles a run's gates.
 * @param known names of metrics that exist; a gate on another one would make k6 refuse the whole run without saying what is meant
 * @throws with every problem at once
 */
export function compileGates(gates: Gates, tokens: GateTokens, known: readonly string[]): Record<string, string[]> {
  const problems: string[] = [];
  const compiled: Record<string, string[]> = {};
  for (const [metric, expressions] of Object.entries(gates)) {
    const base = metric.replace(/\{.*\}$/, "");
    if (!known.includes(base)) problems.push(`${metric}: no such metric${didYouMean(base, known)}`);
    compiled[metric] = [];
    for (const expression of expressions) {
      try {
        compiled[metric].push(compileExpression(expression, tokens));
      } catch (error) {
        problems.push(`${metric}: ${(error as Error).message}`);
      }
    }
  }
  if (problems.length > 0) throw new Error(listed("the gates cannot be judged", problems));
  return compiled;
}

/** A gate file's text, checked for shape. `path` is named in errors. */
export function parseGateFile(text: string, path: string): GateFile {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new Error(`THRESHOLDS=${path} is not JSON: ${(error as Error).message}`);
  }
  if (data === null || typeof data !== "object" || Array.isArray(data))
    throw new Error(`THRESHOLDS=${path} must hold an object: profile -> metric -> expressions`);
  for (const [profile, section] of Object.entries(data)) {
    if (profile.startsWith("$")) continue;
    const fine =
      section !== null &&
      typeof section === "object" &&
      Object.entries(section).every(
        ([m, e]) => m.startsWith("$") || (Array.isArray(e) && e.every((x) => typeof x === "string")),
      );
    if (!fine) throw new Error(`THRESHOLDS=${path}: "${profile}" must map metrics to lists of expressions`);
  }
  return data as GateFile;
}

// Where phrases come from: a flag (with a warning), a file or standard input, the environment. In that order, so that what is written closest to the command wins.
import { readFileSync } from "node:fs";
import type { Environment } from "../../core/settings/table.ts";
import { UsageError } from "../errors.ts";
import { Phrase } from "./phrase.ts";

/** Where one phrase may come from. */
export interface SeedSource {
  /** What it is, for errors: "old". */
  readonly what: string;
  /** Value of the flag, which others can see. */
  readonly flag?: { readonly name: string; readonly value: string | undefined };
  /** Path of a file, "-" for standard input. */
  readonly file: { readonly name: string; readonly value: string | undefined };
  /** Names in the environment; the first that is set counts. */
  readonly environment: readonly string[];
  /** Used when none of these is given. */
  readonly preset?: string;
}

export interface SeedReader {
  /** @throws UsageError when there is no phrase, or it is none */
  read(source: SeedSource): Phrase;
}

/**
 * Reads the phrases of one command. Standard input gives one phrase a line, in the order in which the command asks for them.
 * @param warn takes what the user should know, never the phrase
 * @param stdin all of standard input
 */
export function seedReader(
  environment: Environment,
  warn: (text: string) => void,
  stdin = () => readFileSync(0, "utf8"),
): SeedReader {
  let lines: string[] | undefined;
  const nextLine = () => {
    lines ??= stdin()
      .split("\n")
      .filter((line) => line.trim() !== "");
    const line = lines.shift();
    if (line === undefined) throw new UsageError("standard input has no phrase (one a line)");
    return line;
  };
  const readFile = (name: string, path: string) => {
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      throw new UsageError(`${name} ${path} cannot be read: ${(error as Error).message}`);
    }
  };
  return {
    read({ what, flag, file, environment: names, preset }) {
      if (flag?.value !== undefined) {
        const [name = ""] = names;
        warn(
          `warning: other users of this machine can see ${flag.name} while this runs, and npm and the shell keep it in their logs; set ${name} or use ${file.name} instead`,
        );
        return new Phrase(flag.value, flag.name);
      }
      if (file.value === "-") return new Phrase(nextLine(), "standard input");
      if (file.value !== undefined) return new Phrase(readFile(file.name, file.value), file.value);
      for (const name of names) {
        const value = environment[name];
        if (value !== undefined && value !== "") return new Phrase(value, name);
      }
      if (preset !== undefined) return new Phrase(preset, "the preset");
      throw new UsageError(
        `which ${what} phrase? set ${names.join(" or ")}, or name a file with ${file.name} (- is standard input)`,
      );
    },
  };
}

// `generate-wallets`: a phrase's wallets, or a new phrase.
import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { plural } from "../../core/format.ts";
import { choice } from "../../core/settings/types.ts";
import { UsageError } from "../errors.ts";
import { action, type CommandContext } from "./command-context.ts";
import { addRange, type FlagReader, indicesOf, rangeIn } from "./options.ts";
import { newPhrase, Phrase } from "./phrase.ts";
import { jsonText, table } from "./report.ts";

/** The `generate-wallets` command. */
export function generateWalletsCommand(): Command {
  const command = new Command("generate-wallets")
    .description("the addresses of a phrase's wallets, m/44'/60'/0'/0/i, or a new phrase")
    .action(action(generate));
  return addRange(command, "0", "40")
    .option("--new", "make a new phrase; with --seed-file it is written there and not shown")
    .option("--words <number>", "words of a new phrase: 12 or 24", "12")
    .option("--seed-file <file>", "file with the phrase; - is standard input (default: MNEMONIC)")
    .option("--seed <phrase>", "the phrase itself; other users of the machine can see it")
    .option("--show-private-keys", "print the wallets' private keys too")
    .option("--out <file>", "write to a new file, which only you can read, instead of the terminal")
    .option("--json", "print JSON");
}

async function generate(context: CommandContext, flags: FlagReader): Promise<void> {
  const range = rangeIn(flags, { start: 0, end: 40 });
  const words = flags.value("words", choice("12", "24"));
  const made = flags.has("new");
  if (made && flags.text("seed") !== undefined) flags.problem("--new and --seed contradict each other");
  if (made && flags.text("seedFile") === "-") flags.problem("--new needs a file to write to, not standard input");
  flags.done();
  const fresh = made ? newPhrase(words === "24" ? 24 : 12) : undefined;
  const phrase = fresh === undefined ? givenPhrase(context, flags) : new Phrase(fresh, "the new phrase");
  const file = flags.text("seedFile");
  if (fresh !== undefined && file !== undefined) {
    writePrivately(file, `${fresh}\n`);
    context.note(`the new phrase is in ${file}; whoever reads it owns the wallets, and nobody can make it again`);
  }
  const shown = file === undefined ? fresh : undefined;
  const keys = flags.has("showPrivateKeys");
  const wallets = indicesOf(range).map((index, i, { length }) => {
    context.progress("deriving", i + 1, length);
    const { address } = phrase.account(index);
    return { index, address, ...(keys ? { privateKey: phrase.privateKey(index) } : {}) };
  });
  const text = flags.has("json")
    ? jsonText({ ...(shown === undefined ? {} : { phrase: shown }), wallets })
    : [
        ...(shown === undefined ? [] : [`phrase: ${shown}`, ""]),
        table(
          ["wallet", "address", ...(keys ? ["private key"] : [])],
          wallets.map(({ index, address, privateKey }) => [String(index), address, privateKey ?? ""]),
          [0],
        ),
      ].join("\n");
  const out = flags.text("out");
  if (out === undefined) return context.print(text);
  writePrivately(out, `${text}\n`);
  context.note(`${plural(wallets.length, "wallet")} written to ${out}`);
}

function givenPhrase(context: CommandContext, flags: FlagReader): Phrase {
  return context.seeds.read({
    what: "wallets'",
    flag: { name: "--seed", value: flags.text("seed") },
    file: { name: "--seed-file", value: flags.text("seedFile") },
    environment: ["MNEMONIC"],
  });
}

/** Writes a new file that only its owner can read. An existing one is never touched: it may hold the only copy of a phrase. */
function writePrivately(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === "EEXIST" ? `${path} exists already, and is not overwritten` : `${path} cannot be written: ${message}`,
    );
  }
}

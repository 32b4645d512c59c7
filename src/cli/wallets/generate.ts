// `generate-wallets`: a phrase's wallets, or a new phrase.
import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { plural } from "../../core/format.ts";
import { choice } from "../../core/settings/types.ts";
import { UsageError } from "../errors.ts";
import { addRange, indicesOf, type Reading, rangeIn } from "./options.ts";
import { newPhrase, Phrase } from "./phrase.ts";
import { json, table } from "./report.ts";
import { action, type Session } from "./session.ts";

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

async function generate(session: Session, reading: Reading): Promise<void> {
  const range = rangeIn(reading, { start: 0, end: 40 });
  const words = reading.value("words", choice("12", "24"));
  const made = reading.has("new");
  if (made && reading.text("seed") !== undefined) reading.problem("--new and --seed contradict each other");
  if (made && reading.text("seedFile") === "-") reading.problem("--new needs a file to write to, not standard input");
  reading.done();
  const fresh = made ? newPhrase(words === "24" ? 24 : 12) : undefined;
  const phrase = fresh === undefined ? givenPhrase(session, reading) : new Phrase(fresh, "the new phrase");
  const file = reading.text("seedFile");
  if (fresh !== undefined && file !== undefined) {
    writePrivately(file, `${fresh}\n`);
    session.note(`the new phrase is in ${file}; whoever reads it owns the wallets, and nobody can make it again`);
  }
  const shown = file === undefined ? fresh : undefined;
  const keys = reading.has("showPrivateKeys");
  const wallets = indicesOf(range).map((index, i, { length }) => {
    session.progress("deriving", i + 1, length);
    const { address } = phrase.account(index);
    return { index, address, ...(keys ? { privateKey: phrase.privateKey(index) } : {}) };
  });
  const text = reading.has("json")
    ? json({ ...(shown === undefined ? {} : { phrase: shown }), wallets })
    : [
        ...(shown === undefined ? [] : [`phrase: ${shown}`, ""]),
        table(
          ["wallet", "address", ...(keys ? ["private key"] : [])],
          wallets.map(({ index, address, privateKey }) => [String(index), address, privateKey ?? ""]),
          [0],
        ),
      ].join("\n");
  const out = reading.text("out");
  if (out === undefined) return session.print(text);
  writePrivately(out, `${text}\n`);
  session.note(`${plural(wallets.length, "wallet")} written to ${out}`);
}

function givenPhrase(session: Session, reading: Reading): Phrase {
  return session.seeds.read({
    what: "wallets'",
    flag: { name: "--seed", value: reading.text("seed") },
    file: { name: "--seed-file", value: reading.text("seedFile") },
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

// The journal on disk. What has been written is on the disk when `write` resolves; lines that are waiting at the same time share one flush.
import { mkdirSync, readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { type JournalEntry, journalLine, type Unfinished, unfinishedIn } from "../../core/wallets/journal.ts";
import { CommandError, UsageError } from "../errors.ts";

export interface Journal {
  readonly path: string;
  /** What an earlier command left unfinished. */
  readonly unfinished: Unfinished | undefined;
  /** Resolves once the line would survive a crash. @throws CommandError when it cannot be written: nothing may be sent then */
  write(entry: JournalEntry): Promise<void>;
  close(): Promise<void>;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

/**
 * Opens a journal, or begins it.
 * @param scope what is moved; an unfinished journal of something else is refused, because its sums would be lost
 */
export async function openJournal(path: string, scope: string): Promise<Journal> {
  let file: FileHandle;
  let text: string;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    file = await open(path, "a", 0o600);
    text = textOf(path);
  } catch (error) {
    throw new UsageError(
      `the journal ${path} cannot be opened: ${(error as Error).message}; name another with --journal`,
    );
  }
  let unfinished: Unfinished | undefined;
  try {
    unfinished = unfinishedIn(text);
  } catch (error) {
    throw new UsageError(`the journal ${path} is damaged: ${(error as Error).message}; name another with --journal`);
  }
  if (unfinished !== undefined && unfinished.scope !== scope) {
    throw new UsageError(
      `the journal ${path} holds an unfinished ${unfinished.scope}: finish that first, with the same command as before, or name another with --journal`,
    );
  }
  // A crash may have cut off the last line.
  const whole = Buffer.byteLength(text.slice(0, text.lastIndexOf("\n") + 1));
  if (whole < Buffer.byteLength(text)) await file.truncate(whole);
  const journal = writer(path, file, unfinished);
  if (unfinished === undefined) await journal.write({ event: "begin", scope });
  return journal;
}

function writer(path: string, file: FileHandle, unfinished: Unfinished | undefined): Journal {
  let lines: string[] = [];
  let last = Promise.resolve();
  /** The flush that will take the lines that are waiting; undefined while none is. */
  let next: Promise<void> | undefined;
  async function flush(): Promise<void> {
    const text = lines.join("");
    lines = [];
    next = undefined;
    try {
      await file.appendFile(text);
      await file.datasync();
    } catch (error) {
      throw new CommandError(
        `the journal ${path} cannot be written: ${(error as Error).message}. Nothing more is sent`,
      );
    }
  }
  return {
    path,
    unfinished,
    write(entry) {
      lines.push(journalLine(entry, new Date()));
      // After a flush that failed all later ones fail too: `last` stays rejected.
      next ??= last = last.then(flush);
      return next;
    },
    close: () => file.close(),
  };
}

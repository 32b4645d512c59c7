import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openJournal } from "./journal-file.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "onrush-journal-"));
  path = join(folder, "deep/journal.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

const refused = (wallet: number) => ({ event: "refused", wallet: String(wallet), hash: "0x1" }) as const;
const events = () =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).event);

describe("openJournal", () => {
  it("begins a file of its owner's alone, and has each line on disk when its write resolves", async () => {
    const journal = await openJournal(path, "a move");
    expect(journal.unfinished).toBeUndefined();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const written: number[] = [];
    await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        if (i % 7 === 0) await new Promise(setImmediate);
        await journal.write(refused(i));
        written.push(events().length);
        expect(readFileSync(path, "utf8")).toContain(`"wallet":"${i}"`);
      }),
    );
    await journal.close();
    expect(events()).toHaveLength(51);
    expect(new Set(written).size).toBeGreaterThan(1);
  });

  it("goes on with an unfinished move, after the line that a crash cut off", async () => {
    await (await openJournal(path, "a move")).close();
    appendFileSync(path, '{"at":"2026-01-01T00:0');
    const journal = await openJournal(path, "a move");
    expect(journal.unfinished?.scope).toBe("a move");
    await journal.write({ event: "end" });
    await journal.close();
    expect(events()).toEqual(["begin", "end"]);
    await (await openJournal(path, "another")).close();
    expect(events()).toEqual(["begin", "end", "begin"]);
  });

  it("refuses an unfinished move of something else, a damaged file, and a place that it cannot write to", async () => {
    await (await openJournal(path, "a move")).close();
    await expect(openJournal(path, "another")).rejects.toThrow("holds an unfinished a move: finish that first");
    writeFileSync(path, "damaged\n");
    await expect(openJournal(path, "a move")).rejects.toThrow(
      "is damaged: line 1 cannot be read; name another with --journal",
    );
    await expect(openJournal(folder, "a move")).rejects.toThrow("cannot be opened");
  });

  it("writes nothing more once a write has failed", async () => {
    const journal = await openJournal(path, "a move");
    await journal.close();
    await expect(journal.write(refused(1))).rejects.toThrow("cannot be written");
    await expect(journal.write(refused(2))).rejects.toThrow("cannot be written");
  });
});

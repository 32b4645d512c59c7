import { describe, expect, it } from "vitest";
import { type JournalEntry, journalLine, unfinishedIn } from "./journal.ts";

const at = new Date("2026-01-02T03:04:05Z");
const begin: JournalEntry = { event: "begin", scope: "transfer of wallets 0 to 1" };
const sent = (wallet: string, hash: `0x${string}`, nonce = 0): JournalEntry => ({
  event: "send",
  wallet,
  from: "0xa",
  to: "0xb",
  nonce,
  value: 123_456_789_012_345_678_901n,
  gas: 21_000n,
  maxFeePerGas: 11n,
  maxPriorityFeePerGas: 1n,
  hash,
});
const received = (wallet: string, hash: `0x${string}`): JournalEntry => ({
  event: "receipt",
  wallet,
  hash,
  status: "success",
  block: 7n,
  value: 5n,
  fee: 3n,
});
const text = (...entries: JournalEntry[]) => entries.map((entry) => journalLine(entry, at)).join("");

describe("the journal", () => {
  it("has one line of JSON for each entry, with amounts as exact text", () => {
    expect(text(received("3", "0x1"))).toBe(
      '{"at":"2026-01-02T03:04:05.000Z","event":"receipt","wallet":"3","hash":"0x1","status":"success","block":"7","value":"5","fee":"3"}\n',
    );
  });

  it.each([
    ["nothing", ""],
    ["a finished move", text(begin, sent("0", "0x1"), received("0", "0x1"), { event: "end" })],
  ])("with %s has nothing unfinished", (_, journal) => expect(unfinishedIn(journal)).toBeUndefined());

  it("tells sends without a receipt, exactly, and receipts", () => {
    const unfinished = unfinishedIn(text(begin, sent("0", "0x1"), sent("1", "0x2"), received("0", "0x1")));
    expect(unfinished?.scope).toBe("transfer of wallets 0 to 1");
    expect([...(unfinished?.open.keys() ?? [])]).toEqual(["1"]);
    expect(unfinished?.open.get("1")).toMatchObject([
      { hash: "0x2", value: 123_456_789_012_345_678_901n, refused: false },
    ]);
    expect(unfinished?.receipts).toMatchObject([{ hash: "0x1", fee: 3n }]);
  });

  it("keeps every attempt of a wallet, and knows the refused ones", () => {
    const journal = text(begin, sent("0", "0x1"), { event: "refused", wallet: "0", hash: "0x1" }, sent("0", "0x2"));
    expect(unfinishedIn(journal)?.open.get("0")).toMatchObject([
      { hash: "0x1", refused: true },
      { hash: "0x2", refused: false },
    ]);
  });

  it("looks only at the last move", () => {
    const journal = text(begin, sent("0", "0x1"), { event: "end" }, { event: "begin", scope: "again" });
    expect(unfinishedIn(journal)).toEqual({ scope: "again", open: new Map(), receipts: [] });
  });

  it("does not read a line that a crash cut off, and names one that is damaged", () => {
    const journal = text(begin, sent("0", "0x1"));
    expect(unfinishedIn(`${journal}{"at":"2026`)?.open.size).toBe(1);
    expect(() => unfinishedIn(`${text(begin)}{"at":\n${text(sent("0", "0x1"))}`)).toThrow("line 2 cannot be read");
  });
});

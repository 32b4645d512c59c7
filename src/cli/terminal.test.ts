import { describe, expect, it } from "vitest";
import { Terminal } from "./terminal.ts";

function screen(isTTY: boolean, columns = 40) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

describe("Terminal", () => {
  it("redraws a block over itself and keeps it below what is printed", () => {
    const tty = screen(true);
    const terminal = new Terminal(tty);
    terminal.draw(["a", "b"]);
    terminal.draw(["c", "d", "e"]);
    terminal.print("a line that stays");
    terminal.clear();
    terminal.clear();
    expect(tty.written).toEqual([
      "a\nb\n",
      "\x1b[2A\x1b[J",
      "c\nd\ne\n",
      "\x1b[3A\x1b[J",
      "a line that stays\n",
      "c\nd\ne\n",
      "\x1b[3A\x1b[J",
    ]);
  });

  it("cuts lines that would wrap, since a wrapped line takes two rows", () => {
    const tty = screen(true, 30);
    new Terminal(tty).draw(["x".repeat(100), "short"]);
    expect(tty.written).toEqual([`${"x".repeat(29)}\nshort\n`]);
  });

  it("writes no block and no control characters into a log", () => {
    const log = screen(false);
    const terminal = new Terminal(log);
    terminal.draw(["a"]);
    terminal.print("b\n");
    terminal.clear();
    expect(log.written).toEqual(["b\n"]);
  });
});

import { describe, expect, it } from "vitest";
import { createContext } from "./command-context.ts";

const screen = (isTTY: boolean) => {
  const written: string[] = [];
  return { isTTY, columns: 80, write: (text: string) => written.push(text), text: () => written.join("") };
};

function shown(isTTY: boolean) {
  const [stdout, stderr] = [screen(isTTY), screen(isTTY)];
  const context = createContext({}, stdout, stderr);
  for (let done = 1; done <= 4; done++) context.progress("transfer", done, 4);
  context.print("the result");
  return { out: stdout.text(), err: stderr.text() };
}

describe("progress", () => {
  it("is a bar on a terminal, gone when the work is done", () => {
    const { out, err } = shown(true);
    expect(err).toContain(`transfer [${"#".repeat(15)}${".".repeat(15)}] 2 of 4\n`);
    expect(err.endsWith("\x1b[1A\x1b[J")).toBe(true);
    expect(out).toBe("the result\n");
  });

  it("is nothing in a log", () => expect(shown(false)).toEqual({ out: "the result\n", err: "" }));
});

import { spawn } from "node:child_process";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { eachLine, endingOf, runs } from "./child.ts";

const script = (code: string) => spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });

describe("endingOf", () => {
  it("is the exit code, once all output has been read", async () => {
    const child = script("process.stdout.write('x'.repeat(1_000_000)); process.exitCode = 99");
    let length = 0;
    child.stdout.on("data", (data: Buffer) => (length += data.length));
    expect(await endingOf(child)).toEqual({ code: 99, signal: undefined });
    expect(length).toBe(1_000_000);
    expect(runs(child)).toBe(false);
  });

  it("is 128 + n for signal n", async () => {
    const child = script("setInterval(() => {}, 1000)");
    expect(runs(child)).toBe(true);
    const ending = endingOf(child);
    child.kill("SIGKILL");
    child.stdout.resume();
    expect(await ending).toEqual({ code: 137, signal: "SIGKILL" });
  });

  it("rejects for a program that does not exist", async () => {
    await expect(endingOf(spawn("no-such-program"))).rejects.toThrow("ENOENT");
  });
});

describe("eachLine", () => {
  it("gives whole lines, whatever the chunks, and the last one without its newline", async () => {
    const stream = new PassThrough();
    const lines: string[] = [];
    eachLine(stream, (line) => lines.push(line));
    const bytes = Buffer.from("one\ntwo · three\n\nfour");
    for (const byte of bytes) stream.write(Buffer.from([byte])); // also splits the two bytes of "·"
    stream.end();
    await new Promise((resolve) => stream.once("end", resolve));
    expect(lines).toEqual(["one", "two · three", "", "four"]);
  });
});

// The command as its users start it: arguments in, exit code and text out.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleCommand } from "../../scripts/command-bundle.mjs";
import { root } from "../sandbox/root.ts";

let project: string;
beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), "onrush-main-"));
  await bundleCommand(root, join(project, "dist/cli"));
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

function onrush(...args: string[]): { code: number | null; out: string; err: string } {
  const env = { PATH: process.env.PATH };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(project, "dist/cli/onrush.mjs"), ...args], {
    env,
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

describe("onrush", () => {
  it("lists its commands", () => {
    const { code, out } = onrush("--help");
    expect(code).toBe(0);
    for (const command of ["run", "sandbox", "settings"]) expect(out).toMatch(new RegExp(`^ {2}${command}\\b`, "m"));
  });

  it.each<[string[], string]>([
    [[], "Usage: onrush"],
    [["nope"], "unknown command 'nope'"],
    [["run"], "error: which scenario? known: chat, ledger, space, streaming"],
    [["run", "streming"], 'error: "streming" is not a scenario; did you mean streaming?'],
    [["run", "streaming", "demo"], "too many arguments"],
    [["run", "streaming", "--pool", "3"], "unknown option '--pool'"],
    [["run", "streaming", "--rate"], "argument missing"],
    [["run", "streaming", "--sandbox-nope", "1"], "unknown option '--sandbox-nope'"],
    [["settings", "nope"], '"nope" is not a scenario'],
    [["settings", "streaming", "--", "x"], "only onrush run takes arguments after --"],
  ])("%j is a usage error: exit 2 and one message", (args, message) => {
    const { code, out, err } = onrush(...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).not.toMatch(/^\s+at /m);
    expect(out).toBe("");
  });

  it("names all wrong settings at once, before it looks for k6 or starts anything", () => {
    const { code, err } = onrush("run", "streaming", "--rate", "abc", "--duration", "15");
    expect(code).toBe(2);
    expect(err).toMatch(
      /2 settings are wrong:\n {2}RATE=abc +must be .*\n {2}DURATION=15 +must be a duration with its unit, such as 15s or 15m/,
    );
  });

  it("refuses a secret on the command line without repeating it", () => {
    const { code, err } = onrush("run", "streaming", "--mnemonic", "abandon abandon");
    expect(code).toBe(2);
    expect(err).toContain("MNEMONIC is secret and arguments are not");
    expect(err).not.toContain("abandon");
  });

  it("lists a scenario's settings as flags", () => {
    const { code, out } = onrush("run", "streaming", "--help");
    expect(code).toBe(0);
    for (const flag of ["--rate <value>", "--pool-size <value>", "--sweep [true|false]", "--sandbox-block-time"])
      expect(out).toContain(flag);
    expect(out).toContain("What follows -- goes to k6");
    expect(out).not.toContain("--mnemonic ");
  });

  it("prints the settings for the README", () => {
    const { code, out } = onrush("settings", "streaming", "--markdown");
    expect(code).toBe(0);
    expect(out).toMatch(/^\| setting \| default/);
  });
});

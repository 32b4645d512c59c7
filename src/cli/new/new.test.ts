import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { circles, crossings } from "../../../test/support/boundaries.ts";
import { root } from "../../sandbox/root.ts";
import { type CommandError, UsageError } from "../errors.ts";
import { newCommand, scenarioFiles, unassignedPort } from "./index.ts";

const written = () => [...readdirSync(join(root, "scenarios")), ...readdirSync(join(root, "thresholds"))];

/** Runs `onrush new` with arguments; resolves with what it refused. */
async function refusal(...args: string[]): Promise<Error & { code?: string }> {
  const command = newCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return command.parseAsync(args, { from: "user" }).then(
    () => new Error("nothing was refused"),
    (error) => error,
  );
}

describe("onrush new", () => {
  it.each<[string[], string]>([
    [["streaming"], "scenarios/streaming is there already"],
    [["space", "--chain"], "scenarios/space is there already"],
    [["Mint"], '"Mint" cannot be a scenario\'s name: it must be 2 to 24 lower-case letters and digits'],
    [["my mint"], '"my mint" cannot be'],
    [["my-mint"], '"my-mint" cannot be'],
    [["7mint"], '"7mint" cannot be'],
    [[""], '"" cannot be'],
    [["m"], '"m" cannot be'],
    [["m".repeat(25)], "cannot be a scenario's name"],
    [["../mint"], '"../mint" cannot be'],
    [["a/b"], '"a/b" cannot be'],
    [["mint.ts"], '"mint.ts" cannot be'],
    [["mïnt"], '"mïnt" cannot be'],
    [["$(reboot)"], "cannot be a scenario's name"],
    [["new"], "new has a meaning of its own"],
    [["run"], "run has a meaning of its own"],
    [["class"], "class has a meaning of its own"],
    [["core"], "core has a meaning of its own"],
    [["example"], "example has a meaning of its own"],
    [["mint", "--chain", "--http"], "--chain and --http: a scenario is of one kind"],
    [["mint", "--chain", "--http", "--grpc"], "--chain and --http and --grpc: a scenario is of one kind"],
  ])("refuses %j before anything is written", async (args, words) => {
    const there = written();
    const error = await refusal(...args);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(words);
    expect(error.message.split("\n")).toHaveLength(1);
    expect((error as CommandError).exitCode).toBe(2);
    expect(written()).toEqual(there);
  });

  it.each([
    [["mint", "--solana"], "commander.unknownOption"],
    [[], "commander.missingArgument"],
    [["mint", "more"], "commander.excessArguments"],
  ])("refuses %j as the command's other flags", async (args, code) => {
    expect((await refusal(...args)).code).toBe(code);
  });
});

describe.each(["chain", "http", "grpc"] as const)("a new scenario over %s", (kind) => {
  const files = scenarioFiles(kind, "mint", 14_877);
  const texts = [...files].map(([path, text]) => `${path}\n${text}`);

  it("is one folder and its gates", () => {
    const outside = [...files.keys()].filter((path) => !path.startsWith("scenarios/mint/"));
    expect(outside).toEqual(["thresholds/mint.json"]);
    for (const file of ["main.ts", "spec.ts", "settings.ts", "profiles.ts", "README.md", "audit.ts", "controls.ts"])
      expect([...files.keys()]).toContain(`scenarios/mint/${file}`);
  });

  it("has its name, port and nothing of the template's left", () => {
    for (const text of texts) expect(text).not.toMatch(/example(?!s?\b[^"]*such as)|14899/i);
    expect(texts.join("\n")).toContain("14877");
  });

  it("keeps the rules of the house", () => {
    const program = new Map([...files].filter(([path]) => path.endsWith(".ts") && !path.endsWith(".test.ts")));
    expect(crossings(program)).toEqual([]);
    expect(circles(program)).toEqual([]);
    const main = files.get("scenarios/mint/main.ts") ?? "";
    expect(main.trimEnd().split("\n").length).toBeLessThanOrEqual(80);
    for (const text of texts) expect(text).not.toContain("as any");
  });

  it("imports what is there", () => {
    for (const [path, text] of files)
      for (const [, specifier = ""] of path.endsWith(".ts") ? text.matchAll(/from "(\.[^"]+)"/g) : []) {
        const target = join(path, "..", specifier);
        expect(files.has(target) || existsSync(join(root, target)), `${path} imports ${specifier}`).toBe(true);
      }
  });
});

describe("the port of a new scenario", () => {
  it("is nobody's", async () => {
    const port = await unassignedPort();
    expect(port).toBeGreaterThan(14_809);
    expect(port).toBeLessThan(14_900);
  });
});

// `onrush new`: writes a scenario that runs green at once, to be made one's own.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Command } from "commander";
import { getContractAddress } from "viem";
import { sandboxAccount } from "../../sandbox/accounts.ts";
import { root } from "../../sandbox/root.ts";
import { sharedPorts } from "../../sandbox/system.ts";
import { CommandError, UsageError } from "../errors.ts";
import { commandNames, scenarioNames, targetNames, targetsOf } from "../scenarios.ts";

/** Kind -> the folders of templates that it is made of; a later one's files replace an earlier one's. */
const kinds = {
  chain: ["common", "chain"],
  http: ["common", "notes", "http"],
  grpc: ["common", "notes", "grpc"],
} as const;
type Kind = keyof typeof kinds;

const TEMPLATES = "src/cli/new/templates";
/** What templates call what a scenario chooses: its name, its port (also the index of its account), its contract. */
const EXAMPLE = { name: "example", port: "14899", contract: "0x0000000000000000000000000000000000014899" } as const;

/** Names that mean something else to the command, to JavaScript or in the tree. */
const RESERVED = [
  "new",
  "run",
  "sandbox",
  "settings",
  "prepare",
  "reclaim",
  "help",
  "core",
  "cli",
  "test",
  "common",
  "default",
  "example",
  ..."arguments await break case catch class const continue debugger delete do else enum eval export extends false finally for function if implements import in instanceof interface let null package private protected public return static super switch this throw true try typeof undefined var void while with yield".split(
    " ",
  ),
];

/** @throws UsageError that says what a name must be, or who has it */
function requireFree(name: string, commands: readonly string[]): void {
  const example = "such as mint";
  if (!/^[a-z][a-z0-9]{1,23}$/.test(name))
    throw new UsageError(
      `${JSON.stringify(name)} cannot be a scenario's name: it must be 2 to 24 lower-case letters and digits, the first a letter, ${example}`,
    );
  if (RESERVED.includes(name) || commands.includes(name))
    throw new UsageError(`${name} has a meaning of its own and cannot be a scenario's name; take another, ${example}`);
  for (const place of [`scenarios/${name}`, `thresholds/${name}.json`])
    if (existsSync(join(root, place)))
      throw new UsageError(`${place} is there already; take another name, or remove it`);
}

/** The least port from the sandbox's on that no service has. */
export async function unassignedPort(): Promise<number> {
  const targets = Object.values(await targetsOf(targetNames()));
  const taken = new Set<number>(Object.values(sharedPorts));
  for (const { services } of targets) for (const { port } of Object.values(services)) taken.add(port);
  // A scenario on the chain has no port and an account of that number: it stands in its sources.
  for (const file of filesBelow(join(root, "scenarios")).filter((path) => path.endsWith(".ts")))
    for (const [digits] of readFileSync(file, "utf8").matchAll(/\b148\d\d\b/g)) taken.add(Number(digits));
  let port = 14_800;
  while (taken.has(port)) port++;
  return port;
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** The files of a new scenario: path from the project's folder -> text. */
export function scenarioFiles(kind: Kind, name: string, port: number): Map<string, string> {
  const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  const contract = getContractAddress({ from: sandboxAccount(port).address, nonce: 0n });
  const named = (text: string) =>
    text
      .replaceAll(EXAMPLE.contract, contract)
      .replaceAll(EXAMPLE.port, String(port))
      .replaceAll(EXAMPLE.name, name)
      .replaceAll(capital(EXAMPLE.name), capital(name));
  const files = new Map<string, string>();
  for (const part of kinds[kind]) {
    const folder = join(root, TEMPLATES, part);
    for (const path of filesBelow(folder)) {
      const inside = relative(folder, path);
      const to = inside === "thresholds.json" ? `thresholds/${name}.json` : join("scenarios", name, named(inside));
      files.set(
        to,
        named(moved(readFileSync(path, "utf8"), dirname(to))).replaceAll(
          "./thresholds.json",
          `../../thresholds/${name}.json`,
        ),
      );
    }
  }
  return files;
}

/** A template's text with its imports of src as they are written from a folder of the project. */
const moved = (text: string, folder: string) =>
  text.replace(/"(?:\.\.\/)+(core|k6|sandbox|cli)\//g, (_, place) => `"${join(relative(folder, "src"), place)}/`);

function kindOf(flags: Readonly<Partial<Record<Kind, boolean>>>): Kind {
  const wanted = (Object.keys(kinds) as Kind[]).filter((kind) => flags[kind]);
  if (wanted.length > 1)
    throw new UsageError(`${wanted.map((kind) => `--${kind}`).join(" and ")}: a scenario is of one kind`);
  return wanted[0] ?? "http";
}

/** Writes all files or none. @throws CommandError */
function write(files: ReadonlyMap<string, string>, name: string): void {
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text, { flag: "wx" });
    }
  } catch (error) {
    rmSync(join(root, "scenarios", name), { recursive: true, force: true });
    rmSync(join(root, "thresholds", `${name}.json`), { force: true });
    throw new CommandError(`the scenario cannot be written: ${(error as Error).message}; nothing is left of it`);
  }
}

/** `onrush new <name>` */
export function newCommand(): Command {
  return new Command("new")
    .description("write a new scenario, in a folder of its own, that runs green against the sandbox at once")
    .argument("<name>", "lower-case letters and digits, such as mint")
    .option("--chain", "funded wallets, a contract of its own, one transaction a user, its event proved")
    .option("--http", "a service over HTTP of its own, what users wrote read back (the default)")
    .option("--grpc", "the same over gRPC, with a .proto file of its own")
    .action(async (name: string, flags: Partial<Record<Kind, boolean>>) => {
      if (!existsSync(join(root, TEMPLATES)))
        throw new UsageError(
          "a new scenario is written into the repository, and this is an image of its built files: clone it first",
        );
      const kind = kindOf(flags);
      requireFree(
        name,
        commandNames().filter((command) => !scenarioNames().includes(command)),
      );
      const files = scenarioFiles(kind, name, await unassignedPort());
      write(files, name);
      tidy(name);
      console.log(
        [
          `scenarios/${name}: ${files.size - 1} files, and the gates in thresholds/${name}.json`,
          "",
          `  bin/onrush run ${name}        builds it, starts a sandbox, runs it, prints the verdict`,
          `  scenarios/${name}/README.md   what it does, and what it does not prove yet`,
          "  docs/writing-a-scenario.md   how to make it your own",
        ].join("\n"),
      );
    });
}

/** Formats the files as the repository has them, and fills the tables of its README; where the tools are not installed, `make docs` does later. */
function tidy(name: string): void {
  const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, stdio: "ignore" });
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  if (existsSync(biome)) run(biome, "check", "--write", `scenarios/${name}`, `thresholds/${name}.json`);
  run(join(root, "scripts/docs.mjs"));
}

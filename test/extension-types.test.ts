// The k6 modules' types as somebody else uses them: in a project of its own, without skipLibCheck. And held against what the modules accept.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../src/sandbox/root.ts";

const modules = ["ethereum", "encryption", "process", "towns"] as const;
const typesOf = (module: string) => join(root, "extension", module, "index.d.ts");

let folder: string;
beforeAll(() => {
  // Inside the project, so that @types/k6 and abitype are found as a user's own would be.
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache/types-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What tsc says of some files beside the modules' types; empty where nothing is wrong. */
async function check(
  name: string,
  files: Record<string, string>,
  options: Record<string, unknown> = {},
): Promise<string> {
  const project = join(folder, name);
  mkdirSync(project, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(project, file), text);
  const compilerOptions = {
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    target: "es2022",
    module: "esnext",
    moduleResolution: "bundler",
    allowJs: true,
    checkJs: true,
    noImplicitAny: true,
    types: ["k6"],
    ...options,
  };
  const config = { compilerOptions, files: [...Object.keys(files), ...modules.map(typesOf)] };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const run = promisify(execFile)(process.execPath, [tsc, "-p", project], { cwd: project });
  return run.then(
    () => "",
    (error: { stdout: string }) => error.stdout,
  );
}

/** The examples of a text: its code blocks of JavaScript and TypeScript. */
function examplesIn(text: string): string[] {
  return [...text.matchAll(/^( \* )?```(?:js|ts|javascript|typescript)\n([\s\S]*?)^( \* )?```/gm)].map(
    ([, , code = ""]) => code.replace(/^ \* ?/gm, ""),
  );
}

describe("the modules' types", () => {
  it.each<[string, Record<string, unknown>]>([
    ["bundler", {}],
    ["nodenext", { module: "nodenext", moduleResolution: "nodenext" }],
    ["exact optional properties", { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true }],
    ["verbatim, isolated", { verbatimModuleSyntax: true, isolatedModules: true }],
  ])("compile in a user's project: %s", async (name, options) => {
    const main = modules.map((module) => `import * as ${module} from "k6/x/${module}";\nvoid ${module};`).join("\n");
    expect(await check(name.replaceAll(/\W/g, "-"), { "main.ts": `${main}\n` }, options)).toBe("");
  });

  it("take what is documented, and nothing else", async () => {
    const main = `
      import { Client, type EthereumError, mnemonicToAccount } from "k6/x/ethereum";
      const account = mnemonicToAccount("phrase", { addressIndex: 7 });
      const client = new Client({ url: "http://127.0.0.1" });
      const abi = [
        { type: "function", name: "mint", stateMutability: "nonpayable",
          inputs: [{ name: "to", type: "address" }, { name: "amount", type: "uint256" }], outputs: [] },
        { type: "function", name: "many", stateMutability: "view",
          inputs: [{ name: "owners", type: "address[]" }], outputs: [{ name: "", type: "uint256" }] },
      ] as const;
      const at = { address: "0x00000000000000000000000000000000000000aa", abi } as const;
      export async function used() {
        await client.writeContract({ ...at, account, functionName: "mint", args: [account, 5n] });
        await client.writeContract({ ...at, account, functionName: "mint", args: [account.address, 5n] });
        const sum: bigint = await client.readContract({ ...at, functionName: "many", args: [[account]], blockNumber: 5n });
        const { hash, number } = await client.getBlock({ blockTag: "finalized" });
        const failed = (error: EthereumError) => error.reason === "replaced" && error.hash;
        // @ts-expect-error an amount is no address
        await client.writeContract({ ...at, account, functionName: "mint", args: [5n, 5n] });
        // @ts-expect-error no such option
        mnemonicToAccount("phrase", { adressIndex: 7 });
        // @ts-expect-error no such option
        await client.sendTransaction({ account, to: account, vlaue: 5n });
        // @ts-expect-error no such reason
        const never = (error: EthereumError) => error.reason === "tired";
        return [sum, hash, number, failed, never];
      }`;
    expect(await check("documented", { "main.ts": main })).toBe("");
  });

  it("hold for every example", async () => {
    const documents = [...modules.map(typesOf), join(root, "extension/README.md"), join(root, "README.md")];
    const files = Object.fromEntries(
      documents.flatMap((path, i) =>
        examplesIn(readFileSync(path, "utf8")).map((code, k) => [`example-${i}-${k}.js`, code]),
      ),
    );
    expect(Object.keys(files).length).toBeGreaterThanOrEqual(3);
    expect(await check("examples", files, { noImplicitAny: false })).toBe("");
    // An example that is wrong would be found.
    const [first = ""] = Object.values(files);
    expect(
      await check("wrong", { "example.js": first.replace("chainId", "chainID") }, { noImplicitAny: false }),
    ).toContain("chainID");
  });
});

/** Go's names of a function's options -> the type that index.d.ts has for them. */
const typeOfOptions: Record<string, string> = {
  Client: "ConstructorParameters<typeof ethereum.Client>[0]",
  "Client.multicall contracts[]": 'Parameters<Client["multicall"]>[0]["contracts"][number]',
  "Client.sendTransactions": 'Parameters<Client["sendTransactions"]>[0][number]',
  WalletPool: "ConstructorParameters<typeof ethereum.WalletPool>[0]",
  "Account.signMessage message": 'Exclude<Parameters<ethereum.Account["signMessage"]>[0]["message"], string>',
  mnemonicToAccount: "NonNullable<Parameters<typeof ethereum.mnemonicToAccount>[1]>",
  "mnemonicToAccount mnemonic": "Exclude<Parameters<typeof ethereum.mnemonicToAccount>[0], string>",
  mnemonicToAddresses: "Parameters<typeof ethereum.mnemonicToAddresses>[1]",
  "hashTypedData domain": 'Parameters<typeof ethereum.hashTypedData>[0]["domain"]',
  ServiceAccount: "Exclude<ConstructorParameters<typeof encryption.ServiceAccount>[0], string>",
  CircuitBreaker: "ConstructorParameters<typeof process.CircuitBreaker>[0]",
  GroupSession: "ConstructorParameters<typeof towns.GroupSession>[0]",
  "GroupSession miniblock": 'NonNullable<ConstructorParameters<typeof towns.GroupSession>[0]["miniblock"]>',
};

describe("what the modules accept", () => {
  it("is what their types have, name for name", async () => {
    const tests = modules.flatMap((module) => {
      const golden = join(root, "extension", module, "testdata/options.json");
      const accepted = JSON.parse(readFileSync(golden, "utf8")) as Record<string, string[] | null>;
      return Object.entries(accepted).map(([name, options], i) => {
        const [owner = "", method] = name.split(".");
        const plain = method === undefined ? `typeof ${module}.${owner}` : `${module}.${owner}["${method}"]`;
        const type = typeOfOptions[name] ?? `NonNullable<Parameters<${plain}>[0]>`;
        const names = (options ?? []).map((option) => `"${option}"`).join(" | ") || "never";
        return names === "never"
          ? `const none${module}${i}: Parameters<${plain}>["length"] = 0; void none${module}${i};`
          : `const same${module}${i}: Same<keyof (${type}), ${names}> = true; void same${module}${i}; // ${name}`;
      });
    });
    expect(tests.length).toBeGreaterThan(35);
    const head = `${modules.map((module) => `import type * as ${module} from "k6/x/${module}";`).join("\n")}
      type Client = ethereum.Client;
      type Same<A, B> = [A, B] extends [B, A] ? true : { types: Exclude<A, B>; accepted: Exclude<B, A> };\n`;
    expect(await check("names", { "names.ts": `${head}${tests.join("\n")}\n` })).toBe("");
  });

  it("has a file for each module", () => {
    const folders = readdirSync(join(root, "extension"), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(
      folders
        .map(({ name }) => name)
        .filter((name) => !["cmd", "internal", "tools"].includes(name))
        .sort(),
    ).toEqual([...modules].sort());
  });
});

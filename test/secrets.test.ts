import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { english, generateMnemonic, mnemonicToAccount } from "viem/accounts";
import { describe, expect, it } from "vitest";
import { scenarioNamed, scenarioNames } from "../src/cli/scenarios.ts";
import { prepare } from "../src/core/scenario.ts";
import { SANDBOX_MNEMONIC } from "../src/core/settings/common.ts";
import { endpointsIn, show } from "../src/core/settings/table.ts";
import { addressWith, keysIn, leaksIn, phrasesIn, plantedIn } from "./support/secrets.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const BINARY = /\.(png|jpg|gz|tar|wasm|ico|woff2?)$/;

/** Everything in the repository or about to be: tracked files, and new ones that are not ignored. */
const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], { cwd: root, encoding: "utf8" })
  .split("\0")
  .filter((path) => path !== "" && !BINARY.test(path))
  .filter((path) => statSync(root + path, { throwIfNoEntry: false })?.isFile());

const contents = files.map((path) => ({ path, text: readFileSync(root + path, "utf8") }));
const isText = ({ text }: { text: string }) => !text.includes("\0");
const texts = contents.filter(isText);

/** Phrases that stand in public documents and so are nobody's: ours, and one of BIP-39's own test vectors. */
const publicPhrases = [SANDBOX_MNEMONIC, "legal winner thank year wave sausage worth useful legal winner thank yellow"];

/** The public test phrase's own keys: every development node knows them. */
const publicKeys = [0, 1, 2].flatMap((accountIndex) =>
  Array.from({ length: 10 }, (_, addressIndex) => {
    const key = mnemonicToAccount(SANDBOX_MNEMONIC, { accountIndex, addressIndex }).getHdKey().privateKey;
    return Buffer.from(key ?? []).toString("hex");
  }),
);

describe("the repository", () => {
  it("is looked at as a whole", () => {
    expect(files.length).toBeGreaterThan(100);
    for (const path of ["package.json", "Makefile", "scenarios/streaming/settings.ts", "extension/go.mod"])
      expect(files).toContain(path);
  });

  it("holds no built program, which nobody could read", () => {
    // Towns' messages as descriptors: a Go test compares the file with the .proto texts it is made from.
    const descriptors = "extension/internal/river/river.binpb";
    expect(contents.filter((file) => !isText(file)).map(({ path }) => path)).toEqual([descriptors]);
  });

  it("holds no wallet's phrase but public ones", () => {
    const found = texts.flatMap(({ path, text }) => phrasesIn(text).map((phrase) => ({ path, phrase })));
    expect(found.filter(({ phrase }) => !publicPhrases.includes(phrase)).map(({ path }) => path)).toEqual([]);
    expect(found.map(({ path }) => path)).toContain("src/core/settings/common.ts");
  });

  it("holds no private key but the public test phrase's", () => {
    const found = texts.flatMap(({ path, text }) => keysIn(text).map((key) => ({ path, key })));
    expect(found.filter(({ key }) => !publicKeys.includes(key)).map(({ path }) => path)).toEqual([]);
  });

  it("locks packages without naming a mirror to fetch them from", () => {
    const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, "utf8")) as {
      packages: Record<string, { resolved?: string; integrity?: string; link?: boolean; os?: string[] }>;
    };
    const entries = Object.entries(packages).filter(([path]) => path !== "");
    expect(entries.length).toBeGreaterThan(100);
    // Optional packages of platforms that nobody has locked on yet have no hash: npm wants them named, and fetches none of them elsewhere.
    const foreign = (os: string[] | undefined) => os !== undefined && !os.includes("linux");
    const rare = /-(musl|musleabihf|gnueabihf|arm64|ppc64-gnu|riscv64-gnu|s390x-gnu)$|-(riscv64|arm64|x64)-musl$/;
    for (const [path, { resolved, integrity, link, os }] of entries) {
      if (resolved !== undefined) expect(resolved, path).toMatch(/^https:\/\/registry\.npmjs\.org\//);
      if (integrity === undefined && (link === true || foreign(os) || (os !== undefined && rare.test(path)))) continue;
      expect(integrity, path).toMatch(/^sha512-/);
    }
  });

  it("pins every package exactly", () => {
    const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  });
});

describe("the search finds what it is for", () => {
  it("a phrase, however it is written", () => {
    const phrase = generateMnemonic(english);
    const half = phrase.split(" ").slice(0, 6).join(" ");
    const broken = phrase.replace(`${half} `, `${half} " +\n    "`);
    for (const text of [phrase, `MNEMONIC="${phrase}"`, broken, phrase.split(" ").join(", ")])
      expect(phrasesIn(text)).toEqual([phrase]);
    expect(phrasesIn(`${SANDBOX_MNEMONIC}; ${phrase}`)).toEqual([SANDBOX_MNEMONIC, phrase]);
  });

  it("no phrase in prose or in a wrong checksum", () => {
    expect(phrasesIn(SANDBOX_MNEMONIC.replace("junk", "test"))).toEqual([]);
    expect(phrasesIn("can you also use this word list and still not have any phrase that you could use")).toEqual([]);
  });

  it("a key beside its name, and no hash", () => {
    const hex = "1f".repeat(8) + "c0ffee".repeat(8);
    for (const text of [`PRIVATE_KEY=0x${hex}`, `const key = "${hex}";`, `privateKey:\n  "0x${hex.toUpperCase()}"`])
      expect(keysIn(text)).toEqual([hex]);
    expect(keysIn(`const topic = "0x${hex}";`)).toEqual([]);
    expect(keysIn(`const key = "0x${"1".repeat(64)}";`)).toEqual([]);
    expect(keysIn(`key ${hex}${hex}`)).toEqual([]);
    const pem = ["-----BEGIN PRIVATE", "KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQ"].join(" ");
    expect(keysIn(pem)).toHaveLength(1);
  });
});

const scenarios = await Promise.all(scenarioNames().map(scenarioNamed));

describe.each(scenarios)("the endpoints of $name", (spec) => {
  const table = spec.table;
  const names = Object.keys(table).filter((name) => table[name]?.type.endpoint);

  it("are all settings that are called one", () => {
    const called = Object.keys(table).filter((name) => /_(URL|DSN|ENDPOINT|ADDR|HOST)$|^GATES$|NODES?$/.test(name));
    expect(names).toEqual(called);
    expect(names.length).toBeGreaterThan(0);
  });

  it.each(names)("%s is shown without its secrets, also when it is wrong", (name) => {
    const row = table[name];
    for (const scheme of ["http", "htp", "postgres", "ws"]) {
      const text = addressWith(plantedIn(name), "host:1", scheme);
      expect(leaksIn(text, [name])).toHaveLength(4);
      expect(show(row as never, text)).toBe(row?.secret ? "(set, hidden)" : `${scheme}://host:1`);
      expect(endpointsIn(table, { [name]: text })).toEqual([text]);
      for (const wrong of [text, text.slice(scheme.length + 3), `${text} `, ` x ${text}`, text.replace("@", "/@")]) {
        let said = "";
        try {
          prepare(spec, { [name]: wrong, PROFILE: "brust" });
        } catch (error) {
          said = String((error as Error).stack);
        }
        expect(said).toContain("PROFILE=brust");
        expect(leaksIn(said, [name]), wrong).toEqual([]);
      }
    }
  });
});

it("the search finds a planted secret in every form", () => {
  const { user, password, path, token } = plantedIn("X");
  for (const [form, what] of [
    [user, "user"],
    [encodeURIComponent(password), "password"],
    [path.toUpperCase(), "path"],
    [Buffer.from(`as ${token}`).toString("base64"), "token"],
    [gzipSync(`{"a":"${token}"}`), "token"],
    [`<script>${gzipSync(`key ${user}`).toString("base64")}</script>`, "user"],
  ] as const)
    expect(leaksIn(form, ["X", "Y"])).toEqual([`${what} of X`]);
  expect(leaksIn("nothing", ["X"])).toEqual([]);
});

// generate-wallets: the addresses everybody derives, and secrets that stay where they belong.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { SANDBOX_MNEMONIC } from "../../../src/core/settings/common.ts";
import { bundle, cleanUp, runK6, runOnrush, temporaryFolder } from "../support.ts";
import { addressesOf, anyPhrase } from "./support.ts";

afterAll(cleanUp);

interface Generated {
  readonly phrase?: string;
  readonly wallets: readonly { index: number; address: string; privateKey?: string }[];
}

async function generate(args: readonly string[], environment: Record<string, string> = {}): Promise<Generated> {
  const { code, stdout, stderr } = await runOnrush(["generate-wallets", "--json", ...args], { environment });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

/** BIP-39's own vectors for entropies of zeros and of ones; 24 words each. */
const zeros = [...Array(23).fill("abandon"), "art"].join(" ");
const ones = [...Array(23).fill("zoo"), "vote"].join(" ");

test("known phrases have the addresses that are published for them", async () => {
  const first = async (phrase: string) => (await generate(["--end", "1"], { MNEMONIC: phrase })).wallets[0]?.address;
  expect(await first(SANDBOX_MNEMONIC)).toBe("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
  expect(await first([...Array(11).fill("abandon"), "about"].join(" "))).toBe(
    "0x9858EfFD232B4033E47d90003D41EC34EcaEda94",
  );
  expect(await first(zeros)).toBe("0xF278cF59F82eDcf871d630F28EcC8056f25C1cdb");
});

test("1,000 wallets of phrases of 12 and 24 words are the extension's, and viem's", async () => {
  const phrases = [SANDBOX_MNEMONIC, zeros, ones, anyPhrase(24)];
  const run = await runK6({
    script: await bundle("test/k6/addresses.ts"),
    environment: { PHRASES: JSON.stringify(phrases) },
  });
  const byExtension = JSON.parse(run.stdout) as string[][];
  expect(byExtension.map((addresses) => addresses.length)).toEqual([1_000, 1_000, 1_000, 1_000]);
  for (const [i, phrase] of phrases.entries()) {
    const { wallets } = await generate(["--end", "1000"], { MNEMONIC: phrase });
    expect(wallets.map(({ address }) => address.toLowerCase())).toEqual(byExtension[i]?.map((a) => a.toLowerCase()));
    expect(wallets.slice(990).map(({ address }) => address)).toEqual(addressesOf(phrase, 990, 1_000));
  }
});

test("a new phrase goes to a file that only its owner reads, and nowhere else", async () => {
  const file = join(temporaryFolder(), "phrase");
  const made = await runOnrush(["generate-wallets", "--new", "--words", "24", "--seed-file", file, "--end", "3"]);
  expect(made.code).toBe(0);
  const phrase = readFileSync(file, "utf8").trim();
  expect(phrase.split(" ")).toHaveLength(24);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(made.stdout + made.stderr).not.toContain(phrase.split(" ").slice(0, 3).join(" "));
  expect(made.stdout).toContain(addressesOf(phrase, 2, 3)[0]);

  const again = await runOnrush(["generate-wallets", "--new", "--seed-file", file]);
  expect(again.code).toBe(2);
  expect(again.stderr).toContain("exists already");
  expect(readFileSync(file, "utf8").trim()).toBe(phrase);
});

test("two new phrases differ", async () => {
  const [one, two] = [await generate(["--new", "--end", "1"]), await generate(["--new", "--end", "1"])];
  expect(one.phrase?.split(" ")).toHaveLength(12);
  expect(one.phrase).not.toBe(two.phrase);
});

test("keys are shown only when asked for, and a file of them is the owner's alone", async () => {
  const environment = { MNEMONIC: anyPhrase() };
  const plain = await runOnrush(["generate-wallets", "--end", "2"], { environment });
  expect(plain.stdout).not.toMatch(/0x[0-9a-f]{64}/);
  const out = join(temporaryFolder(), "wallets");
  const kept = await runOnrush(["generate-wallets", "--end", "2", "--show-private-keys", "--out", out], {
    environment,
  });
  expect(kept.stdout).toBe("");
  expect(readFileSync(out, "utf8").match(/0x[0-9a-f]{64}/g)).toHaveLength(2);
  expect(statSync(out).mode & 0o777).toBe(0o600);
});

test("phrases come from the environment, a file, standard input, or with a warning from the flag", async () => {
  const phrase = anyPhrase();
  const [address] = addressesOf(phrase, 0, 1);
  const file = join(temporaryFolder(), "phrase");
  writeFileSync(file, `${phrase}\n`);
  const ways = [
    runOnrush(["generate-wallets", "--end", "1"], { environment: { MNEMONIC: phrase } }),
    runOnrush(["generate-wallets", "--end", "1", "--seed-file", file]),
    runOnrush(["generate-wallets", "--end", "1", "--seed-file", "-"], { input: `${phrase}\n` }),
  ];
  for (const { code, stdout, stderr } of await Promise.all(ways)) {
    expect(stdout).toContain(address);
    expect([code, stderr]).toEqual([0, ""]);
  }
  const flag = await runOnrush(["generate-wallets", "--end", "1", "--seed", phrase]);
  expect(flag.stdout).toContain(address);
  expect(flag.stderr).toMatch(/warning: other users .* can see --seed/);
  expect(flag.stderr).not.toContain(phrase);
});

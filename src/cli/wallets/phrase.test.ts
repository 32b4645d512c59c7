import { inspect } from "node:util";
import { english, mnemonicToAccount } from "viem/accounts";
import { describe, expect, it } from "vitest";
import { SANDBOX_MNEMONIC } from "../../core/settings/common.ts";
import { WORKER_BRANCH } from "../../core/wallets/branches.ts";
import { newPhrase, Phrase } from "./phrase.ts";

const refusal = (text: string) => {
  try {
    new Phrase(text, "MNEMONIC");
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

describe("Phrase", () => {
  it.each([12, 24] as const)("takes every new phrase of %i words, and derives what viem does", (words) => {
    for (let n = 0; n < 20; n++) {
      const text = newPhrase(words);
      expect(text.split(" ")).toHaveLength(words);
      expect(new Phrase(text, "").account(n).address).toBe(mnemonicToAccount(text, { addressIndex: n }).address);
    }
  });

  it("derives workers' accounts by their own branch", () => {
    const expected = mnemonicToAccount(SANDBOX_MNEMONIC, { accountIndex: 1, addressIndex: 3 });
    expect(new Phrase(SANDBOX_MNEMONIC, "").account(3, WORKER_BRANCH).address).toBe(expected.address);
  });

  it("sees through white space and capitals", () => {
    const phrase = new Phrase(`  ${SANDBOX_MNEMONIC.toUpperCase().replaceAll(" ", "\n ")}\n`, "");
    expect(phrase.equals(new Phrase(SANDBOX_MNEMONIC, ""))).toBe(true);
    expect(phrase.equals(new Phrase(newPhrase(12), ""))).toBe(false);
  });

  it.each([
    ["", "MNEMONIC must be a phrase of 12, 15, 18, 21 or 24 words, this has 0"],
    ["test test junk", "MNEMONIC must be a phrase of 12, 15, 18, 21 or 24 words, this has 3"],
    [
      SANDBOX_MNEMONIC.replace("junk", "jnuk"),
      'MNEMONIC has a word that is not in the BIP-39 list: word 12, "jnuk"; did you mean junk?',
    ],
  ])("says what is wrong with %j", (text, message) => expect(refusal(text)).toBe(message));

  it("finds nearly every wrong last word: the checksum of 12 words has four bits", () => {
    const taken = english.filter((word) => refusal(SANDBOX_MNEMONIC.replace("junk", word)) === undefined);
    expect(taken).toHaveLength(english.length / 16);
    expect(taken).toContain("junk");
    expect(refusal(SANDBOX_MNEMONIC.replace("junk", "test"))).toContain("has a wrong checksum");
  });

  it("shows itself to nobody", () => {
    const phrase = new Phrase(SANDBOX_MNEMONIC, "");
    phrase.account(0);
    const shown = [String(phrase), JSON.stringify({ phrase }), inspect(phrase, { depth: 9, showHidden: true })].join();
    expect(shown).not.toMatch(/test|junk|private/i);
  });
});

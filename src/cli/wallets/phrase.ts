// A BIP-39 phrase and the accounts of it: m/44'/60'/branch'/0/i, as every wallet derives them.
import { createHash, pbkdf2Sync } from "node:crypto";
import { bytesToHex } from "viem";
import { english, generateMnemonic, HDKey, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { didYouMean } from "../../core/format.ts";
import { WALLET_BRANCH } from "../../core/wallets/branches.ts";
import { UsageError } from "../errors.ts";

const LENGTHS = [12, 15, 18, 21, 24];
const numberOf = new Map(english.map((word, i) => [word, i]));

/** A new phrase of 12 or 24 words, from the system's randomness. */
export function newPhrase(words: 12 | 24): string {
  return generateMnemonic(english, words === 12 ? 128 : 256);
}

/** A phrase that has been checked. It derives accounts, and it shows itself to nobody: it prints as "(phrase)". */
export class Phrase {
  readonly #words: string;
  readonly #branches = new Map<number, HDKey>();

  /**
   * @param text the words, separated by any white space
   * @param source where it comes from, as an error names it
   * @throws UsageError that names what is wrong: the number of words, the first unknown word, or the checksum
   */
  constructor(text: string, source: string) {
    const words = text.trim().toLowerCase().split(/\s+/);
    const problem = problemOf(words);
    if (problem !== undefined) throw new UsageError(`${source} ${problem}`);
    this.#words = words.join(" ");
  }

  equals(other: Phrase): boolean {
    return this.#words === other.#words;
  }

  /** m/44'/60'/branch'/0/index */
  account(index: number, branch = WALLET_BRANCH): PrivateKeyAccount {
    return privateKeyToAccount(this.privateKey(index, branch));
  }

  /** The key of `account(index, branch)`: only for who asked to see it. */
  privateKey(index: number, branch = WALLET_BRANCH): `0x${string}` {
    const { privateKey } = this.#branch(branch).deriveChild(index);
    if (!privateKey) throw new Error("a derived key is missing");
    return bytesToHex(privateKey);
  }

  #branch(branch: number): HDKey {
    let key = this.#branches.get(branch);
    if (key === undefined) {
      // BIP-39's seed, by Node's own PBKDF2: a hundred times as fast as one in JavaScript.
      const seed = pbkdf2Sync(this.#words.normalize("NFKD"), "mnemonic", 2048, 64, "sha512");
      key = HDKey.fromMasterSeed(seed).derive(`m/44'/60'/${branch}'/0`);
      this.#branches.set(branch, key);
    }
    return key;
  }

  toString(): string {
    return "(phrase)";
  }

  toJSON(): string {
    return "(phrase)";
  }
}

/** What is wrong with a phrase, to complete "MNEMONIC ..."; undefined when nothing is. */
function problemOf(words: readonly string[]): string | undefined {
  const unknown = words.findIndex((word) => !numberOf.has(word));
  if (!LENGTHS.includes(words.length) || words[0] === "") {
    return `must be a phrase of 12, 15, 18, 21 or 24 words, this has ${words[0] === "" ? 0 : words.length}`;
  }
  if (unknown >= 0) {
    const word = words[unknown] ?? "";
    return `has a word that is not in the BIP-39 list: word ${unknown + 1}, "${word}"${didYouMean(word, english)}`;
  }
  if (!hasChecksum(words)) {
    return "has a wrong checksum: every word is in the BIP-39 list, but one of them is not the right one, or two are swapped";
  }
  return undefined;
}

/** Whether the phrase's last bits are the first ones of its entropy's SHA-256. */
function hasChecksum(words: readonly string[]): boolean {
  const bits = words.map((word) => (numberOf.get(word) ?? 0).toString(2).padStart(11, "0")).join("");
  const entropyBits = (bits.length / 33) * 32;
  const entropy = Uint8Array.from({ length: entropyBits / 8 }, (_, i) =>
    Number.parseInt(bits.slice(i * 8, i * 8 + 8), 2),
  );
  const digest = createHash("sha256").update(entropy).digest();
  const sum = [...digest].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits.slice(entropyBits) === sum.slice(0, bits.length - entropyBits);
}

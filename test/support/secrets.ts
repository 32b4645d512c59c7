// Finds wallets' phrases and private keys in text. Hashes look like keys, so a key is told by what is written around it.
import { createHash } from "node:crypto";
import { english } from "viem/accounts";

const indexOf = new Map(english.map((word, index) => [word, index]));

/** Whether words are a BIP-39 phrase: all of the list, and the last bits the checksum of the others. */
function isPhrase(words: readonly string[]): boolean {
  if (words.length % 3 !== 0 || words.some((word) => !indexOf.has(word))) return false;
  const bits = words.map((word) => (indexOf.get(word) ?? 0).toString(2).padStart(11, "0")).join("");
  const checksumBits = bits.length / 33;
  const entropy = Buffer.from(
    (bits.slice(0, -checksumBits).match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)),
  );
  const hash = createHash("sha256").update(entropy).digest()[0] ?? 0;
  return bits.slice(-checksumBits) === hash.toString(2).padStart(8, "0").slice(0, checksumBits);
}

/** Every BIP-39 phrase of 12 to 24 words in a text, longest first where they overlap. */
export function phrasesIn(text: string): string[] {
  const found: string[] = [];
  // Runs of words of the list; quotes, commas and line breaks may separate them.
  let run: string[] = [];
  const close = () => {
    for (let at = 0; at < run.length; ) {
      const length = [24, 21, 18, 15, 12].find((n) => at + n <= run.length && isPhrase(run.slice(at, at + n)));
      if (length !== undefined) found.push(run.slice(at, at + length).join(" "));
      at += length ?? 1;
    }
    run = [];
  };
  for (const [, word = "", gap = ""] of text.matchAll(/([a-z]+)([^a-z]*)/g)) {
    if (!indexOf.has(word)) {
      close();
      continue;
    }
    run.push(word);
    if (!/^[\s"'`,+\\]*$/.test(gap)) close();
  }
  close();
  return found;
}

const NEAR_A_KEY = /(private|secret|signing)[ _-]?key|\bkey\d*\b|\bpk\b|_KEY\b|mnemonic/i;
/** Fewer distinct digits than any real key has: a placeholder. */
const isPlaceholder = (hex: string) => new Set(hex.toLowerCase()).size <= 4;

/** Every 32-byte hex text (without 0x, lower case) that the lines around it call a key, and every PEM private key. */
export function keysIn(text: string): string[] {
  const lines = text.split("\n");
  const hex = lines.flatMap((line, i) => {
    const about = lines.slice(Math.max(0, i - 1), i + 1).join("\n");
    if (!NEAR_A_KEY.test(about)) return [];
    return [...line.matchAll(/(?<![0-9a-fA-F])(?:0x)?([0-9a-fA-F]{64})(?![0-9a-fA-F])/g)]
      .map(([, digits = ""]) => digits.toLowerCase())
      .filter((digits) => !isPlaceholder(digits));
  });
  const pem = [...text.matchAll(/-----BEGIN [A-Z ]*PRIVATE KEY-----\s*\\?n?[A-Za-z0-9+/=]{16}/g)].map(
    ([start]) => start,
  );
  return [...hex, ...pem];
}

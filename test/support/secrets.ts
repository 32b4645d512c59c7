// Finds wallets' phrases, private keys and what endpoints hold in text. Hashes look like keys, so a key is told by what is written around it.
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
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

/** Secrets for one endpoint, none of which may be seen anywhere. */
export interface Planted {
  readonly user: string;
  readonly password: string;
  /** Begins with "/". */
  readonly path: string;
  /** Of the parameter `key`. */
  readonly token: string;
}

/** A word of letters and digits that is in nothing else, and the same in any encoding but base64. */
const canary = (name: string, part: string) =>
  `c${createHash("sha256").update(`${name} ${part}`).digest("hex").slice(0, 14)}`;

const PARTS = ["user", "password", "path", "token"] as const;

/** The secrets of the endpoint that a setting names: canaries between characters that URLs have to encode. */
export function plantedIn(name: string): Planted {
  const [user = "", password = "", path = "", token = ""] = PARTS.map((part) => canary(name, part));
  return { user: `u s/${user}`, password: `p@:%${password}'`, path: `/k y/${path}@`, token: `${token}&=+é` };
}

/** Path and query of an endpoint with its secrets. */
export const pathOf = ({ path }: Planted) => path.split("/").map(encodeURIComponent).join("/");
export const queryOf = ({ token }: Planted) => `key=${encodeURIComponent(token)}`;

/** The address of `host` (host:port) with all of its secrets. */
export function addressWith(planted: Planted, host: string, scheme = "http"): string {
  const account = [planted.user, planted.password].map(encodeURIComponent).join(":");
  return `${scheme}://${account}@${host}${pathOf(planted)}?${queryOf(planted)}`;
}

/** What base64 makes of a word, wherever in a text it stands: without the digits that its neighbours share. */
const inBase64 = (word: string) =>
  [0, 1, 2].map((before) => {
    const start = Math.ceil((before * 8) / 6);
    const end = Math.floor(((before + word.length) * 8) / 6);
    return Buffer.from(" ".repeat(before) + word)
      .toString("base64")
      .slice(start, end);
  });

/** What else may be in a file: it is packed, or holds something packed in base64. */
function unpacked(content: Buffer): Buffer[] {
  const packed = [
    content,
    ...[...content.toString("latin1").matchAll(/H4sI[\w+/=]{20,}/g)].map(([text]) => Buffer.from(text, "base64")),
  ];
  return [content, ...packed.filter((part) => part[0] === 0x1f && part[1] === 0x8b).map((part) => gunzipSync(part))];
}

/** Which secrets of the endpoints with these names a text or file holds, in whatever form. */
export function leaksIn(content: string | Buffer, names: readonly string[]): string[] {
  const texts = unpacked(Buffer.from(content)).map((part) => part.toString("latin1"));
  return names.flatMap((name) =>
    PARTS.filter((part) => {
      const word = canary(name, part);
      return texts.some(
        (text) => text.toLowerCase().includes(word) || inBase64(word).some((form) => text.includes(form)),
      );
    }).map((part) => `${part} of ${name}`),
  );
}

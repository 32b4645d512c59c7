import * as v from "valibot";
import { parseDuration } from "../duration.ts";
import { parseEther } from "../ether.ts";
import { didYouMean } from "../format.ts";
import type { SettingType } from "./table.ts";

// Schemas are made when asked for and kept by nobody: in k6's engine they are heavy, and each VU needs each of them once.

const numeric = (accepts: string, test: (n: number) => boolean): SettingType<number> => ({
  accepts,
  get schema() {
    return v.pipe(
      v.string(),
      // Number("") and Number(" ") are 0 and "0x10" is 16: none of them is what a person means by a number.
      v.check(
        (text) => /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text.trim()) && test(Number(text)),
        `must be ${accepts}`,
      ),
      v.transform(Number),
    );
  },
});

export const positive = (unit: string) =>
  numeric(`a number greater than 0 (${unit})`, (n) => Number.isFinite(n) && n > 0);
export const integer = (unit: string, min = 1, max = Number.MAX_SAFE_INTEGER) =>
  numeric(
    max === Number.MAX_SAFE_INTEGER
      ? `a whole number of at least ${min} (${unit})`
      : `a whole number from ${min} to ${max} (${unit})`,
    (n) => Number.isSafeInteger(n) && n >= min && n <= max,
  );

/** Turns a parser that throws into a schema whose issue is the error's message. */
export function parsedBy<T>(accepts: string, parse: (text: string) => T): SettingType<T> {
  return {
    accepts,
    get schema() {
      return v.pipe(
        v.string(),
        v.rawTransform(({ dataset, addIssue, NEVER }) => {
          try {
            return parse(dataset.value.trim());
          } catch (error) {
            addIssue({ message: (error as Error).message });
            return NEVER;
          }
        }),
      );
    },
  };
}

/** Milliseconds, written with a unit. */
export const duration: SettingType<number> = parsedBy("a duration with its unit, such as 15s or 15m", parseDuration);

/** A pause: one duration, or two of them as a range. */
export const pause: SettingType<readonly [number, number]> = parsedBy(
  "a duration or a range of two, such as 8s or 2s-3s",
  (text) => {
    const [from, to, rest] = text.split("-");
    if (from === undefined || rest !== undefined)
      throw new Error("must be a duration or a range of two, such as 8s or 2s-3s");
    const low = parseDuration(from);
    const high = to === undefined ? low : parseDuration(to);
    if (high < low) throw new Error("must be a range whose second duration is not the shorter one, such as 2s-3s");
    return [low, high] as const;
  },
);

/** Wei, written in ether. */
export const ether: SettingType<bigint> = parsedBy("an amount in ether, such as 0.05", parseEther);

export function choice<const T extends string>(...known: readonly T[]): SettingType<T> {
  const accepts = `one of ${known.join(", ")}`;
  return parsedBy(accepts, (text) => {
    if (!(known as readonly string[]).includes(text)) throw new Error(`must be ${accepts}${didYouMean(text, known)}`);
    return text as T;
  });
}

/** The name of a profile; the list of known ones belongs to the message. */
export function oneOfNames(what: string, known: readonly string[]): SettingType<string> {
  return parsedBy(`a ${what}`, (text) => {
    if (!known.includes(text))
      throw new Error(`is not a ${what}${didYouMean(text, known) || ";"} known: ${known.join(", ")}`);
    return text;
  });
}

export const flag: SettingType<boolean> = parsedBy("true or false", (text) => {
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off)$/i.test(text)) return false;
  throw new Error("must be true or false");
});

/** An endpoint that is a part of the target. */
export const targetEndpoint = <T>(type: SettingType<T>): SettingType<T> => ({
  accepts: type.accepts,
  endpoint: true,
  partOfTarget: true,
  get schema() {
    return type.schema;
  },
});

/** What Go reads as well, which would print in its error what it cannot. */
const HTTP_URL =
  /^https?:\/\/(?:[\w.~!$&'()*+,;=:@%-]*@)?(?:\[[\da-f:.]+(?:%25[\w.-]+)?\]|[^\s:@[\]%"<>^`{|}\\/?#]+)(?::\d{1,5})?(?:[/?#][!-~\u0080-\uffff]*)?$/i;

export const url: SettingType<string> = targetEndpoint(
  parsedBy("an http or https address, such as http://127.0.0.1:14800", (text) => {
    // k6 has no URL class, so this is a pattern, and it is the same on both sides.
    if (!HTTP_URL.test(text) || /%(?![\da-f]{2})/i.test(text.replace(/\?.*/, "")))
      throw new Error("must be an http or https address, such as http://127.0.0.1:14800");
    return text.includes("?") ? text : text.replace(/\/+$/, "");
  }),
);

/** Whether a text is host:port, as gRPC dials it; an IPv6 host stands in brackets. */
export function isHostPort(text: string): boolean {
  const port = Number(/^(?:[^\s:/@?#%\\]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(text)?.[1]);
  return port >= 1 && port <= 65_535;
}

export const address: SettingType<`0x${string}`> = parsedBy("an address: 0x and 40 hex digits", (text) => {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) throw new Error("must be an address: 0x and 40 hex digits");
  return text as `0x${string}`;
});

export const privateKey: SettingType<`0x${string}`> = parsedBy("a private key: 0x and 64 hex digits", (text) => {
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) throw new Error("must be a private key: 0x and 64 hex digits");
  return text as `0x${string}`;
});

/** A BIP-39 phrase by its shape; word list and checksum are verified where the key is derived. */
export const mnemonic: SettingType<string> = parsedBy("a BIP-39 phrase of 12, 15, 18, 21 or 24 words", (text) => {
  const words = text.split(/\s+/);
  if (![12, 15, 18, 21, 24].includes(words.length)) {
    throw new Error(`must be a BIP-39 phrase of 12, 15, 18, 21 or 24 words, this has ${words.length}`);
  }
  return words.join(" ");
});

export const text = (accepts: string): SettingType<string> => parsedBy(accepts, (value) => value);

/** Chain ids, separated by commas. */
export const chainIds: SettingType<readonly number[]> = parsedBy(
  "chain ids separated by commas, such as 14800",
  (value) => {
    return value.split(",").map((part) => {
      if (!/^\d+$/.test(part.trim())) throw new Error("must be chain ids separated by commas, such as 14800");
      return Number(part);
    });
  },
);

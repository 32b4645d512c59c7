// What an answer of the service means. Every answer is one of four things, and one that is none of the first three fails the run: a check that takes an
// unknown answer for a success, or for a harmless refusal, reports all green.

import { type ErrorKind, kindOfStatus } from "../../../src/core/errors.ts";

/** What an answer says of a wallet. */
export interface Shown {
  readonly id: string;
  readonly balance: number;
  /** Undefined where the service tells none. */
  readonly version: number | undefined;
}

/** Why a service said no. */
export type Reason =
  | "funds" // there is not enough money
  | "conflict" // the key is under way, or belongs to another body, or the wallet exists
  | "missing" // there is no such wallet
  | "invalid"; // the request makes no sense to it

export type Answer =
  | { readonly kind: "ok"; readonly wallets: readonly Shown[] }
  | { readonly kind: "refused"; readonly reason: Reason; readonly balance: number | undefined; readonly says: string }
  /** It may have been carried out or not: no answer, a time-out, an error of the server. */
  | { readonly kind: "ambiguous"; readonly cause: ErrorKind; readonly says: string }
  | { readonly kind: "unexpected"; readonly says: string };

/** An amount as services write it, a number or a decimal text; undefined for anything else. */
export function parseAmount(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** A wallet as an answer shows it; undefined when it is none. */
export function shownWallet(value: unknown): Shown | undefined {
  const wallet = value as { id?: unknown; balance?: unknown; version?: unknown } | null | undefined;
  const balance = parseAmount(wallet?.balance);
  if (typeof wallet?.id !== "string" || balance === undefined) return undefined;
  return { id: wallet.id, balance, version: typeof wallet.version === "number" ? wallet.version : undefined };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const excerpt = (status: number, body: string) => `HTTP ${status} ${body.replace(/\s+/g, " ").slice(0, 160)}`.trim();

/** What the text of a refusal states as the balance. */
function statedBalance(text: string): number | undefined {
  return parseAmount(/\bbalance:? (-?\d+(?:\.\d+)?)/i.exec(text)?.[1]);
}

function refusal(status: number, body: string, says: string): Answer {
  const no = (reason: Reason): Answer => ({ kind: "refused", reason, balance: statedBalance(body), says });
  switch (status) {
    case 400:
    case 422:
      return no(/insufficient funds/i.test(body) ? "funds" : "invalid");
    case 404:
      return no("missing");
    case 409:
      return no("conflict");
    default:
      return { kind: "unexpected", says };
  }
}

/**
 * Classifies the answer to a write.
 * @param status HTTP status, 0 for no answer
 * @param body its text; a created or changed wallet, or `{fromWallet, toWallet}` after a transfer
 * @param clear takes out of it what must not be said
 */
export function classify(status: number, body: string, clear = (text: string) => text): Answer {
  const said = () => excerpt(status, clear(body));
  if (status === 0 || status === 408 || status === 429 || status >= 500)
    return { kind: "ambiguous", cause: kindOfStatus(status) ?? "transport", says: said() };
  if (status !== 200 && status !== 201) return refusal(status, body, said());
  const data = parsed(body) as { fromWallet?: unknown; toWallet?: unknown } | null | undefined;
  const wallets =
    data?.fromWallet === undefined ? [shownWallet(data)] : [data.fromWallet, data.toWallet].map(shownWallet);
  const known = wallets.filter((wallet) => wallet !== undefined);
  return known.length === wallets.length ? { kind: "ok", wallets: known } : { kind: "unexpected", says: said() };
}

/** Whether two answers say that the same thing happened once: the same wallets with the same balances and versions. */
export function sameEffect(one: Answer, other: Answer): boolean {
  if (one.kind !== "ok" || other.kind !== "ok") return false;
  return (
    one.wallets.length === other.wallets.length &&
    one.wallets.every(({ id, balance, version }, k) => {
      const same = other.wallets[k];
      return same?.id === id && same.balance === balance && same.version === version;
    })
  );
}

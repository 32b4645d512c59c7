// A wallet and ledger service over HTTP, as wallex speaks it.

import { asJourneyError, JourneyError, mayPass } from "../../../src/core/errors.ts";
import { below, jsonBody, send } from "../../../src/k6/http.ts";
import { redact } from "../../../src/k6/redact.ts";
import type { Caller } from "../../../src/k6/user.ts";
import { type Answer, classify, parseAmount, type Shown, shownWallet } from "../model/answers.ts";
import { entriesOf, type LedgerEntry } from "../model/entries.ts";

/** Every status by which a service can say no; 408 and 429 only ask to come again. */
const REFUSALS = Array.from({ length: 100 }, (_, k) => 400 + k).filter((status) => status !== 408 && status !== 429);

/** Rows asked for at once. A service may give fewer. */
const PAGE = 200;

/** A client of the service. Writes never throw: their answers are classified. Reads throw a JourneyError. */
export function ledgerOf(url: string) {
  const at = (id: string) => encodeURIComponent(id);

  async function write(caller: Caller, name: string, path: string, key: string, body: unknown): Promise<Answer> {
    const request = jsonBody(body);
    const headers = { ...request.headers, "Idempotency-Key": key, "X-Correlation-Id": key };
    try {
      const answer = await send(caller, {
        method: "POST",
        url: below(url, path),
        name,
        body: request.body,
        headers,
        accept: REFUSALS,
      });
      return classify(answer.status, answer.body, redact);
    } catch (thrown) {
      const { kind, message } = asJourneyError(thrown);
      return mayPass(kind) ? { kind: "ambiguous", cause: kind, says: message } : { kind: "unexpected", says: message };
    }
  }

  async function page(caller: Caller, id: string, limit: number, offset: number): Promise<LedgerEntry[]> {
    const request = {
      method: "GET",
      url: below(url, `/ledger/wallet/${at(id)}?limit=${limit}&offset=${offset}`),
      name: "ledger entries",
    } as const;
    const entries = entriesOf((await send(caller, request)).json());
    if (entries === undefined) throw new JourneyError("protocol", "ledger entries: the answer holds no transactions");
    return entries;
  }

  return {
    create: (caller: Caller, id: string, initialBalance: number, key: string) =>
      write(caller, "create", "/wallets", key, { walletId: id, ownerId: id, initialBalance }),
    credit: (caller: Caller, id: string, amount: number, key: string) =>
      write(caller, "credit", `/wallets/${at(id)}/credit`, key, { amount, description: key }),
    debit: (caller: Caller, id: string, amount: number, key: string) =>
      write(caller, "debit", `/wallets/${at(id)}/debit`, key, { amount, description: key }),
    transfer: (caller: Caller, id: string, toWalletId: string, amount: number, key: string) =>
      write(caller, "transfer", `/wallets/${at(id)}/transfer`, key, { toWalletId, amount, description: key }),

    /** The read model's balance; undefined when it does not know the wallet. */
    async balance(caller: Caller, id: string): Promise<number | undefined> {
      const answer = await send(caller, {
        method: "GET",
        url: below(url, `/wallets/${at(id)}`),
        name: "wallet",
        accept: [404],
      });
      // A balance that is no number equals none, and so is found wrong.
      return answer.status === 404 ? undefined : (shownWallet(answer.json())?.balance ?? Number.NaN);
    },

    /** How many entries the wallet's ledger has, all pages together. */
    async entryCount(caller: Caller, id: string): Promise<number> {
      const request = {
        method: "GET",
        url: below(url, `/ledger/wallet/${at(id)}/summary`),
        name: "ledger summary",
      } as const;
      const count = parseAmount(
        (await send(caller, request)).json<{ transactionCount?: unknown } | null>()?.transactionCount,
      );
      if (count === undefined)
        throw new JourneyError("protocol", "ledger summary: the answer holds no transactionCount");
      return count;
    },

    /** A wallet's whole ledger, oldest entry first; the service's own order is newest first. */
    async entries(caller: Caller, id: string, count: number): Promise<LedgerEntry[]> {
      const entries: LedgerEntry[] = [];
      // It may cap a page below what was asked for, so that only an empty one, or the count, tells the end.
      for (;;) {
        const rows = await page(caller, id, PAGE, entries.length);
        entries.push(...rows);
        if (rows.length === 0 || entries.length >= count) return entries.reverse();
      }
    },

    /** One page of the list of all wallets, a bare array or {wallets}. */
    async wallets(caller: Caller, limit: number, offset: number): Promise<Shown[]> {
      const request = {
        method: "GET",
        url: below(url, `/wallets?limit=${limit}&offset=${offset}`),
        name: "wallets",
      } as const;
      const body = (await send(caller, request)).json<{ wallets?: unknown } | null>();
      const rows = Array.isArray(body) ? body : body?.wallets;
      if (!Array.isArray(rows)) throw new JourneyError("protocol", "wallets: the answer is no list of wallets");
      return rows.map(shownWallet).filter((wallet) => wallet !== undefined);
    },

    /** Asks for the ledger of a wallet that does not exist. @throws JourneyError when what answers is no ledger */
    async probe(caller: Caller): Promise<void> {
      await page(caller, "onrush-probe", 1, 0);
    },
  };
}

export type LedgerClient = ReturnType<typeof ledgerOf>;

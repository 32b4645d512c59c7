// What clients may ask for, and what they are told when it makes no sense.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { amountText, LARGEST_AMOUNT } from "./money.ts";

/** A request that is wrong whatever the ledger holds; answered with 400 and the message. */
export class RequestError extends Error {
  override readonly name = "RequestError";
}

const LONGEST_ID = 255;
const LONGEST_DESCRIPTION = 1_000;

const id = (name: string) =>
  v.pipe(
    v.string(`${name} must be a string`),
    v.nonEmpty(`${name} must not be empty`),
    v.maxLength(LONGEST_ID, `${name} must have at most ${LONGEST_ID} characters`),
  );

const amount = (name: string) =>
  v.pipe(
    v.number(`${name} must be a number`),
    v.maxValue(LARGEST_AMOUNT, `${name} must be at most ${LARGEST_AMOUNT}`),
    v.check((value) => amountText(Math.abs(value)) !== undefined, `${name} must have at most 2 decimal places`),
  );

const positive = v.pipe(amount("amount"), v.gtValue(0, "amount must be greater than 0"));
const description = v.optional(
  v.pipe(v.string("description must be a string"), v.maxLength(LONGEST_DESCRIPTION, "description is too long")),
);

/** A body of JSON; of a member that lacks it says so by name. */
const body = <T extends v.ObjectEntries>(entries: T) =>
  v.object(entries, (issue) =>
    issue.received === "undefined" && issue.path
      ? `${issue.path.map(({ key }) => key).join(".")} is required`
      : "the body must be a JSON object",
  );

export const bodies = {
  create: body({
    walletId: id("walletId"),
    ownerId: id("ownerId"),
    initialBalance: v.optional(
      v.pipe(amount("initialBalance"), v.minValue(0, "initialBalance must not be negative")),
      0,
    ),
  }),
  move: body({ amount: positive, description }),
  transfer: body({ toWalletId: id("toWalletId"), amount: positive, description }),
};

const count = (name: string, low: number, high: number, standard: number) =>
  v.optional(
    v.pipe(
      v.string(),
      v.digits(`${name} must be a number`),
      v.transform(Number),
      v.minValue(low, `${name} must be at least ${low}`),
      v.maxValue(high, `${name} must be at most ${high}`),
    ),
    String(standard),
  );
const instant = (name: string) =>
  v.optional(
    v.pipe(
      v.string(),
      v.check((text) => !Number.isNaN(Date.parse(text)), `${name} must be a date`),
    ),
  );
const paged = (standard: number) => ({
  limit: count("limit", 1, 1_000, standard),
  offset: count("offset", 0, Number.MAX_SAFE_INTEGER, 0),
});

export const queries = {
  wallets: v.object(paged(1_000)),
  latest: v.object(paged(50)),
  entries: v.object({
    ...paged(50),
    transactionType: v.optional(
      v.picklist(
        ["CREDIT", "DEBIT", "TRANSFER_OUT", "TRANSFER_IN"],
        "transactionType must be CREDIT, DEBIT, TRANSFER_OUT or TRANSFER_IN",
      ),
    ),
    startDate: instant("startDate"),
    endDate: instant("endDate"),
  }),
};

/** Checks input against its schema. @throws RequestError that names all that is wrong */
export function checked<T extends v.GenericSchema>(schema: T, input: unknown): v.InferOutput<T> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  throw new RequestError(result.issues.map(({ message }) => message).join("; "));
}

/** Reads a body. @throws RequestError */
export function parsed<T extends v.GenericSchema>(schema: T, text: unknown): v.InferOutput<T> {
  let input: unknown;
  try {
    input = JSON.parse(String(text));
  } catch {
    throw new RequestError("the body must be JSON");
  }
  return checked(schema, input);
}

/** The value of a header that may be given once. */
export const headerOf = (value: string | string[] | undefined): string | undefined =>
  (Array.isArray(value) ? value[0] : value) || undefined;

/** The idempotency key of a request; null for none. @throws RequestError for one that is too long */
export function keyOf(value: string | string[] | undefined): string | null {
  const key = headerOf(value);
  if (key !== undefined && key.length > LONGEST_ID)
    throw new RequestError(`Idempotency-Key must have at most ${LONGEST_ID} characters`);
  return key ?? null;
}

/** What two requests with one key must have in common: whatever decides what they do. */
export const hashOf = (...parts: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex");

// Money as whole cents. A number of JavaScript holds it only between JSON and text, where it is exact; it is never calculated with.

/** The largest amount that is taken: well below where a JSON number could not hold its cents. */
export const LARGEST_AMOUNT = 1e12;

/** Text of an amount as PostgreSQL and we write it, such as "10.5" or "-3.00"; undefined when it is of more than two decimal places. */
export function amountText(amount: number): string | undefined {
  const text = String(amount);
  return /^-?\d+(\.\d{1,2})?$/.test(text) ? text : undefined;
}

/** Cents of an amount written with at most two decimal places that are not 0. @throws RangeError for anything else */
export function cents(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,2})0*)?$/.exec(text);
  if (!match) throw new RangeError(`${text} is not an amount of whole cents`);
  const [, sign = "", whole = "", part = ""] = match;
  const value = BigInt(whole) * 100n + BigInt(part.padEnd(2, "0"));
  return sign === "-" ? -value : value;
}

/** Cents as an amount: 1050n -> "10.50". */
export function money(value: bigint): string {
  const digits = String(value < 0n ? -value : value).padStart(3, "0");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

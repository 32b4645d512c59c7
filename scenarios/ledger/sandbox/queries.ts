// The queries of queries.sql by their names.
import text from "./queries.sql" with { type: "text" };

/** A query that each connection prepares once. */
export interface Query {
  readonly name: string;
  readonly text: string;
}

const queries = new Map(
  [...text.matchAll(/^-- name: (\w+)\n(.*?;)$/gms)].map(([, name = "", sql = ""]): [string, Query] => [
    name,
    { name, text: sql },
  ]),
);

/** @throws Error when queries.sql has none of that name */
export function query(name: string): Query {
  const found = queries.get(name);
  if (found === undefined) throw new Error(`queries.sql has no query ${name}`);
  return found;
}

// What the database says of the ledger, for its counters and its health.
import type { Database } from "./database.ts";
import { query } from "./queries.ts";

export interface ConsumerState {
  readonly name: string;
  /** Events that it has done with. */
  readonly processed: number;
  /** Events that it has not. */
  readonly backlog: number;
}

/** How far each consumer of the outbox is. */
export const consumerStates = (database: Database): Promise<ConsumerState[]> =>
  database.rows<ConsumerState>(query("consumer_states"));

/** Rows of the tables, and each consumer's `processed` and `backlog`. */
export async function ledgerFacts(database: Database): Promise<Record<string, number>> {
  const [[rows = {}], consumers] = await Promise.all([
    database.rows<Record<string, number>>(query("totals")),
    consumerStates(database),
  ]);
  const byConsumer = consumers.flatMap(({ name, processed, backlog }) => [
    [`processed.${name}`, processed] as const,
    [`backlog.${name}`, backlog] as const,
  ]);
  return { ...rows, ...Object.fromEntries(byConsumer) };
}

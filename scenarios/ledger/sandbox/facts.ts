// What the database says of the ledger, for its counters and its health.
import type { Database, Query } from "./database.ts";

export interface ConsumerState {
  readonly name: string;
  /** Events that it has done with. */
  readonly processed: number;
  /** Events that it has not. */
  readonly backlog: number;
}

const states: Query = {
  name: "consumer_states",
  text: `SELECT c.projector_name AS name, c.processed::float8 AS processed, (
      SELECT count(*) FROM outbox o WHERE o.transaction_id >= c.low_transaction AND NOT EXISTS (
        SELECT FROM outbox_consumer_processing p WHERE p.outbox_event_id = o.id AND p.consumer_name = c.projector_name)
    )::float8 AS backlog
    FROM projector_checkpoints c ORDER BY c.projector_name`,
};

const totals: Query = {
  name: "totals",
  text: `SELECT (SELECT count(*) FROM wallets)::float8 AS wallets, (SELECT count(*) FROM outbox)::float8 AS events,
    (SELECT count(*) FROM ledger_entries)::float8 AS entries, (SELECT count(*) FROM idempotency_keys)::float8 AS keys`,
};

/** How far each consumer of the outbox is. */
export const consumerStates = (database: Database): Promise<ConsumerState[]> => database.rows<ConsumerState>(states);

/** Rows of the tables, and each consumer's `processed` and `backlog`. */
export async function ledgerFacts(database: Database): Promise<Record<string, number>> {
  const [[rows = {}], consumers] = await Promise.all([
    database.rows<Record<string, number>>(totals),
    consumerStates(database),
  ]);
  const byConsumer = consumers.flatMap(({ name, processed, backlog }) => [
    [`processed.${name}`, processed] as const,
    [`backlog.${name}`, backlog] as const,
  ]);
  return { ...rows, ...Object.fromEntries(byConsumer) };
}

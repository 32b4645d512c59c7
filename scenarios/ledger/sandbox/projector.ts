// A consumer of the outbox: takes events in batches, each in one transaction with what it makes of them, so that a process that is killed has done all of a
// batch or nothing of it.
import { setTimeout as sleep } from "node:timers/promises";
import type { PoolClient } from "pg";
import { type Database, isUnavailable } from "./database.ts";
import type { EventRow } from "./events.ts";
import type { Marks } from "./flags.ts";
import type { Consumer } from "./tables.ts";

/** What a consumer makes of events. */
export interface Projection {
  readonly consumer: Consumer;
  /** SQL for the balance that it holds of the wallet o.aggregate_id so far. */
  readonly balanceOf: string;
  /** Stores what it makes of events, which are in the order that their wallets changed in. */
  store(client: PoolClient, events: readonly EventRow[], marks: Marks): Promise<void>;
}

/** Events of a transaction. */
const BATCH = 500;
/** Milliseconds between two batches: so long events gather, which makes many cheap ones of them. */
const PAUSE = 20;
/** Milliseconds after which it looks for events that another process has written. */
const POLL = 100;
/** Milliseconds after an error. */
const BACK_OFF = 500;
/** Milliseconds for which the fault `disorder` lets events gather. */
const GATHERING = 1_000;

const lockedCheckpoint = `
  SELECT low_transaction::text AS low, pg_snapshot_xmin(pg_current_snapshot())::text AS oldest
  FROM projector_checkpoints WHERE projector_name = $1 FOR UPDATE SKIP LOCKED`;

// Ids are given before they are committed, so one that is smaller than any seen may still come: what has been done is remembered by event, not by the highest
// id. Of one wallet ids are in order, since a writer takes its id only after the one before it has committed.
const nextEvents = ({ balanceOf }: Projection) => `
  SELECT o.id, o.aggregate_id AS wallet, o.event_type AS type, o.event_version AS version, o.payload, o.metadata,
    o.payload->>'amount' AS amount, o.payload->>'initialBalance' AS "initialBalance", o.created_at AS at, ${balanceOf} AS balance
  FROM outbox o
  WHERE o.transaction_id >= $1::xid8 AND o.created_at <= clock_timestamp() - $2 * interval '1 millisecond'
    AND NOT EXISTS (SELECT FROM outbox_consumer_processing p WHERE p.outbox_event_id = o.id AND p.consumer_name = $3)
  ORDER BY o.id LIMIT ${BATCH}`;

const markDone = `
  INSERT INTO outbox_consumer_processing (outbox_event_id, consumer_name) SELECT unnest($1::bigint[]), $2`;

// Where the next search begins: at the oldest event that is left, or the oldest transaction that could still bring one.
const advance = `
  UPDATE projector_checkpoints SET processed = processed + $3, low_transaction = least($2::xid8, (
    SELECT o.transaction_id FROM outbox o WHERE o.transaction_id >= low_transaction
      AND NOT EXISTS (SELECT FROM outbox_consumer_processing p WHERE p.outbox_event_id = o.id AND p.consumer_name = $1)
    ORDER BY o.transaction_id LIMIT 1))
  WHERE projector_name = $1`;

/**
 * Projects the next batch.
 * @returns how many events it held; undefined when another process is at work for this consumer
 */
async function projectBatch(client: PoolClient, projection: Projection, marks: Marks): Promise<number | undefined> {
  const { consumer } = projection;
  const query = async <Row>(name: string, text: string, values: unknown[]): Promise<Row[]> =>
    (await client.query({ name: `${name} of ${consumer}`, text, values })).rows as Row[];
  await client.query("BEGIN");
  const [checkpoint] = await query<{ low: string; oldest: string }>("checkpoint", lockedCheckpoint, [consumer]);
  const late = marks.on("lag")?.ms ?? 0;
  const events =
    checkpoint && (await query<EventRow>("next events", nextEvents(projection), [checkpoint.low, late, consumer]));
  if (events === undefined || events.length === 0) {
    await client.query("ROLLBACK");
    return events?.length;
  }
  if (late > 0) marks.fault("lag");
  const kept = events.filter(() => !marks.fault("projection-skip"));
  if (kept.length > 0) await projection.store(client, kept, marks);
  await query("mark done", markDone, [events.map(({ id }) => id), consumer]);
  await query("advance", advance, [consumer, checkpoint?.oldest, events.length]);
  await client.query("COMMIT");
  return events.length;
}

export interface Projector {
  /** Says that there may be new events. */
  wake(): void;
  /** Resolves when it has ended. */
  close(): Promise<void>;
}

/** Runs a consumer until it is closed. A database that does not answer is waited for. */
export function startProjector(database: Database, projection: Projection, marks: Marks): Projector {
  const ending = new AbortController();
  let waiting: AbortController | undefined;
  let woken = false;
  const pause = (ms: number) => sleep(ms, undefined, { signal: ending.signal }).catch(() => {});

  /** Until there may be something to do. */
  async function idle(): Promise<void> {
    if (woken) return;
    waiting = new AbortController();
    await sleep(POLL, undefined, { signal: AbortSignal.any([ending.signal, waiting.signal]) }).catch(() => {});
    waiting = undefined;
  }

  async function run(): Promise<void> {
    while (!ending.signal.aborted) {
      woken = false;
      try {
        const done = await database.connected((client) => projectBatch(client, projection, marks));
        if (!done) await idle();
        await pause(marks.on("disorder") ? GATHERING : PAUSE);
      } catch (error) {
        if (!isUnavailable(error)) marks.error(projection.consumer, error);
        await pause(BACK_OFF);
      }
    }
  }

  const running = run();
  return {
    wake() {
      woken = true;
      waiting?.abort();
    },
    async close() {
      ending.abort();
      await running;
    },
  };
}

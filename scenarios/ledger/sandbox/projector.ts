// A consumer of the outbox: takes events in batches, each in one transaction with what it makes of them, so that a process that is killed has done all of a
// batch or nothing of it.
import { setTimeout as sleep } from "node:timers/promises";
import type { PoolClient } from "pg";
import { type Database, isUnavailable } from "./database.ts";
import type { EventRow } from "./events.ts";
import type { Marks } from "./flags.ts";
import { query } from "./queries.ts";

/** What a consumer of the outbox makes of events; each has its own checkpoint. */
export interface Projection {
  readonly consumer: "read-model-projector" | "ledger-projector";
  /** Stores what it makes of events, which are in the order that their wallets changed in. */
  store(client: PoolClient, events: readonly EventRow[], marks: Marks): Promise<void>;
}

/** Milliseconds between two batches: so long events gather, which makes many cheap ones of them. */
const PAUSE = 20;
/** Milliseconds after which it looks for events that another process has written. */
const POLL = 100;
/** Milliseconds after an error. */
const BACK_OFF = 500;
/** Milliseconds for which the fault `disorder` lets events gather. */
const GATHERING = 1_000;

/**
 * Projects the next batch.
 * @returns how many events it held; undefined when another process is at work for this consumer
 */
async function projectBatch(client: PoolClient, projection: Projection, marks: Marks): Promise<number | undefined> {
  const { consumer } = projection;
  const rows = async <Row>(name: string, ...values: unknown[]): Promise<Row[]> =>
    (await client.query({ ...query(name), values: [consumer, ...values] })).rows as Row[];
  await client.query("BEGIN");
  const [checkpoint] = await rows<{ low: string; oldest: string }>("locked_checkpoint");
  const late = marks.on("lag")?.ms ?? 0;
  const events = checkpoint && (await rows<EventRow>("next_events", checkpoint.low, late));
  if (events === undefined || events.length === 0) {
    await client.query("ROLLBACK");
    return events?.length;
  }
  if (late > 0) marks.fault("lag");
  const kept = events.filter(() => !marks.fault("projection-skip"));
  if (kept.length > 0) await projection.store(client, kept, marks);
  const ids = events.map(({ id }) => id);
  await rows("mark_done", ids);
  await rows("advance", checkpoint?.oldest, events.length);
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

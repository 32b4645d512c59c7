// Syncs: who is told what happens in which streams, and what becomes of a reader that does not keep up.
import { randomUUID } from "node:crypto";
import type { ServerWritableStream } from "@grpc/grpc-js";
import type { Faults } from "../../../src/sandbox/faults.ts";
import { RiverError, statusOf } from "./errors.ts";
import { type Envelope, encode, encodedField, type SyncCookie, syncOps } from "./messages.ts";
import type { Stream } from "./stream.ts";

/** Updates that may wait for a reader's connection unless told otherwise; one more ends the sync, as upstream does. */
export const SYNC_BUFFER = 4_096;

/** SyncStreamsResponse.stream */
const STREAM = 3;

interface Sync {
  readonly id: string;
  readonly streams: Set<Stream>;
  send(bytes: Buffer): void;
  /** Takes what it has waiting off the count. */
  forget(): void;
  /** Ends it with an error. */
  fail(error: RiverError): void;
  end(): void;
}

export interface Syncs {
  /** Opens a sync that lasts until it is cancelled or its reader is gone. */
  open(call: ServerWritableStream<unknown, Buffer>): string;
  /** Adds a stream and sends what it had since the cookie. @throws RiverError NOT_FOUND, BAD_SYNC_COOKIE */
  add(id: string, stream: Stream, cookie: SyncCookie): void;
  /** @throws RiverError NOT_FOUND */
  assertOpen(id: string): void;
  /** @throws RiverError NOT_FOUND */
  remove(id: string, stream: Stream): void;
  /** @throws RiverError NOT_FOUND */
  ping(id: string, nonce: string): void;
  /** @throws RiverError NOT_FOUND */
  cancel(id: string): void;
  /** Tells everybody who syncs the stream. @param message whether the event is a message, of which a fault may lose some */
  tell(stream: Stream, envelope: Envelope, message: boolean): void;
  counters(): Record<string, number>;
  close(): void;
}

export interface SyncsOptions {
  readonly faults: Faults;
  /** Updates that may wait for a reader. */
  readonly buffer: number;
  /** Counts what is sent, lost and ended. */
  readonly count: (name: string) => void;
}

export function createSyncs({ faults, buffer, count }: SyncsOptions): Syncs {
  const syncs = new Map<string, Sync>();
  const readers = new Map<Stream, Set<Sync>>();
  let waiting = 0;
  let peak = 0;

  const named = (id: string): Sync => {
    const sync = syncs.get(id);
    if (!sync) throw new RiverError("NOT_FOUND", "there is no such sync", { syncId: id });
    return sync;
  };
  const forget = (sync: Sync) => {
    syncs.delete(sync.id);
    sync.forget();
    for (const stream of sync.streams) readers.get(stream)?.delete(sync);
    sync.streams.clear();
  };
  const update = (stream: Buffer) =>
    Buffer.concat([encode("SyncStreamsResponse", { sync_op: syncOps.SYNC_UPDATE }), encodedField(STREAM, stream)]);

  return {
    open(call) {
      const id = randomUUID();
      const prefix = encode("SyncStreamsResponse", { sync_id: id });
      let unsent = 0;
      const sync: Sync = {
        id,
        streams: new Set(),
        send(bytes) {
          if (unsent >= buffer) {
            count("sync.overflowed");
            sync.fail(new RiverError("BUFFER_FULL", "the sync's reader does not keep up"));
            return;
          }
          unsent++;
          waiting++;
          peak = Math.max(peak, unsent);
          // Called once the message is handed to the connection, which happens only as fast as the client reads.
          call.write(Buffer.concat([prefix, bytes]), () => {
            if (!syncs.has(id)) return; // what it had waiting was taken off when it ended
            unsent--;
            waiting--;
          });
        },
        forget() {
          waiting -= unsent;
          unsent = 0;
        },
        fail(error) {
          forget(sync);
          call.emit("error", statusOf(error));
        },
        end: () => call.end(),
      };
      syncs.set(id, sync);
      call.once("cancelled", () => forget(sync));
      call.on("error", () => forget(sync));
      count("sync.opened");
      sync.send(encode("SyncStreamsResponse", { sync_op: syncOps.SYNC_NEW }));
      return id;
    },
    add(id, stream, cookie) {
      const sync = named(id);
      // An update even when nothing is new: so the reader knows that it is up to date.
      sync.send(update(stream.since(cookie, "events")));
      sync.streams.add(stream);
      const others = readers.get(stream);
      if (others) others.add(sync);
      else readers.set(stream, new Set([sync]));
    },
    assertOpen: (id) => void named(id),
    remove(id, stream) {
      const sync = named(id);
      sync.streams.delete(stream);
      readers.get(stream)?.delete(sync);
    },
    ping(id, nonce) {
      named(id).send(encode("SyncStreamsResponse", { sync_op: syncOps.SYNC_PONG, pong_nonce: nonce }));
    },
    cancel(id) {
      const sync = named(id);
      sync.send(encode("SyncStreamsResponse", { sync_op: syncOps.SYNC_CLOSE }));
      forget(sync);
      sync.end();
    },
    tell(stream, envelope, message) {
      const to = readers.get(stream);
      if (!to || to.size === 0) return;
      const bytes = update(stream.update([envelope]));
      for (const sync of to) {
        if (faults.take("break-sync")) {
          count("faults.break-sync");
          sync.fail(new RiverError("UNAVAILABLE", "the sync was broken off"));
          continue;
        }
        if (message && faults.take("drop-sync", { path: `/${stream.id.slice(2)}`, method: "" })) {
          count("faults.drop-sync");
          continue;
        }
        sync.send(bytes);
        count(message ? "sync.sent.messages" : "sync.sent.others");
      }
    },
    counters: () => ({ "sync.open": syncs.size, "sync.waiting": waiting, "sync.waiting.peak": peak }),
    close() {
      for (const sync of syncs.values()) sync.end();
    },
  };
}

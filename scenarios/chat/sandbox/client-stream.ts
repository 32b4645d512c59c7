// One client's stream of pushes, with the small buffer that makes a slow client lose messages instead of slowing the gate.
import type { ServerWritableStream } from "@grpc/grpc-js";

/** Pushes that may wait for a client that reads too slowly; what comes on top is dropped. */
export const BUFFER = 10;
/**
 * Bytes that may be on their way to a client before the next push has to wait: as much as gRPC's own Go servers, of which the real gate is one, take
 * from a sender. Without it, a moment in which this process was busy would look like a slow client.
 */
export const IN_FLIGHT = 64 * 1024;

export interface ClientStream {
  /** @returns false when the buffer is full and the message was dropped */
  write(bytes: Buffer): boolean;
}

export function clientStream(call: ServerWritableStream<unknown, Buffer>): ClientStream {
  const waiting: Buffer[] = [];
  let inFlight = 0;
  const send = (bytes: Buffer) => {
    inFlight += bytes.length;
    // Called once the message has left for the connection, which happens only as fast as the client reads.
    call.write(bytes, () => {
      inFlight -= bytes.length;
      for (let next = waiting[0]; next !== undefined && inFlight < IN_FLIGHT; next = waiting[0]) {
        waiting.shift();
        send(next);
      }
    });
  };
  return {
    write(bytes) {
      if (inFlight < IN_FLIGHT) send(bytes);
      else if (waiting.length < BUFFER) waiting.push(bytes);
      else return false;
      return true;
    },
  };
}

// One client's stream of pushes, with the small buffer that makes a slow client lose messages instead of slowing the gate.
import type { ServerWritableStream } from "@grpc/grpc-js";

/** Pushes that may wait for a client's connection; what comes on top is dropped. */
export const BUFFER = 10;

export interface ClientStream {
  /** @returns false when the buffer is full and the message was dropped */
  write(bytes: Buffer): boolean;
  end(): void;
}

export function clientStream(call: ServerWritableStream<unknown, Buffer>): ClientStream {
  let waiting = 0;
  return {
    write(bytes) {
      if (waiting >= BUFFER) return false;
      waiting++;
      // Called once the message is handed to the connection, which happens only as fast as the client reads.
      call.write(bytes, () => {
        waiting--;
      });
      return true;
    },
    end: () => call.end(),
  };
}

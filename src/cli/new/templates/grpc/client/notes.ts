// The service's API, as far as users need it.
import { Client } from "k6/net/grpc";
import { connect, invoke } from "../../../../../k6/grpc.ts";
import type { Note } from "../model/note.ts";

/** A gRPC client with the proto loaded. Init code only; a VU needs one. */
export function notesClient(): Client {
  const client = new Client();
  // Beside the bundle: build.mjs puts it there.
  client.load(["proto"], "example.proto");
  return client;
}

/** The service through a client. @param timeout of a call and of connecting, ms */
export const notesOf = (client: Client, timeout: number) => ({
  /** @throws JourneyError of kind transport when nobody answers in time */
  connect: (address: string) => connect(client, address, timeout),
  close: () => client.close(),

  /** @returns the note as the service has taken it @throws JourneyError */
  put: (note: Omit<Note, "id">) => invoke<Note>(client, "example.Notes/Put", note, { timeout, name: "put note" }),

  /** @throws JourneyError, of kind not_found where there is none */
  read: (id: string) => invoke<Note>(client, "example.Notes/Read", { id }, { timeout, name: "read note" }),
});

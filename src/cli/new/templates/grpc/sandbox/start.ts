// A service that keeps notes in memory, and can be told to lie: `forget` acknowledges a note and does not keep it, `garble` keeps another text.
import { randomUUID } from "node:crypto";
import {
  loadPackageDefinition,
  Server,
  type ServiceClientConstructor,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { createBook } from "../../../../../sandbox/counters.ts";
import { createFaults } from "../../../../../sandbox/faults.ts";
import { bindLoopback } from "../../../../../sandbox/grpc-server.ts";
import { protoPath } from "../../../../../sandbox/proto.ts";
import type { Ground, System } from "../../../../../sandbox/system.ts";
import type { Note } from "../model/note.ts";

export async function startNotes(ground: Ground): Promise<System> {
  const notes = new Map<string, Note>();
  const book = createBook();
  const faults = createFaults("example", { forget: {}, garble: {} }, { general: false });
  const server = new Server();
  const { example } = loadPackageDefinition(loadSync(protoPath("example.proto"))) as unknown as {
    example: { Notes: ServiceClientConstructor };
  };
  server.addService(example.Notes.service, {
    Put({ request: { author, text } }: { request: Note }, answer: sendUnaryData<Note>) {
      const note = { id: randomUUID(), author, text };
      if (!faults.take("forget")) notes.set(note.id, faults.take("garble") ? { ...note, text: text.slice(1) } : note);
      book.count("acknowledged");
      answer(null, note);
    },
    Read({ request: { id } }: { request: { id: string } }, answer: sendUnaryData<Note>) {
      const note = notes.get(id);
      if (note) answer(null, note);
      else answer({ code: status.NOT_FOUND, details: "no such note" });
    },
  });
  const port = await bindLoopback(server, ground.portOf("example"), "example");
  const address = `127.0.0.1:${port}`;
  ground.started({
    name: "example",
    url: address,
    counters: () => ({ ...book.counters(), notes: notes.size }),
    errors: book.errors,
    reset: book.reset,
    faults: faults.list,
    setFault: faults.set,
    clearFaults: faults.clear,
    close: async () => server.forceShutdown(),
  });
  return { environment: { NOTES_ADDRESS: address } };
}

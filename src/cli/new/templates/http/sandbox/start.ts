// A service that keeps notes in memory, and can be told to lie: `forget` acknowledges a note and does not keep it, `garble` keeps another text.
import { randomUUID } from "node:crypto";
import { createService } from "../../../../../sandbox/service.ts";
import type { Ground, System } from "../../../../../sandbox/system.ts";
import type { Note } from "../model/note.ts";

export async function startNotes(ground: Ground): Promise<System> {
  const notes = new Map<string, Note>();
  const service = createService({
    name: "example",
    port: ground.portOf("example"),
    flags: { forget: {}, garble: {} },
    facts: async () => ({ notes: notes.size }),
  });
  service.app.post("/notes", async (request, reply) => {
    const { author, text } = (request.body ?? {}) as Partial<Note>;
    if (typeof author !== "string" || typeof text !== "string")
      return reply.code(400).send({ error: "a note has an author and a text" });
    const note = { id: randomUUID(), author, text };
    if (!service.fault("forget")) notes.set(note.id, service.fault("garble") ? { ...note, text: text.slice(1) } : note);
    service.count("acknowledged");
    return reply.code(201).send(note);
  });
  service.app.get("/notes/:id", async (request, reply) => {
    const note = notes.get((request.params as { id: string }).id);
    return note ?? reply.code(404).send({ error: "no such note" });
  });
  await service.listen();
  ground.started(service);
  return { environment: { NOTES_URL: service.url } };
}

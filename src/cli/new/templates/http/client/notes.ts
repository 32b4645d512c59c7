// The service's API, as far as users need it.
import { jsonBody, send } from "../../../../../k6/http.ts";
import type { Caller } from "../../../../../k6/user.ts";
import type { Note } from "../model/note.ts";

export const notesOf = (url: string) => ({
  /** Whether the service is there. @throws JourneyError */
  async check(caller: Caller): Promise<void> {
    await send(caller, { method: "GET", url: `${url}/healthz`, name: "health" });
  },

  /** @returns the note as the service has taken it @throws JourneyError */
  async put(caller: Caller, note: Omit<Note, "id">): Promise<Note> {
    const request = {
      method: "POST",
      url: `${url}/notes`,
      name: "put note",
      idempotent: false,
      ...jsonBody(note),
    } as const;
    return (await send(caller, request)).json<Note>();
  },

  /** @throws JourneyError, of kind not_found where there is none */
  async read(caller: Caller, id: string): Promise<Note> {
    return (await send(caller, { method: "GET", url: `${url}/notes/${id}`, name: "read note" })).json<Note>();
  },
});

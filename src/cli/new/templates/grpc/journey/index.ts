import type { Client } from "k6/net/grpc";
import { JourneyError } from "../../../../../core/errors.ts";
import { journey } from "../../../../../k6/journey.ts";
import type { Run } from "../../../../../k6/run.ts";
import { notesOf } from "../client/notes.ts";
import { difference, noteOf } from "../model/note.ts";
import type { table } from "../settings.ts";

interface ExampleRun extends Run<ReturnType<typeof table>> {
  readonly client: Client;
}

/** setup()'s part: the service answers. @throws JourneyError */
export async function checkTarget({ client, values }: ExampleRun): Promise<void> {
  const notes = notesOf(client, 3_000);
  notes.connect(values.NOTES_ADDRESS);
  notes.close();
}

/** One user: a note of its own is put, and read back as it was. */
export const putNote = journey<ExampleRun>("example", async (user, { timed }, { client, values }) => {
  const notes = notesOf(client, values.CALL_TIMEOUT);
  const asked = noteOf(user.number, user.random);
  await timed("connect", () => notes.connect(values.NOTES_ADDRESS));
  try {
    const { id } = await timed("put", () => notes.put(asked));
    await timed("read", async () => {
      // An acknowledgement is no evidence: what counts is what is there, every field of it.
      const wrong = difference(await notes.read(id), { id, ...asked });
      if (wrong !== undefined) throw new JourneyError("proof", wrong, { detail: "ANOTHER_NOTE" });
    });
  } finally {
    notes.close();
  }
  return "succeeded";
});

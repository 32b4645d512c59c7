import { JourneyError } from "../../../../../core/errors.ts";
import { stream } from "../../../../../core/random.ts";
import { journey } from "../../../../../k6/journey.ts";
import type { Run } from "../../../../../k6/run.ts";
import { clock } from "../../../../../k6/user.ts";
import { notesOf } from "../client/notes.ts";
import { difference, noteOf } from "../model/note.ts";
import type { table } from "../settings.ts";

type ExampleRun = Run<ReturnType<typeof table>>;

/** setup()'s part: the service answers. @throws JourneyError */
export async function checkTarget({ values }: ExampleRun): Promise<void> {
  await notesOf(values.NOTES_URL).check({
    random: stream(0, "check"),
    retryFor: 0,
    httpTimeout: 3_000,
    retried: () => undefined,
    ...clock(3_000, "the check"),
  });
}

/** One user: a note of its own is put, and read back as it was. */
export const putNote = journey<ExampleRun>("example", async (user, { timed }, { values }) => {
  const notes = notesOf(values.NOTES_URL);
  const asked = noteOf(user.number, user.random);
  const { id } = await timed("put", () => notes.put(user, asked));
  await timed("read", async () => {
    // An acknowledgement is no evidence: what counts is what is there, every field of it.
    const wrong = difference(await notes.read(user, id), { id, ...asked });
    if (wrong !== undefined) throw new JourneyError("proof", wrong, { detail: "ANOTHER_NOTE" });
  });
  return "succeeded";
});

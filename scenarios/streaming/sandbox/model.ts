// The sandbox's language model. It knows nothing but the prompt: for each "quoted" field name in the question it looks for that field in the data
// that the prompt holds and quotes its value. So an answer can be right only if the server really decrypted the user's file.

/** Longest prompt the model reads, in characters; data beyond it is cut, as on the real server. */
export const PROMPT_LIMIT = 75_000;

const PLACEHOLDER = "{{data}}";
const SEPARATOR = `${"-----".repeat(80)}\n`;
const CUT = "\n\n--- DATA TRUNCATED TO FIT MODEL'S CONTEXT WINDOW ---";

/** A question about data. */
export interface Prompt {
  readonly question: string;
  /** What of the data the model gets to see. */
  readonly data: string;
}

/** Puts the files' contents into a prompt template: at `{{data}}`, or at its end when it has no such place. */
export function buildPrompt(template: string, files: readonly string[]): Prompt {
  const question = template.replaceAll(PLACEHOLDER, "");
  const room = PROMPT_LIMIT - question.length;
  const data = `\n${files.join(SEPARATOR)}\n${SEPARATOR}`;
  if (data.length <= room) return { question, data };
  return { question, data: room > CUT.length ? data.slice(0, room - CUT.length) + CUT : "" };
}

/** The field names a question asks for: what it puts in double quotes. */
export function askedFields(question: string): string[] {
  return [...new Set([...question.matchAll(/"([^"\n]{1,100})"/g)].map(([, name]) => name as string))];
}

/**
 * Answers from the prompt's data only; as JSON text when `json` is set.
 * @param invent makes up the value of a field instead of reading it: what a model that lies does
 */
export function answer(
  { question, data }: Prompt,
  { json = false, invent }: { json?: boolean; invent?: (field: string) => unknown } = {},
): string {
  const found: [string, unknown][] = [];
  for (const field of askedFields(question)) {
    const value = invent ? invent(field) : fieldValue(data, field);
    if (value !== undefined) found.push([field, value]);
  }
  if (json) return JSON.stringify({ ...Object.fromEntries(found), summary: summary(data.length, found.length) });
  return [
    summary(data.length, found.length),
    ...found.map(([field, value]) => `"${field}": ${JSON.stringify(value)}`),
  ].join("\n");
}

const summary = (characters: number, fields: number) =>
  `Read ${characters} characters of data and found ${fields} of the fields asked for.`;

/** The value of the first `"field":` in JSON text that may be cut off: a string, a number, true, false or null; undefined when there is none. */
function fieldValue(text: string, field: string): unknown {
  const name = JSON.stringify(field);
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const rest = text.slice(at + name.length);
    const match = /^\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/.exec(rest);
    if (match?.[1] === undefined) continue;
    try {
      return JSON.parse(match[1]);
    } catch {
      // an escape that JSON does not have: not a field of JSON data
    }
  }
  return undefined;
}

// What a user's encrypted file holds, and the question only that file answers.
import { SharedArray } from "k6/data";
import type { User } from "../../../src/k6/user.ts";
import { canaryOf } from "../model/answer.ts";

/** Name of the field that holds the canary. */
const CANARY_FIELD = "verification_code";

export type DataSize = "small" | "medium" | "large";

/** Personas as JSON texts; k6 keeps one copy a process. */
export type Personas = readonly string[];

/** The personas of one size, each as JSON text; build.mjs makes them with faker. Init code only; one copy a process. */
export function personas(size: DataSize): Personas {
  return new SharedArray(`personas-${size}`, () => JSON.parse(open(`./data/personas-${size}.json`)) as string[]);
}

/** A user's data, with a secret in it that exists nowhere else. */
export interface PersonalData {
  readonly json: string;
  readonly canary: string;
}

/**
 * The persona of a user, with a canary from the cryptographic generator: unlike everything else in a run it must not follow from the seed, or an answer could
 * be right without anybody having read the file.
 */
export function personalData(all: Personas, user: User, wallet: string): PersonalData {
  const canary = canaryOf(crypto.randomUUID());
  const persona = all[user.number % all.length] ?? "{}";
  // The persona is JSON text that starts with "{": its first fields are put in front without parsing it.
  return { canary, json: `{"${CANARY_FIELD}":"${canary}","wallet":"${wallet}",${persona.slice(1)}` };
}

const prompts = [
  "Summarise this person's spending habits in two sentences.",
  "List the three interests that this activity log shows most.",
  "Which product would this person buy next, and why?",
  "Describe this person's typical day from the activity log.",
  "Write a short greeting that fits this person's preferences.",
  "Estimate which customer segment this person belongs to.",
  "Name one unusual pattern in the purchase history.",
  "Suggest a newsletter topic for this person.",
] as const;

/** The prompt of a wallet: one of eight, by the last two bytes of its address, and always the question for the canary. */
export function promptFor(wallet: string): string {
  const prompt = prompts[Number.parseInt(wallet.slice(-4), 16) % prompts.length];
  return `${prompt} Also quote the value of "${CANARY_FIELD}" exactly. Data: {{data}}`;
}

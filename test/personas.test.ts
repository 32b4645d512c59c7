import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface Persona {
  profile: { demographics: Record<string, unknown> };
  activity_log: Record<string, unknown>[];
  purchase_history: Record<string, unknown>[];
  preferences: Record<string, unknown>;
}

const script = new URL("../scripts/personas.mjs", import.meta.url).href;
const sizes = [
  ["small", 50, 30],
  ["medium", 200, 180],
  ["large", 500, 480],
] as const;

describe("personas", () => {
  const folders: string[] = [];
  const make = async (): Promise<Record<string, string>> => {
    const { writePersonas } = (await import(script)) as { writePersonas(folder: string): void };
    const folder = mkdtempSync(join(tmpdir(), "onrush-personas-"));
    folders.push(folder);
    writePersonas(folder);
    return Object.fromEntries(
      sizes.map(([size]) => [size, readFileSync(join(folder, `personas-${size}.json`), "utf8")]),
    );
  };
  let made: Record<string, string> = {};
  beforeAll(async () => {
    made = await make();
  });
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  const textsOf = (size: string) => JSON.parse(made[size] ?? "[]") as string[];

  it.each(sizes)("%s: 64 of them, each with %d fields and %d log entries", (size, fields, log) => {
    const texts = textsOf(size);
    expect(texts).toHaveLength(64);
    for (const text of texts) {
      // A user's canary is put in front of the first field without parsing the text.
      expect(text).toMatch(/^\{"/);
      const { profile, activity_log, purchase_history, preferences } = JSON.parse(text) as Persona;
      const leaves = [profile.demographics, ...purchase_history, preferences].map((part) => Object.keys(part).length);
      expect(leaves.reduce((a, b) => a + b, 0)).toBe(fields);
      expect(activity_log).toHaveLength(log);
    }
  });

  it("are all different", () => {
    for (const [size] of sizes) expect(new Set(textsOf(size)).size).toBe(64);
  });

  it("are the same bytes in every build", async () => expect(await make()).toEqual(made));

  it("hold nobody's address: mail goes to example domains", () => {
    for (const text of textsOf("small"))
      expect((JSON.parse(text) as Persona).profile.demographics.email).toMatch(/@example\.(com|net|org)$/);
  });
});

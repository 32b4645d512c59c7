import { describe, expect, it } from "vitest";
import { SANDBOX_MNEMONIC } from "../core/settings/common.ts";
import { UsageError } from "./errors.ts";
import { scenarioNamed } from "./scenarios.ts";
import { settingsMarkdown, settingsText } from "./settings.ts";

const spec = await scenarioNamed("streaming");

describe("the settings of a scenario", () => {
  it("are a Markdown table with a line for each, and nothing that breaks it", () => {
    const lines = settingsMarkdown(spec).split("\n");
    expect(lines.length).toBe(2 + Object.keys(spec.table).length);
    for (const line of lines) expect(line.replaceAll("\\|", "").split("|").length).toBe(6);
    expect(lines).toContain(
      "| `SEED` | `42` | a whole number from 0 to 2147483647 (seed) | of arrivals, personas and pauses; the same seed gives the same run |",
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^\| `RATE` \| {2}\| a number greater than 0 \(users per second\) \|/),
    );
  });

  it("are text for a terminal", () => {
    expect(settingsText(spec)).toMatch(/^streaming: .*\n\nSettings.*\n {2}PROFILE +streaming +the load/);
  });

  it("never show a secret's value, not even the public test phrase", () => {
    for (const text of [settingsMarkdown(spec), settingsText(spec)]) {
      expect(text).not.toContain(SANDBOX_MNEMONIC);
      expect(text).toMatch(/MNEMONIC.*\(the sandbox's\).*\(secret\)/);
    }
  });
});

describe("scenarioNamed", () => {
  it("refuses an unknown one and names the known", async () => {
    await expect(scenarioNamed("streamin")).rejects.toThrow(UsageError);
    await expect(scenarioNamed("streamin")).rejects.toThrow(
      '"streamin" is not a scenario; did you mean streaming?; known: chat, ledger, space, streaming',
    );
  });
});

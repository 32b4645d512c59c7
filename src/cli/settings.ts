import { Command } from "commander";
import type { ScenarioSpec } from "../core/scenario.ts";
import { flagOf } from "./flags.ts";
import { scenarioNamed, scenarioNames } from "./scenarios.ts";

interface Row {
  readonly name: string;
  readonly flag: string;
  readonly preset: string;
  readonly meaning: string;
}

function rowsOf(spec: ScenarioSpec): Row[] {
  return Object.entries(spec.table).map(([name, row]) => ({
    name,
    flag: row.secret ? "" : flagOf(name),
    // A secret's default is a public test phrase, but a habit of printing secrets is not one to start.
    preset: row.secret && row.preset ? "(the sandbox's)" : (row.preset ?? ""),
    meaning: `${row.help}${row.secret ? " (secret)" : ""}`,
  }));
}

/** The settings of a scenario as a Markdown table, for the README. */
export function settingsMarkdown(spec: ScenarioSpec): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const code = (text: string) => (text === "" ? "" : `\`${cell(text)}\``);
  const lines = rowsOf(spec).map((row) => {
    const accepts = spec.table[row.name]?.type.accepts ?? "";
    return `| \`${row.name}\` | ${row.preset.startsWith("(") ? row.preset : code(row.preset)} | ${cell(accepts)} | ${cell(row.meaning)} |`;
  });
  return ["| setting | default | value | meaning |", "| --- | --- | --- | --- |", ...lines].join("\n");
}

/** The same for a terminal. */
export function settingsText(spec: ScenarioSpec): string {
  const rows = rowsOf(spec);
  const width = (pick: (row: Row) => string) => Math.max(...rows.map((row) => pick(row).length));
  const [name, preset] = [
    width((r) => r.name),
    Math.min(
      30,
      width((r) => r.preset),
    ),
  ];
  const lines = rows.map((row) => `  ${row.name.padEnd(name)}  ${row.preset.padEnd(preset)}  ${row.meaning}`);
  return [
    `${spec.name}: ${spec.about}`,
    "",
    "Settings, by environment or as flags of `onrush run` (POOL_SIZE is --pool-size):",
    ...lines,
  ].join("\n");
}

/** `onrush settings <scenario>` */
export function settingsCommand(): Command {
  return new Command("settings")
    .description("print what a scenario can be told")
    .argument("<scenario>", scenarioNames().join(", "))
    .option("--markdown", "as a Markdown table")
    .action(async (name: string, options: { markdown?: boolean }) => {
      const spec = await scenarioNamed(name);
      console.log(options.markdown ? settingsMarkdown(spec) : settingsText(spec));
    });
}

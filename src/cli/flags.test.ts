import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { optional, secret, setting } from "../core/settings/table.ts";
import { flag, integer, positive, text } from "../core/settings/types.ts";
import { UsageError } from "./errors.ts";
import { addSandboxFlags, addSettingFlags, flagOf, sandboxArguments, settingsFromFlags } from "./flags.ts";

const table = {
  RATE: optional(positive("users per second"), "users arriving per second"),
  POOL_SIZE: setting(integer("wallets"), 100, "funded wallets kept waiting"),
  VERBOSE: setting(flag, false, "a line for each user"),
  MNEMONIC: secret(text("a phrase"), undefined, "the phrase"),
};

function sandbox(): Command {
  return new Command("sandbox")
    .option("--ports <which>", "ports")
    .option("--json", "json")
    .option("--block-time <seconds>", "seconds between blocks")
    .option("--real-limits", "the real services' limits")
    .option("--fault <fault...>", "faults");
}

function parse(...args: string[]): Command {
  const command = new Command("streaming").exitOverride().configureOutput({ writeErr: () => {} });
  addSettingFlags(command, table);
  addSandboxFlags(command, sandbox());
  return command.parse(args, { from: "user" });
}

describe("flags from a table", () => {
  it("spells a setting as a flag", () => expect(flagOf("FUNDING_WORKERS")).toBe("--funding-workers"));

  it("gives back the settings that were set, as text for the table to judge", () => {
    expect(settingsFromFlags(parse("--rate", "-1", "--pool-size=75"), table)).toEqual({ RATE: "-1", POOL_SIZE: "75" });
    expect(settingsFromFlags(parse(), table)).toEqual({});
  });

  it("lets a switch stand alone", () => {
    expect(settingsFromFlags(parse("--verbose"), table)).toEqual({ VERBOSE: "true" });
    expect(settingsFromFlags(parse("--verbose", "false"), table)).toEqual({ VERBOSE: "false" });
  });

  it("refuses a secret with the way that works, and never repeats its value", () => {
    let error: unknown;
    try {
      parse("--mnemonic", "test test junk");
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toBe(
      "MNEMONIC is secret and arguments are not: set it in the environment instead of --mnemonic",
    );
    expect(() => parse("--mnemonic")).not.toThrow(/junk/);
  });

  it("lists every setting but the secrets in its help, with defaults", () => {
    const help = parse().helpInformation();
    expect(help).toMatch(/--pool-size <value>\s+funded wallets kept waiting \(100\)/);
    expect(help).toMatch(/--verbose \[true\|false\]/);
    expect(help).not.toContain("mnemonic");
  });

  it("refuses unknown flags and flags without their value", () => {
    expect(() => parse("--pool", "3")).toThrow(/unknown option/);
    expect(() => parse("--rate")).toThrow(/argument missing/);
  });
});

describe("flags of the sandbox", () => {
  it("are passed on without their prefix, repeated ones each", () => {
    const command = parse(
      "--sandbox-block-time",
      "2",
      "--sandbox-real-limits",
      "--sandbox-fault",
      "storage:status",
      "--sandbox-fault",
      "app:hang",
    );
    expect(sandboxArguments(command, sandbox())).toEqual([
      "--block-time",
      "2",
      "--real-limits",
      "--fault",
      "storage:status",
      "--fault",
      "app:hang",
    ]);
    expect(sandboxArguments(parse(), sandbox())).toEqual([]);
  });

  it("leave out what run itself decides", () => {
    expect(() => parse("--sandbox-ports", "auto")).toThrow(/unknown option/);
    expect(() => parse("--sandbox-json")).toThrow(/unknown option/);
  });
});

import { describe, expect, it } from "vitest";
import {
  describeProblems,
  type Environment,
  optional,
  optionalSecret,
  parseTable,
  SettingsError,
  secret,
  setting,
  show,
} from "./table.ts";
import { choice, duration, flag, integer, mnemonic, oneOfNames, positive, url } from "./types.ts";

const table = {
  PROFILE: setting(oneOfNames("profile", ["preflight", "e2e", "streaming", "burst"]), "streaming", "the load"),
  RATE: optional(positive("users per second"), "users arriving per second"),
  DURATION: optional(duration, "how long users arrive"),
  USERS: setting(integer("users"), 10, "how many"),
  SWEEP: setting(flag, true, "whether"),
  RPC_URL: setting(url, "http://127.0.0.1:14800", "where"),
  SUBMIT: setting(choice("direct", "relay"), "direct", "who"),
  MNEMONIC: secret(mnemonic, undefined, "phrase"),
  KEY: optionalSecret(integer("key"), "key"),
};

const parse = (environment: Environment, presets?: Environment) => parseTable(table, environment, presets);

describe("parseTable", () => {
  it("takes every row's default, parsed as if its user had written it", () => {
    const { values, problems, given } = parse({});
    expect(problems).toEqual([]);
    expect(values).toEqual({
      PROFILE: "streaming",
      USERS: 10,
      SWEEP: true,
      RPC_URL: "http://127.0.0.1:14800",
      SUBMIT: "direct",
    });
    expect([...given]).toEqual([]);
  });

  it("prefers the environment to the target's preset, and the preset to the default", () => {
    const presets = { USERS: "20", SUBMIT: "relay", DURATION: "5m" };
    expect(parse({}, presets).values).toMatchObject({ USERS: 20, SUBMIT: "relay", DURATION: 300_000 });
    const { values, given } = parse({ USERS: "30", DURATION: "1m" }, presets);
    expect(values).toMatchObject({ USERS: 30, SUBMIT: "relay", DURATION: 60_000 });
    expect([...given].sort()).toEqual(["DURATION", "USERS"]);
  });

  it("counts an empty text as not set", () => {
    const { values, given, problems } = parse({ USERS: "", RATE: "", MNEMONIC: "" }, { USERS: "20" });
    expect(problems).toEqual([]);
    expect(values.USERS).toBe(20);
    expect("RATE" in values).toBe(false);
    expect(given.size).toBe(0);
  });

  it("ignores what the table does not know", () => {
    expect(parse({ PATH: "/bin", K6_VUS: "3" }).values).toEqual(parse({}).values);
  });

  it("reports all problems at once, in the table's order, and keeps the values that are right", () => {
    const { values, problems } = parse({ SUBMIT: "post", RATE: "abc", USERS: "7", SWEEP: "maybe" });
    expect(problems.map((problem) => problem.name)).toEqual(["RATE", "SWEEP", "SUBMIT"]);
    expect(values.USERS).toBe(7);
    expect("RATE" in values || "SWEEP" in values || "SUBMIT" in values).toBe(false);
  });

  it("finds a wrong preset as well as a wrong setting", () => {
    expect(parse({}, { RPC_URL: "localhost" }).problems.map((problem) => problem.name)).toEqual(["RPC_URL"]);
  });

  it("never repeats a secret, also when it is wrong", () => {
    const phrase = "correct horse battery staple";
    const { problems } = parse({ MNEMONIC: phrase, KEY: "hunter2" });
    expect(problems.map((problem) => [problem.name, problem.value])).toEqual([
      ["MNEMONIC", "(secret)"],
      ["KEY", "(secret)"],
    ]);
    const text = describeProblems("streaming", problems);
    for (const word of [...phrase.split(" "), "hunter2"]) expect(text).not.toContain(word);
  });
});

describe("what a wrong setting says", () => {
  it("is a line for each, with the value, what is accepted, and what was probably meant", () => {
    const { problems } = parse({ RATE: "abc", PROFILE: "brust" });
    expect(new SettingsError("streaming", problems).message).toBe(
      [
        "streaming cannot start, 2 settings are wrong:",
        "  PROFILE=brust   is not a profile; did you mean burst? known: preflight, e2e, streaming, burst",
        "  RATE=abc        must be a number greater than 0 (users per second)",
      ].join("\n"),
    );
  });

  it("uses the singular for one, and keeps the problems for programs", () => {
    const { problems } = parse({ DURATION: "15" });
    const error = new SettingsError("streaming", problems);
    expect(error.message).toBe(
      "streaming cannot start, 1 setting is wrong:\n  DURATION=15   must be a duration with its unit, such as 15s or 15m",
    );
    expect(error.problems).toEqual(problems);
    expect(error.name).toBe("SettingsError");
  });
});

describe("show", () => {
  it("prints a value and hides a secret", () => {
    expect(show(table.USERS, "12")).toBe("12");
    expect(show(table.MNEMONIC, "some words")).toBe("(set, hidden)");
    expect(show(table.KEY, "12")).toBe("(set, hidden)");
    expect(show(table.MNEMONIC, "")).toBe("");
    expect(show(table.USERS, undefined)).toBe("");
  });
});

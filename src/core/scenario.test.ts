import { describe, expect, it } from "vitest";
import { prepare, type ScenarioSpec, testChains } from "./scenario.ts";
import { loadSettings } from "./settings/common.ts";
import { optional, optionalSecret, type SettingsError, setting } from "./settings/table.ts";
import { chainIds, choice, duration, integer, oneOfNames, pause, text } from "./settings/types.ts";

const profiles = {
  streaming: { about: "all", arrivals: { kind: "poisson", rate: 3, duration: "10m" }, concurrency: 50 },
  one: { about: "one", arrivals: { kind: "sequence", vus: 1, iterations: 1 }, concurrency: 1 },
} as const;

const table = {
  PROFILE: setting(oneOfNames("profile", Object.keys(profiles)), "streaming", "the load"),
  TARGET: setting(choice("sandbox", "moksha"), "sandbox", "presets"),
  ...loadSettings(),
  BATCH_SIZE: optional(integer("users"), "of a batch"),
  DELAY: optional(pause, "between users"),
  CHAIN_ID: setting(integer("chain id"), 14_800, "the chain"),
  ALLOW_CHAIN: optional(chainIds, "others"),
  HTTP_TIMEOUT: setting(duration, "5s", "of a request"),
  BUCKET: setting(text("a name"), "sandbox-bucket", "bucket"),
  KEY: optionalSecret(text("a key"), "key"),
  KEY_FILE: optional(text("a path"), "its file"),
};

const spec: ScenarioSpec<typeof table> = {
  name: "streaming",
  about: "a test",
  table,
  profiles,
  targets: { sandbox: {}, moksha: { HTTP_TIMEOUT: "30s", CHAIN_ID: "14800", RATE: "1" } },
  required: { sandbox: [], moksha: ["BUCKET", ["KEY", "KEY_FILE"]] },
  steps: ["wallet"],
  details: [],
  expectedDuration: 5_000,
  uses: ["ethereum"],
  labels: () => [],
};

const refusal = (environment: Record<string, string>, of: typeof spec = spec): string => {
  try {
    prepare(of, environment);
  } catch (error) {
    expect((error as SettingsError).name).toBe("SettingsError");
    return (error as SettingsError).message;
  }
  throw new Error("it was not refused");
};

describe("prepare", () => {
  it("needs no setting at all", () => {
    const run = prepare(spec, {});
    expect(run).toMatchObject({ profile: "streaming", target: "sandbox" });
    expect(run.spec).toBe(spec);
    expect(run.values).toMatchObject({ CHAIN_ID: 14_800, SEED: 42, INSTANCES: 1, HTTP_TIMEOUT: 5_000 });
    expect(run.load.arrivals).toEqual(profiles.streaming.arrivals);
    expect(run.given.size).toBe(0);
  });

  it("applies the target's presets, and what was set by hand before them", () => {
    const moksha = { TARGET: "moksha", BUCKET: "mine", KEY_FILE: "key.json" };
    expect(prepare(spec, moksha)).toMatchObject({
      target: "moksha",
      values: { HTTP_TIMEOUT: 30_000, RATE: 1 },
      load: { arrivals: { rate: 1 } },
    });
    const set = prepare(spec, { ...moksha, HTTP_TIMEOUT: "10s", RATE: "2" });
    expect(set).toMatchObject({ values: { HTTP_TIMEOUT: 10_000 }, load: { arrivals: { rate: 2 } } });
    expect([...set.given].sort()).toEqual(["BUCKET", "HTTP_TIMEOUT", "KEY_FILE", "RATE", "TARGET"]);
  });

  it("is not led past the presets by a blank around the target's name", () => {
    const run = prepare(spec, { TARGET: " moksha ", BUCKET: "mine", KEY: "k" });
    expect(run).toMatchObject({ target: "moksha", values: { TARGET: "moksha", HTTP_TIMEOUT: 30_000 } });
    expect(refusal({ TARGET: "moksha " })).toContain("BUCKET=");
  });

  it("says everything that is wrong at once: settings, target, chain and load", () => {
    expect(refusal({ TARGET: "moksha", CHAIN_ID: "1", RATE: "abc", PROFILE: "one", DURATION: "15s" })).toBe(
      [
        "streaming cannot start, 5 settings are wrong:",
        "  RATE=abc       must be a number greater than 0 (users per second)",
        "  BUCKET=        is needed for TARGET=moksha: set BUCKET",
        "  KEY=           is needed for TARGET=moksha: set KEY or KEY_FILE",
        "  CHAIN_ID=1     is not a known test network; set ALLOW_CHAIN=1 if it is yours to load",
        "  DURATION=15s   does not apply to this profile: this profile ends after USERS",
      ].join("\n"),
    );
  });

  it("shows a refused setting as it was written", () => {
    expect(refusal({ DELAY: "2s-3s" })).toContain("DELAY=2s-3s   does not apply to this profile");
  });

  it.each(["sandbxo", "constructor", "toString", "__proto__"])(
    "refuses the target %s like any unknown name",
    (name) => {
      expect(refusal({ TARGET: name })).toMatch(/1 setting is wrong:\n {2}TARGET=\S+ +must be one of sandbox, moksha/);
    },
  );

  it.each(["brust", "constructor", "hasOwnProperty"])("refuses the profile %s and lists the known ones", (name) => {
    expect(refusal({ PROFILE: name })).toContain(`PROFILE=${name}   is not a profile; known: streaming, one`);
  });
});

describe("the chain", () => {
  it.each(Object.keys(testChains))("%s is a known test network", (id) => {
    expect(prepare(spec, { CHAIN_ID: id }).values.CHAIN_ID).toBe(Number(id));
  });

  it.each(["1", "137", "1480", "10", "8453", "42161", "550"])("%s must be allowed by hand", (id) => {
    expect(refusal({ CHAIN_ID: id })).toContain(`set ALLOW_CHAIN=${id} if it is yours to load`);
    expect(refusal({ CHAIN_ID: id, ALLOW_CHAIN: "14800,7" })).toContain(`ALLOW_CHAIN=${id}`);
    expect(prepare(spec, { CHAIN_ID: id, ALLOW_CHAIN: `7, ${id}` }).values.CHAIN_ID).toBe(Number(id));
  });

  it("does not matter to a scenario without one", () => {});
});

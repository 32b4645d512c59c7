// Runs that cannot be judged: k6 alone ended each of them with 0. None is green now, and each says why.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  cleanUp,
  type K6Options,
  k6,
  root,
  runK6,
  runOnrush,
  type SandboxProcess,
  startSandbox,
  temporaryFolder,
} from "./support.ts";

let sandbox: SandboxProcess;
beforeAll(async () => {
  sandbox = await startSandbox("--for", "chat");
});
afterAll(async () => {
  await sandbox.stop();
  cleanUp();
});

const script = join(root, "dist/chat.js");
let runs = 0;
/** The settings of a short run that passes. */
const settings = (more: Record<string, string> = {}) => ({
  ...sandbox.environment,
  PROFILE: "demo",
  CLIENTS: "2",
  DURATION: "3s",
  DELAY: "0.1-0.3",
  FIRST_DELAY: "0.1-0.2",
  DELIVERY_TIMEOUT: "2s",
  USERNAME_PREFIX: `judged${runs++}_`,
  ...more,
});
const chat = (options: K6Options = {}) => runK6({ script, ...options, environment: settings(options.environment) });

describe("refused before a client starts", () => {
  test.each<[string, K6Options, number, RegExp]>([
    ["K6_NO_THRESHOLDS", { environment: { K6_NO_THRESHOLDS: "true" } }, 107, /K6_NO_THRESHOLDS: no gate/],
    ["--no-thresholds", { args: ["--no-thresholds"] }, 107, /K6_NO_THRESHOLDS: no gate/],
    ["K6_SUMMARY_MODE", { environment: { K6_SUMMARY_MODE: "disabled" } }, 107, /K6_SUMMARY_MODE=disabled/],
    ["K6_NO_SETUP", { environment: { K6_NO_SETUP: "true" } }, 107, /K6_NO_SETUP/],
    ["K6_VUS", { environment: { K6_VUS: "3" } }, 107, /K6_VUS: it replaces the planned load/],
    ["K6_ITERATIONS", { environment: { K6_ITERATIONS: "3" } }, 107, /K6_ITERATIONS: it replaces/],
    ["--vus", { args: ["--vus", "3"] }, 104, /overrides scenarios configuration/],
    ["K6_SYSTEM_TAGS", { environment: { K6_SYSTEM_TAGS: "status" } }, 108, /K6_SYSTEM_TAGS lacks .*scenario/],
    ["--system-tags", { args: ["--system-tags", "status,method"] }, 108, /K6_SYSTEM_TAGS lacks .*scenario/],
    [
      "K6_SUMMARY_TREND_STATS",
      { environment: { K6_SUMMARY_TREND_STATS: "avg,max" } },
      108,
      /K6_SUMMARY_TREND_STATS lacks .*p\(95\)/,
    ],
    [
      "REPORT_DIR",
      { environment: { REPORT_DIR: "/nowhere/at all" } },
      107,
      /REPORT_DIR=\/nowhere\/at all is not there/,
    ],
  ])("%s", async (_, options, code, why) => {
    const run = await chat(options);
    expect(run.code).toBe(code);
    expect(run.output).toMatch(why);
    expect(run.output).not.toContain("PASSED");
  });

  test.each<[string, unknown, RegExp]>([
    [
      "for another profile",
      { standrad: { chat_succeeded: ["count==planned"] } },
      /standrad\\" is no profile or target of chat; did you mean standard/,
    ],
    ["of none", {}, /nothing says how many users must succeed/],
    ["without expressions", { default: { chat_succeeded: [], chat_success: [] } }, /chat_succeeded has no expression/],
  ])("gates %s", async (_, gates, why) => {
    const file = join(temporaryFolder(), "gates.json");
    writeFileSync(file, JSON.stringify(gates));
    const run = await chat({ environment: { THRESHOLDS: file } });
    expect(run.code).toBe(107);
    expect(run.output).toMatch(why);
  });
});

describe("an archive", () => {
  const archive = (args: readonly string[], environment: Record<string, string> = {}) => {
    const file = join(temporaryFolder(), "chat.tar");
    const { status } = spawnSync(k6, ["archive", ...args, "-O", file, script], {
      cwd: root,
      env: { PATH: process.env.PATH ?? "", K6_NO_USAGE_REPORT: "true", ...environment },
    });
    expect(status).toBe(0);
    return file;
  };

  test.each<[string, () => string]>([
    ["other settings of its own", () => archive(["-e", "PROFILE=stress"])],
    ["settings that were only in the environment", () => archive([], settings())],
  ])("with %s is refused: it holds the load of those", async (_, made) => {
    const run = await chat({ script: made() });
    expect(run.code).toBe(108);
    expect(run.output).toMatch(/the archive that runs here was made with other settings/);
  });

  test("with the same settings runs", async () => {
    const own = Object.entries(settings()).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
    const reports = temporaryFolder();
    const run = await runK6({ script: archive(own), environment: { REPORT_DIR: reports } });
    expect(run.output).toContain("PASSED");
    expect(run.code).toBe(0);
  });
});

describe("onrush archive", () => {
  test.each(["streaming", "chat", "ledger", "space"])(
    "of %s fits a ConfigMap, with its default profile",
    async (name) => {
      const file = join(temporaryFolder(), "a.tar");
      const made = await runOnrush(["archive", name, "-O", file], {
        environment: { MNEMONIC: "legal winner thank year wave sausage worth useful legal winner thank yellow" },
      });
      expect(made.code, made.stderr).toBe(0);
      expect(statSync(file).size).toBeLessThanOrEqual(900_000);
      const text = readFileSync(file, "latin1");
      expect(text).not.toMatch(/sourceMappingURL|sausage/);
    },
  );

  test("carries its settings: it runs elsewhere with no other", async () => {
    const folder = temporaryFolder();
    const made = await runOnrush(["archive", "chat", "-O", "chat.tar", "--clients", "3"], {
      environment: settings(),
      cwd: folder,
    });
    expect(made.code, made.stderr).toBe(0);
    const run = await runK6({ script: join(folder, "chat.tar") });
    expect(run.output).toContain("PASSED");
    expect(run.verdict.users).toMatchObject({ ended: 3, succeeded: 3 });
    expect(run.code).toBe(0);
  });

  test.each<[string[], number, RegExp]>([
    [["nope"], 2, /"nope" is not a scenario/],
    [["chat", "--clients", "0"], 2, /CLIENTS=0/],
    [["chat", "-O", "/nowhere/a.tar"], 1, /\/nowhere\/a\.tar cannot be written/],
  ])("%j is refused in one message", async (args, code, why) => {
    const ended = await runOnrush(["archive", ...args], { cwd: temporaryFolder() });
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(why);
  });
});

describe("a run whose gates all held", () => {
  test("without setup is UNPROVED, and not 0", async () => {
    const run = await chat({ args: ["--no-setup"] });
    expect(run.verdict).toMatchObject({ status: "UNPROVED", unproved: [expect.stringMatching(/^K6_NO_SETUP: /)] });
    expect(run.verdict.gates.every(({ ok }) => ok)).toBe(true);
    expect(run.stdout).toMatch(/UNPROVED {2}every gate held.*\n {2}unproved: K6_NO_SETUP/);
    expect(run.code).toBe(110);
  });

  test("under other options of k6 is green, and says so", async () => {
    const run = await chat({ args: ["--no-teardown", "--rps", "1000"], environment: { K6_SETUP_TIMEOUT: "50s" } });
    expect(run.code).toBe(0);
    for (const note of ["K6_NO_TEARDOWN: nothing was", "K6_RPS was set", "K6_SETUP_TIMEOUT is not the scenario's"])
      expect(run.stdout).toContain(`  note: ${note}`);
  });

  test("and whose options are the scenario's has no such note", async () => {
    const folder = join(temporaryFolder(), "reports");
    mkdirSync(folder);
    const run = await chat({ environment: { REPORT_DIR: folder } });
    expect(run.code).toBe(0);
    expect(run.stdout).not.toMatch(/note: K6_|unproved/);
  });
});

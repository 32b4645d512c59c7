import { EventEmitter } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { spec } from "../../scenarios/streaming/spec.ts";
import type { ScenarioSpec } from "../core/scenario.ts";
import { CommandError, UsageError } from "./errors.ts";
import { type RunRequest, run } from "./run.ts";
import { exists, makeProject, type Project, until } from "./testing/project.ts";

let project: Project;
let signals: EventEmitter;
let out: string;
let err: string;

beforeEach(() => {
  project = makeProject();
  signals = new EventEmitter();
  out = "";
  err = "";
});
afterEach(() => project.remove());

function start(
  request: Partial<RunRequest> = {},
  environment: Record<string, string> = {},
  isTTY = false,
): Promise<number> {
  return run(
    { spec: spec as unknown as ScenarioSpec, flags: {}, sandboxArgs: [], k6Args: [], ...request },
    {
      root: project.root,
      environment: { ...project.environment, ...environment },
      stdout: { write: (text) => (out += text) },
      stderr: { isTTY, columns: 100, write: (text) => (err += text) },
      signals,
      sampleEveryMs: 40,
    },
  );
}

const k6Entry = () => project.log().find((entry) => Array.isArray(entry.k6));
const sandboxEntry = () => project.log().find((entry) => Array.isArray(entry.sandbox));
const k6Runs = () => k6Entry() !== undefined && err.includes("users are coming");

describe("a run that nobody could judge", () => {
  it.each<[string[], Record<string, string>, string]>([
    [["--no-thresholds"], {}, "K6_NO_THRESHOLDS"],
    [["--no-thresholds=true"], {}, "K6_NO_THRESHOLDS"],
    [[], { K6_NO_THRESHOLDS: "true" }, "K6_NO_THRESHOLDS"],
    [["--no-setup"], {}, "K6_NO_SETUP"],
    [["--vus", "3"], {}, "K6_VUS"],
    [["-u3"], {}, "K6_VUS"],
    [["-d", "3s"], {}, "K6_DURATION"],
    [["--stage", "3s:1"], {}, "K6_STAGES"],
    [[], { K6_ITERATIONS: "3" }, "K6_ITERATIONS"],
    [["--summary-mode", "disabled"], {}, "K6_SUMMARY_MODE"],
    [["--summary-mode=disabled"], {}, "K6_SUMMARY_MODE"],
    [["--new-machine-readable-summary"], {}, "K6_NEW_MACHINE_READABLE_SUMMARY"],
    [["--paused"], {}, "K6_PAUSED"],
    [[], { K6_LINGER: "1" }, "K6_LINGER"],
  ])("is refused before anything starts: %j %j", async (k6Args, environment, name) => {
    const attempt = start({ k6Args }, environment);
    await expect(attempt).rejects.toThrow(new RegExp(`^streaming cannot be judged:\\n {2}${name}`));
    await expect(attempt).rejects.toBeInstanceOf(UsageError);
    expect(project.log()).toEqual([]);
  });

  it("is none where the variables are off", async () => {
    expect(await start({ k6Args: ["--summary-mode=full"] }, { K6_NO_THRESHOLDS: "false", K6_NO_SETUP: "0" })).toBe(0);
  });

  it.each<[string, unknown, RegExp]>([
    [
      "that match no profile",
      { streming: { streaming_success: ["rate>0.9"] } },
      /"streming" is no profile or target of streaming; did you mean streaming\?/,
    ],
    ["that are none", {}, /nothing says how many users must succeed/],
    [
      "without an expression",
      { default: { streaming_succeeded: [] } },
      /"default": streaming_succeeded has no expression/,
    ],
    ["on other things than success", { default: { streaming_duration: ["p(95)<1000"] } }, /nothing says how many/],
    ["that failure passes", { default: { streaming_success: ["rate<=1"] } }, /nothing says how many/],
  ])("is refused with gates %s", async (_, gates, why) => {
    const file = join(project.root, "gates.json");
    writeFileSync(file, JSON.stringify(gates));
    const attempt = start({ flags: { THRESHOLDS: file } });
    await expect(attempt).rejects.toThrow(why);
    await expect(attempt).rejects.toBeInstanceOf(UsageError);
    expect(project.log()).toEqual([]);
  });
});

describe("a run without a target", () => {
  it("starts a sandbox, runs k6 on it, passes its exit code through, and ends the sandbox after k6", async () => {
    const code = await start(
      { flags: { RATE: "2", USERS: "20" }, sandboxArgs: ["--block-time", "2"], k6Args: ["--out", "json=x.json"] },
      { FAKE_CODE: "99", MNEMONIC: "test test test test test test test test test test test junk" },
    );
    expect(code).toBe(99);
    expect(sandboxEntry()?.sandbox).toEqual([
      "sandbox",
      "--json",
      "--ports",
      "auto",
      "--for",
      "streaming",
      "--block-time",
      "2",
    ]);
    expect(
      project
        .log()
        .map((entry) => entry.k6 ?? entry.sandbox)
        .slice(2),
    ).toEqual(["ended", "SIGTERM"]);
    expect(exists(sandboxEntry()?.pid)).toBe(false);

    const k6 = k6Entry();
    expect(k6?.k6).toEqual([
      "run",
      "--quiet",
      "--log-format",
      "json",
      "--address",
      expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      "--out",
      "json=x.json",
      join(project.root, "dist/streaming.js"),
    ]);
    expect(k6?.k6?.toString()).not.toContain("junk");
    expect(k6?.folder).toBe(true);
    expect(k6?.env).toMatchObject({
      RATE: "2",
      USERS: "20",
      RPC_URL: "http://127.0.0.1:4242",
      CHAIN_ID: "14800",
      STORAGE_BUCKET: "sandbox-bucket",
      K6_NO_USAGE_REPORT: "true",
      K6_AUTO_EXTENSION_RESOLUTION: "false",
      K6_WEB_DASHBOARD: "true",
      K6_WEB_DASHBOARD_PORT: "-1",
      K6_WEB_DASHBOARD_EXPORT: join(project.root, "report/dashboard.html"),
    });
  });

  it("keeps stdout for the verdict, and shows progress and k6's log on stderr", async () => {
    await start({ flags: { USERS: "1000" } }, { FAKE_MS: "700" });
    expect(out).toBe("the verdict\n");
    const lines = err.trim().split("\n");
    expect(lines).toContain("users are coming");
    expect(lines).toContain("warning: Insufficient VUs");
    expect(lines).toContainEqual(
      expect.stringMatching(
        /running · \d of 1,000 users completed · 4 under way · 75\.0 % successful · .*P95 2\.1 s .*k6 \d+ MB/,
      ),
    );
    expect(lines.at(-1)).toBe(
      `reports: ${join(project.root, "report/summary.json")}  ${join(project.root, "report/junit.xml")}`,
    );
    expect(err).not.toContain("\x1b");
    expect(err).not.toContain("interrupted");
  });

  it("redraws a block on a terminal and leaves nothing of it behind", async () => {
    await start({}, { FAKE_MS: "700" }, true);
    // Replays what a terminal does with "up n rows, clear below".
    const rows: string[] = [];
    for (const part of err.split("\x1b[J")) {
      const [text = "", up] = part.split("\x1b[");
      rows.push(...text.split("\n").slice(0, -1));
      if (up !== undefined) rows.splice(rows.length - Number.parseInt(up, 10));
    }
    expect(err).toMatch(/^streaming · sandbox · Poisson, 3 users\/s for 10m: 1,844 users, seed 42$/m);
    expect(err).toMatch(/last minute \d/);
    expect(rows).toEqual([
      "starting the sandbox ...",
      "users are coming",
      "warning: Insufficient VUs",
      expect.stringMatching(/^k6 used at most \d+ MB and \d+\.\d s of CPU$/),
      expect.stringMatching(/^reports: /),
    ]);
  });

  it("lets what was set by hand win over the sandbox's settings", async () => {
    await start({ flags: { STORAGE_BUCKET: "mine" } });
    expect(k6Entry()?.env).toMatchObject({ STORAGE_BUCKET: "mine", RPC_URL: "http://127.0.0.1:4242" });
  });

  it("reports a sandbox that ends in the middle", async () => {
    await start({}, { FAKE_SANDBOX: "dies", FAKE_MS: "500" });
    expect(err).toContain("error: the sandbox ended with 3");
  });

  it("gives up with the sandbox's own words when it cannot start", async () => {
    await expect(start({}, { FAKE_SANDBOX: "fails" })).rejects.toThrow(
      /the sandbox could not start \(it ended with 1\):\nport 14800 is taken/,
    );
    expect(k6Entry()).toBeUndefined();
  });
});

describe("a run with a target", () => {
  it.each([{ RPC_URL: "http://127.0.0.1:14800" }, { APP_URL: "http://127.0.0.1:14802" }])(
    "starts no sandbox: %j",
    async (target) => {
      expect(await start({ flags: target })).toBe(0);
      expect(sandboxEntry()).toBeUndefined();
      expect(k6Entry()?.env).toMatchObject(target);
    },
  );

  it("treats an empty setting as not set", async () => {
    await start({}, { RPC_URL: "" });
    expect(k6Entry()?.env).toMatchObject({ RPC_URL: "http://127.0.0.1:4242" });
  });

  it("refuses flags of a sandbox that it does not start", async () => {
    const attempt = start({ flags: { RPC_URL: "http://127.0.0.1:14800" }, sandboxArgs: ["--block-time", "2"] });
    await expect(attempt).rejects.toThrow(
      "--sandbox-block-time does not apply: RPC_URL is set, so no sandbox is started",
    );
  });
});

describe("wrong settings", () => {
  it("are refused all at once, before anything is made or started", async () => {
    const attempt = start({ flags: { RATE: "abc", DURATION: "15", PROFILE: "brust" } });
    await expect(attempt).rejects.toThrow(UsageError);
    await expect(attempt).rejects.toThrow(
      /3 settings are wrong:.*PROFILE=brust.*did you mean burst.*RATE=abc.*DURATION=15.*such as 15s or 15m/s,
    );
    await expect(attempt).rejects.toMatchObject({ exitCode: 2 });
    expect(project.log()).toEqual([]);
    expect(existsSync(join(project.root, "report"))).toBe(false);
  });

  it.each([
    [{ RATE: "1000", DURATION: "10m" }, /more than 50,000 arrivals.*ARRIVALS=constant/],
    [{ THRESHOLDS: "no/such/file.json" }, /THRESHOLDS=no\/such\/file\.json cannot be read/],
  ])("%j", async (flags, message) => {
    const attempt = start({ flags });
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toMatchObject({ exitCode: 2 });
    expect(project.log()).toEqual([]);
  });

  it("include a gate file that is no JSON", async () => {
    const path = join(project.root, "gates.json");
    writeFileSync(path, "{");
    await expect(start({ flags: { THRESHOLDS: path } })).rejects.toThrow(/gates\.json is not JSON/);
  });
});

describe("a k6 that proves nothing", () => {
  it("is a failure when it ends with 0 and leaves no report", async () => {
    expect(await start({}, { FAKE_NO_REPORT: "1" })).toBe(1);
    expect(err).toContain("error: k6 ended with 0 and wrote no whole summary.json of this run: it proves nothing");
  });

  it.each(["half", "another run's"])("is 1 where summary.json is %s", async (report) => {
    expect(await start({}, { FAKE_REPORT: report })).toBe(1);
    expect(err).toContain("wrote no whole summary.json of this run");
  });

  it.each([
    ["FAILED", 99],
    ["NOT STARTED", 99],
    ["INTERRUPTED", 105],
    ["ABORTED", 108],
    ["UNPROVED", 110],
  ])("follows from the verdict %s where k6 says 0: %i", async (status, code) => {
    expect(await start({}, { FAKE_STATUS: status })).toBe(code);
  });

  it("keeps its own exit code when it has one", async () => {
    expect(await start({}, { FAKE_NO_REPORT: "1", FAKE_CODE: "107" })).toBe(107);
  });

  it("cannot be started at all", async () => {
    writeFileSync(join(project.root, "bin/k6"), "#!/no/such/interpreter\n");
    await expect(start()).rejects.toThrow(CommandError);
    expect(exists(sandboxEntry()?.pid)).toBe(false);
  });
});

describe("Ctrl+C", () => {
  it("reaches k6 once, however often it is pressed twice, and the verdict is waited for", async () => {
    const running = start({}, { FAKE_MS: "20000" });
    await until(k6Runs);
    signals.emit("SIGINT");
    await until(() => project.log().some((entry) => entry.k6 === "SIGINT"));
    signals.emit("SIGINT");
    expect(await running).toBe(105);
    expect(
      project
        .log()
        .map((entry) => entry.k6 ?? entry.sandbox)
        .slice(2),
    ).toEqual(["SIGINT", "ended", "SIGTERM"]);
    expect(out).toBe("the verdict\n");
    expect(err).toMatch(/stopping: k6 cuts off the users under way.*still stopping: waiting for k6's verdict/s);
  });

  it("the third time kills k6, and the sandbox is ended all the same", async () => {
    const running = start({}, { FAKE_MS: "20000", FAKE_DEAF: "1" });
    await until(k6Runs);
    for (let press = 0; press < 3; press++) signals.emit("SIGINT");
    expect(await running).toBe(137);
    expect(err).toContain("k6 was ended by SIGKILL");
    expect(exists(sandboxEntry()?.pid)).toBe(false);
  });

  it("while the sandbox starts ends it and starts no k6", async () => {
    const running = start({}, { FAKE_SANDBOX: "silent" });
    const outcome = expect(running).rejects.toMatchObject({ message: "interrupted", exitCode: 130 });
    await until(() => sandboxEntry() !== undefined);
    signals.emit("SIGTERM");
    await outcome;
    expect(k6Entry()).toBeUndefined();
    expect(exists(sandboxEntry()?.pid)).toBe(false);
  });

  it("gives the signals back at the end", async () => {
    await start();
    expect(["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => signals.listenerCount(signal))).toEqual([0, 0, 0]);
  });
});

// Endpoints hold secrets: whatever happens in a run, none of them is in anything that is printed, written or visible to others. They work all the same.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { scenarioNamed, scenarioNames } from "../../src/cli/scenarios.ts";
import { addressWith, leaksIn, plantedIn } from "../support/secrets.ts";
import { type Guard, type Mode, startGuard } from "./guard.ts";
import { cleanUp, k6, root, runK6, runOnrush, type SandboxProcess, startSandbox, temporaryFolder } from "./support.ts";

const specs = await Promise.all(scenarioNames().map(scenarioNamed));
const tables = specs.map(({ name, table }) => ({ name, table }));
const endpointsOf = (table: (typeof tables)[number]["table"]) =>
  Object.entries(table).flatMap(([name, row]) => (row.type.endpoint ? [{ name, row }] : []));
/** Those that can hold secrets at all: host:port has no room for any. */
const websOf = (table: (typeof tables)[number]["table"]) =>
  endpointsOf(table).filter(
    ({ row }) => row.type.partOfTarget && v.is(row.type.schema, "http://user:password@host/path?query"),
  );
const allNames = [...new Set(tables.flatMap(({ table }) => endpointsOf(table).map(({ name }) => name)))];

let sandbox: SandboxProcess;
const guards = new Map<string, Guard>();
/** Command lines of all processes, taken at each request. */
const commandLines = new Set<string>();

function lookAtProcesses(): void {
  for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      commandLines.add(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
    } catch {
      // It has ended.
    }
  }
}

/** A guard of the sandbox's service that a setting names. */
const guardAt = (name: string) => {
  const targets = { RELAY_URL: `${sandbox.environment.APP_URL}/api/relay`, ...sandbox.environment };
  return startGuard(name, (targets as Record<string, string>)[name] ?? "", lookAtProcesses);
};

beforeAll(async () => {
  sandbox = await startSandbox("--for", scenarioNames().join(), "--miniblock-time", "1s");
  for (const name of new Set(tables.flatMap(({ table }) => websOf(table).map((web) => web.name))))
    guards.set(name, await guardAt(name));
});
beforeEach(() => {
  for (const guard of guards.values()) {
    guard.mode = "passes on";
    guard.after = guard.let.length = guard.refused.length = 0;
  }
});
afterAll(async () => {
  for (const guard of guards.values()) guard.stop();
  await sandbox.stop();
  cleanUp();
});

const guardOf = (name: string) => guards.get(name) as Guard;

/** The settings of `wanted` that a table has. */
const among = (table: object, wanted: Record<string, string>) =>
  Object.fromEntries(Object.entries(wanted).filter(([name]) => name in table));

/** Little to wait for; yet a loaded machine that answers late has not failed. */
const hasty = {
  RETRY_FOR: "0s",
  HTTP_TIMEOUT: "6s",
  RPC_TIMEOUT: "6s",
  TIMEOUT: "6s",
  CALL_TIMEOUT: "6s",
  USER_TIMEOUT: "20s",
  RECEIPT_TIMEOUT: "5s",
  INFER_TIMEOUT: "3s",
  DRAIN_TIMEOUT: "1s",
  LAG_TIMEOUT: "1s",
  ANNOUNCE_TIMEOUT: "6s",
};

/** As little as each does. */
const little: Record<string, Record<string, string>> = {
  streaming: { PROFILE: "e2e", SUBMIT: "relay", INFER: "app" },
  ledger: { PROFILE: "ci", WALLETS: "3", OPERATIONS: "5", WORKERS: "2" },
  space: { PROFILE: "demo", CLIENTS: "2", DURATION: "4s", DELIVERY_TIMEOUT: "2s", POLL_INTERVAL: "250ms" },
  chat: { PROFILE: "demo", CLIENTS: "2", DURATION: "2s" },
};
let runs = 0;

/** Everything that a run leaves. */
function filesIn(folder: string): [string, Buffer][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name))]);
}

const searched = new Set<string>();

/** Fails where anything that was printed or written holds a secret. */
function expectNoLeaks(printed: string, folder?: string): void {
  expect(leaksIn(printed, allNames), printed).toEqual([]);
  for (const [name, content] of folder === undefined ? [] : filesIn(folder)) {
    searched.add(name);
    expect(leaksIn(content, allNames), name).toEqual([]);
  }
  expect([...commandLines].filter((line) => leaksIn(line, allNames).length > 0)).toEqual([]);
}

/** Runs a scenario whose endpoints all are behind guards, but for those in `settings`. */
async function guarded(scenario: string, settings: Record<string, string> = {}) {
  const { table } = tables.find(({ name }) => name === scenario) as (typeof tables)[number];
  const outputs = temporaryFolder();
  const run = await runK6({
    script: join(root, `dist/${scenario}.js`),
    args: ["--out", `json=${join(outputs, "samples.json.gz")}`],
    environment: {
      ...sandbox.environment,
      ...Object.fromEntries(websOf(table).map(({ name }) => [name, guardOf(name).url])),
      ...little[scenario],
      ...among(table, { WALLET_OFFSET: String(1_000 * ++runs), VERBOSE: "true" }),
      ...settings,
      K6_WEB_DASHBOARD: "true",
      K6_WEB_DASHBOARD_PORT: "-1",
      K6_WEB_DASHBOARD_PERIOD: "1s",
      K6_WEB_DASHBOARD_EXPORT: join(outputs, "dashboard.html"),
    },
  });
  if (run.code !== 107) expect(filesIn(outputs).map(([name]) => name)).toContain("samples.json.gz");
  expectNoLeaks(run.output, outputs);
  expectNoLeaks("", run.reports);
  return { ...run, outputs };
}

/** How an endpoint fails, and after how many requests. */
const failures: [Mode, number][] = [
  ["answers 500", 0],
  ["answers 401", 1],
  ["never answers", 0],
];

describe.each(tables)("$name", ({ name: scenario, table }) => {
  const webs = websOf(table).map(({ name }) => name);

  if (webs.length > 0)
    test("works with secrets in all of its endpoints", async () => {
      const run = await guarded(scenario);
      expect(run.code, run.output).toBe(0);
      expect(run.verdict.status).toBe("PASSED");
      for (const name of webs) {
        const { shown, let: welcome, refused } = guardOf(name);
        expect(run.output).toContain(` ${name}=${shown}`);
        expect(refused).toEqual([]);
        expect(welcome, name).not.toEqual([]);
      }
    });

  if (webs.length > 0)
    test.each(webs)("%s that fails is named without its secrets", async (name) => {
      const fails = async (shown: string, url: string) => {
        const run = await guarded(scenario, { ...among(table, hasty), [name]: url });
        expect(run.output).toContain(` ${name}=${shown}`);
      };
      await Promise.all([
        fails("http://127.0.0.1:9", addressWith(plantedIn(name), "127.0.0.1:9")),
        ...failures.map(async ([mode, after]) => {
          const guard = Object.assign(await guardAt(name), { mode, after });
          await fails(guard.shown, guard.url).finally(guard.stop);
          expect(guard.let, mode).not.toEqual([]);
        }),
      ]);
    });

  test("wrong texts are refused without being repeated", async () => {
    const names = endpointsOf(table).map(({ name }) => name);
    const wrong = (scheme: string) =>
      Object.fromEntries(names.map((name) => [name, addressWith(plantedIn(name), "x:1", scheme)]));
    const run = await guarded(scenario, wrong("htp"));
    expect(run.code).toBe(107);
    for (const { name } of endpointsOf(table).filter(({ row }) => row.type.partOfTarget))
      expect(run.output).toContain(`${name}=htp://x:1 `);
    const command = await runOnrush(["run", scenario], { environment: wrong("htp"), cwd: temporaryFolder() });
    expect(command.code).toBe(2);
    expectNoLeaks(command.stdout + command.stderr);
  });

  if (webs.length > 0)
    test.each(["the environment", "-e"])("an archive holds none that %s gave", (by) => {
      const file = join(temporaryFolder(), "archive.tar");
      const given = Object.fromEntries(webs.map((name) => [name, guardOf(name).url]));
      // k6 itself copies what -e gives into an archive, unless it is told not to.
      const flags = Object.entries(given).flatMap((pair) => ["-e", pair.join("=")]);
      const args = [...(by === "-e" ? ["--exclude-env-vars", ...flags] : []), join(root, `dist/${scenario}.js`)];
      const env = {
        PATH: process.env.PATH,
        HOME: temporaryFolder(),
        K6_AUTO_EXTENSION_RESOLUTION: "false",
        ...(by === "-e" ? {} : given),
      };
      const archived = spawnSync(k6, ["archive", "-O", file, ...args], { env, encoding: "utf8" });
      expect(archived.status, archived.stderr).toBe(0);
      expectNoLeaks(archived.stdout + archived.stderr);
      expect(leaksIn(readFileSync(file), allNames)).toEqual([]);
    });
});

describe("the command", () => {
  const run = async (args: readonly string[], environment: Record<string, string> = {}) => {
    const cwd = temporaryFolder();
    const ended = await runOnrush(args, { environment, cwd });
    expectNoLeaks(ended.stdout + ended.stderr, cwd);
    return { ...ended, cwd };
  };
  const phrase = () => ({ MNEMONIC: "test test test test test test test test test test test junk" });

  test("`onrush run` writes and prints none, and none is on a command line", async () => {
    const dsn = `${sandbox.environment.LEDGER_DSN}?application_name=${encodeURIComponent(plantedIn("LEDGER_DSN").token)}`;
    const { LEDGER_URL, ADMIN_URL } = Object.fromEntries([...guards].map(([name, { url }]) => [name, url]));
    const given = { LEDGER_URL: String(LEDGER_URL), ADMIN_URL: String(ADMIN_URL), LEDGER_DSN: dsn };
    const { code, stderr, cwd } = await run(["run", "ledger"], { ...given, ...little.ledger });
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/I12 held/);
    expect(filesIn(cwd).map(([name]) => name)).toEqual(expect.arrayContaining(["summary.json", "junit.xml"]));
    expect(guardOf("LEDGER_URL").let).not.toEqual([]);
    expect(commandLines.size).toBeGreaterThan(2);
  });

  test("wallet commands work with them, and fail without naming them", async () => {
    const guard = guardOf("RPC_URL");
    const check = ["transfer-funds", "check", "--end", "2"];
    const worked = await run(check, { RPC_URL: guard.url, ...phrase() });
    expect(worked.code, worked.stderr).toBe(0);
    expect(guard.refused).toEqual([]);
    expect(guard.let).not.toEqual([]);
    guard.mode = "answers 401";
    expect((await run(check, { RPC_URL: guard.url, ...phrase() })).code).not.toBe(0);
    for (const at of ["127.0.0.1:9", "nowhere.invalid"]) {
      const { code, stderr } = await run(check, { RPC_URL: addressWith(plantedIn("RPC_URL"), at), ...phrase() });
      expect(code).toBe(2);
      expect(stderr).toContain(at);
    }
    const wrong = await run(check, { RPC_URL: addressWith(plantedIn("RPC_URL"), "x", "htp"), ...phrase() });
    expect(wrong.stderr).toContain("--rpc-url htp://x must be an http or https address");
    const flag = await run([...check, "--rpc-url", addressWith(plantedIn("RPC_URL"), "127.0.0.1:9")], phrase());
    expect(flag.stderr).toContain("127.0.0.1:9 does not answer");
  });

  test("a journal holds none", async () => {
    const { cwd, code, stderr } = await run(["reclaim", "--profile", "e2e", "--yes"], {
      ...sandbox.environment,
      RPC_URL: guardOf("RPC_URL").url,
    });
    expect(code, stderr).toBe(0);
    expect(filesIn(cwd).map(([name]) => name)).toEqual([expect.stringMatching(/^reclaim-14800.*\.jsonl$/)]);
  });

  test("`onrush ledger cleanup` names a database without them", async () => {
    const at = (host: string, scheme: string) => addressWith(plantedIn("LEDGER_DSN"), host, scheme);
    const refused = await run(["ledger", "cleanup"], { LEDGER_DSN: at("127.0.0.1:9", "postgres") });
    expect(refused.stderr).toMatch(/the database postgres:\/\/127\.0\.0\.1:9 cannot be used: .*ECONNREFUSED/);
    const denied = new URL(at(new URL(sandbox.environment.LEDGER_DSN ?? "").host, "postgres"));
    expect((await run(["ledger", "cleanup"], { LEDGER_DSN: denied.href })).stderr).toMatch(/cannot be used: .*\*\*\*/);
    for (const wrong of [at("x:1", "htp"), "host=x user=u password=p"])
      expect((await run(["ledger", "cleanup"], { LEDGER_DSN: wrong })).stderr).toMatch(/must be like postgres:/);
    expect((await run(["ledger", "cleanup", "--dsn", at("127.0.0.1:9", "postgres")])).code).toBe(1);
  });
});

test("all kinds of files were among what was searched", () => {
  for (const name of ["summary.json", "junit.xml", "samples.json.gz", "dashboard.html"])
    expect([...searched]).toContain(name);
});

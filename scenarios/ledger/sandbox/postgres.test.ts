// A real server: where it listens, who it runs as, and that nothing of it stays.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bundle, bundle, isRunning } from "../../../src/sandbox/testing/bundle.ts";
import { prepareDatabase } from "./database.ts";
import { startPostgres } from "./postgres.ts";
import { owner, programsFor, temporaryFolder } from "./programs.ts";

const isRoot = process.getuid?.() === 0;

let built: Bundle;
beforeAll(async () => {
  built = await bundle("scenarios/ledger/sandbox/postgres");
  chmodSync(built.folder, 0o755); // for the user that is not root
}, 60_000);
afterAll(() => built?.remove());

async function query<Row extends object>(dsn: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: dsn });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
/** The folder of a server, from its command line. */
const folderOf = (pid: number) => {
  const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  return args[args.indexOf("-D") + 1] ?? "";
};

/** Whether a process, and a folder, are gone within a time. */
async function gone(pid: number, folder = ""): Promise<boolean> {
  const there = () => isRunning(pid) || existsSync(folder);
  for (let tries = 0; tries < 200 && there(); tries++) await sleep(50);
  return !there();
}

describe("PostgreSQL", () => {
  it("listens on loopback alone, asks for the password, and leaves nothing", async () => {
    const postgres = await startPostgres(0);
    await prepareDatabase(postgres.dsn);
    const pid = Number(postgres.pid);
    const folder = folderOf(pid);
    const [settings] = await query<{ listens: string; sockets: string }>(
      postgres.dsn,
      "SELECT current_setting('listen_addresses') AS listens, current_setting('unix_socket_directories') AS sockets",
    );
    expect(settings).toEqual({ listens: "127.0.0.1", sockets: "" });
    expect(statSync(folder).uid).toBe(owner.uid ?? process.getuid?.());
    await expect(query(postgres.dsn.replace("ledger:ledger", "ledger:wrong"), "SELECT 1")).rejects.toThrow(/password/);
    await Promise.all([postgres.stop(), postgres.stop()]);
    expect([isRunning(pid), existsSync(folder), postgres.pid]).toEqual([false, false, undefined]);
  });

  it.each(["fast", "immediate"] as const)("keeps what was committed over a %s end, on its port", async (how) => {
    const postgres = await startPostgres(0);
    const { dsn, port } = postgres;
    await prepareDatabase(dsn);
    await query(dsn, "INSERT INTO wallets (id, owner_id, balance, version) VALUES ('w', 'o', 5, 1)");
    const before = Number(postgres.pid);
    await postgres.halt(how);
    await expect(query(dsn, "SELECT 1")).rejects.toThrow();
    expect(postgres.pid).toBeUndefined();
    expect(await gone(before)).toBe(true);
    await postgres.resume();
    expect(postgres.port).toBe(port);
    expect(await query(dsn, "SELECT id FROM wallets")).toEqual([{ id: "w" }]);
    const folder = folderOf(Number(postgres.pid));
    await postgres.stop();
    expect(existsSync(folder)).toBe(false);
  });

  it("is removed while it is halted, too", async () => {
    const postgres = await startPostgres(0);
    const folder = folderOf(Number(postgres.pid));
    await postgres.halt("fast");
    await postgres.stop();
    expect(existsSync(folder)).toBe(false);
  });

  it("says which port is taken", async () => {
    const postgres = await startPostgres(0);
    await expect(startPostgres(postgres.port)).rejects.toMatchObject({
      name: "PortTakenError",
      message: expect.stringContaining(`port ${postgres.port}, which the sandbox's postgres needs`),
    });
    await postgres.stop();
  });

  it("tells when it ends by itself", async () => {
    const postgres = await startPostgres(0);
    process.kill(Number(postgres.pid), "SIGQUIT");
    await expect(postgres.failed).rejects.toThrow(/PostgreSQL ended by itself/);
    await postgres.stop();
  });

  // As root it runs as nobody; as anybody else, as that user.
  it.each(isRoot ? [{ uid: 65_534, gid: 65_534 }, {}] : [{}])("ends with a killed owner: %j", async (user) => {
    const script = `import { startPostgres } from ${JSON.stringify(join(built.folder, "dist/cli/postgres.mjs"))};
      const { pid } = await startPostgres(0);
      console.log(pid);`;
    const parent = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      ...user,
      stdio: ["ignore", "pipe", "inherit"],
      cwd: "/",
    });
    const [line] = await Promise.race([once(parent.stdout, "data"), once(parent, "exit")]);
    const pid = Number(String(line));
    const folder = folderOf(pid);
    parent.kill("SIGKILL");
    expect(await gone(pid, folder)).toBe(true);
  });
});

describe("its programs", () => {
  it("are copied where they lack the links between their libraries, or may not be entered", () => {
    const folder = temporaryFolder();
    const bare = mkdtempSync(join(tmpdir(), "onrush-bare-"));
    try {
      const installed = programsFor(folder);
      expect(installed.postgres).toContain("node_modules");
      // As npm unpacks it, with install scripts off: the archive holds no links.
      cpSync(join(installed.postgres, "../.."), join(bare, "native"), {
        recursive: true,
        filter: (path) => !/\/(libicu\w+|libpq|libpgtypes|libecpg\w*)\.so(\.\d+)?$/.test(path),
      });
      const copied = programsFor(folder, join(bare, "native"));
      expect(copied.postgres).toBe(join(folder, "native/bin/postgres"));
      const { stdout } = spawnSync(copied.postgres, ["--version"], { ...owner, encoding: "utf8", cwd: "/" });
      expect(stdout).toMatch(/^postgres \(PostgreSQL\) 18/);
    } finally {
      rmSync(folder, { recursive: true });
      rmSync(bare, { recursive: true });
    }
  });

  it.runIf(isRoot)("work in another place where the temporary folder is closed to their user", () => {
    const closed = mkdtempSync(join(tmpdir(), "onrush-closed-")); // of root, mode 0700
    const before = process.env.TMPDIR;
    process.env.TMPDIR = closed;
    try {
      const folder = temporaryFolder();
      expect(folder).toMatch(/^\/tmp\/onrush-postgres-/);
      rmSync(folder, { recursive: true });
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
      rmSync(closed, { recursive: true });
    }
  });
});

// The ledger's database: a real PostgreSQL in a temporary folder, on loopback only, that cannot outlive the sandbox and can be stopped and started again.
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { availablePort } from "../../../src/sandbox/available-port.ts";
import { PortTakenError } from "../../../src/sandbox/service.ts";
import { type Supervised, startSupervised } from "../../../src/sandbox/supervised.ts";
import { handOver, owner, type Programs, programsFor, temporaryFolder } from "./programs.ts";

/** Loopback test credentials: the database holds nothing but what a test has put there. */
const USER = "ledger";
const PASSWORD = "ledger";

const START_TIMEOUT_MS = 20_000;

/** How a server is told to end: `fast` cuts its clients off and writes everything down, `immediate` ends as in a power cut. */
const SIGNALS = { fast: "INT", immediate: "QUIT" } as const;

export interface Postgres {
  /** postgres://user:password@127.0.0.1:port/ledger */
  readonly dsn: string;
  readonly port: number;
  /** The server's process id; undefined while it is halted. */
  readonly pid: number | undefined;
  /** Rejects when the server ends without having been told to. Never resolves. */
  readonly failed: Promise<never>;
  /** Ends the server, and keeps what it has stored. */
  halt(how: keyof typeof SIGNALS): Promise<void>;
  /** Starts it again on the same port and resolves when it accepts connections. */
  resume(): Promise<void>;
  /** Ends it for good and removes its folder. May be called twice. */
  stop(): Promise<void>;
}

// The first line that the shell is told is the signal that ends the server. The next one says that the folder is another shell's by now. Without it, the end of
// the pipe is the end of the server and of the folder.
const GUARD = `
folder=$1; shift
"$@" </dev/null &
echo $!
exec >&-
if read -r signal; then
  kill -s "$signal" $! 2>/dev/null
  wait $!
  if read -r _; then exit; fi
fi
kill -s INT $! 2>/dev/null
wait $!
rm -rf "$folder"
`;

/**
 * How the server is set: nothing leaves the machine. Without fsync a commit survives the end of the server, but not that of the machine, which ends the test
 * too.
 */
const settings: Readonly<Record<string, string | number>> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: 100,
  shared_buffers: "128MB",
  fsync: "off",
  full_page_writes: "off",
  max_wal_size: "512MB",
  jit: "off",
  // Of what clients do wrong they are told; this file is for what happens to the server.
  log_min_messages: "log",
  log_checkpoints: "off",
};

/**
 * Makes a database and starts its server.
 * @param port TCP port on 127.0.0.1; 0 takes a free one
 * @throws PortTakenError when the port is in use; Error with PostgreSQL's own words when it does not start
 */
export async function startPostgres(port: number): Promise<Postgres> {
  const taken = await availablePort(port, "postgres");
  const folder = temporaryFolder();
  try {
    const programs = programsFor(folder);
    initialise(programs, folder);
    return await serve(programs, folder, taken);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

const dataOf = (folder: string): string => join(folder, "data");

function initialise({ initdb }: Programs, folder: string): void {
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, PASSWORD);
  handOver(passwordFile);
  const { status, error, stderr } = spawnSync(
    initdb,
    [
      ...["--pgdata", dataOf(folder), "--username", USER, "--pwfile", passwordFile, "--auth", "scram-sha-256"],
      ...["--encoding", "UTF8", "--no-locale", "--no-sync"],
    ],
    { ...owner, encoding: "utf8", cwd: "/" },
  );
  if (status !== 0) throw new Error(`PostgreSQL cannot make its database: ${(error?.message ?? stderr).trim()}`);
  rmSync(passwordFile);
}

async function serve({ postgres }: Programs, folder: string, port: number): Promise<Postgres> {
  const options = Object.entries({ ...settings, port }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const command = [postgres, "-D", dataOf(folder), ...options];
  let server: Supervised;
  let running = false;
  let stopping = false;
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {}); // whoever wants to know waits for it

  const start = async () => {
    const started = await startSupervised(GUARD, "onrush-postgres", [folder, ...command], owner);
    server = started;
    started.ended.then(() => {
      if (!running || stopping || server !== started) return;
      running = false;
      fail(new Error(`PostgreSQL ended by itself: ${started.said().trim()}`));
    });
    await untilReady(started, port);
    running = true;
  };
  const stop = async () => {
    stopping = true;
    running = false;
    await server.release();
    // The shell has done it already, unless the server had been halted and its folder handed over.
    rmSync(folder, { recursive: true, force: true });
  };

  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    dsn: `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/ledger`,
    port,
    get pid() {
      return running ? server.pid : undefined;
    },
    failed,
    async halt(how) {
      if (!running) return;
      running = false;
      server.tell(SIGNALS[how]);
      await server.ended;
    },
    async resume() {
      if (running || stopping) return;
      const halted = server;
      await start();
      halted.tell("the folder has a new shell");
      await halted.release();
    },
    stop,
  };
}

/** @throws PortTakenError, or an Error with PostgreSQL's own words */
async function untilReady(server: Supervised, port: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const ready = new Promise<void>((resolve) => {
    const look = () => {
      if (server.said().includes("ready to accept connections")) resolve();
    };
    server.listen(look);
    look();
  });
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`PostgreSQL is not ready after ${START_TIMEOUT_MS / 1_000} s`)),
      START_TIMEOUT_MS,
    );
  });
  const ended = server.ended.then(() => {
    if (server.said().includes("could not bind")) throw new PortTakenError(port, "postgres"); // taken since we looked
    throw new Error(`PostgreSQL does not start: ${server.said().trim()}`);
  });
  ended.catch(() => {});
  try {
    await Promise.race([ready, ended, late]);
  } finally {
    clearTimeout(timer);
  }
}
